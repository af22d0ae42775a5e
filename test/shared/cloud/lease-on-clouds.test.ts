import { describe, expect, it, onTestFinished } from 'vitest';
import { request } from '../../fakes/world.ts';
import { type CloudWay, cloudWays, worldOn as openWorld } from '../../support/cloud-world.ts';

const ways = cloudWays;

async function worldOn(way: CloudWay) {
  const world = await openWorld(way);
  onTestFinished(world.close);
  const first = new Set((await world.rules()).map(({ rule }) => JSON.stringify(rule)));
  return {
    ...world,
    /** What was not there at the beginning; a stamp is not to be had everywhere. */
    ours: async () => (await world.rules()).filter(({ rule }) => !first.has(JSON.stringify(rule))),
    send: (...values: unknown[]) => world.sendTo('grant', ...values),
  };
}

describe.each(Object.entries(ways))('a lease on %s', (_, way) => {
  const { target } = way;

  it('opens its rules at once and removes them, and only them, at its end', async () => {
    const world = await worldOn(way);
    const before = await world.rules();
    const rules = [7, 8, 9].map((octet) => ({
      direction: octet === 9 ? 'egress' : 'ingress',
      ipProtocol: 'tcp',
      portRange: '22/22',
      [octet === 9 ? 'destCidrIp' : 'sourceCidrIp']: `203.0.113.${octet}/32`,
    }));

    const { results } = await world.send(request({ target, rules }));
    const opened = await world.ours();
    await world.pass(61);

    expect(results[0]).toMatchObject({ state: 'active' });
    expect(opened).toHaveLength(3);
    expect(await world.ours()).toEqual([]);
    await world.pass(40);
    expect((await world.lease(results[0]?.leaseId ?? '')).state).toBe('ended');
    expect(await world.rules()).toEqual(before);
  });

  it('borrows a rule that is there already and leaves it there', async () => {
    const world = await worldOn(way);
    const before = await world.rules();
    const [permanent] = before.filter(({ rule }) => rule?.direction === 'ingress');
    const { description: _text, ...rule } = permanent?.rule ?? {};

    const { results } = await world.send(request({ target, rules: [rule] }));
    await world.pass(70);

    expect(results[0]).toMatchObject({ state: 'active', borrowed: true });
    expect(await world.rules()).toEqual(before);
  });

  it('leaves an equal rule alone that somebody made after ours was gone', async () => {
    const world = await worldOn(way);
    const rules = [{ direction: 'ingress', ipProtocol: 'tcp', portRange: '22/22', sourceCidrIp: '203.0.113.99/32' }];
    await world.send(request({ target, rules }));
    await world.pass(90);

    const answer = await world.cloud.api.send(
      target,
      'authorize',
      'ingress',
      world.cloud.api.prepare(target, {
        kind: 'authorize',
        direction: 'ingress',
        rules: [
          {
            direction: 'ingress',
            ipProtocol: 'tcp',
            portRange: '22/22',
            sourceCidrIp: '203.0.113.99/32',
            policy: 'accept',
            priority: 1,
            nicType: 'intranet',
          },
        ],
      }),
      'by-hand',
    );
    await world.pass(120);

    expect(answer.kind).toBe('done');
    expect(await world.ours()).toHaveLength(1);
  });

  it('takes an existing rule away for a while and puts it back', async () => {
    const world = await worldOn(way);
    const before = await world.rules();
    const [permanent] = before.filter(({ rule }) => rule?.direction === 'ingress');
    const { description: _text, ...rule } = permanent?.rule ?? {};

    const { results } = await world.send(request({ target, action: 'revoke', rules: [rule] }));
    await world.pass(5);
    if (!world.cloud.api.abilities.hasDescriptions) {
      // What cannot be put back with its description is not taken away.
      const failed = await world.lease(results[0]?.leaseId ?? '');
      expect(failed).toMatchObject({ state: 'failed', error: { code: 'CHANGE_NOT_POSSIBLE' } });
      expect(await world.rules()).toEqual(before);
      return;
    }
    const during = await world.rules();
    await world.pass(120);

    const bare = (rules: typeof before) => rules.map((one) => JSON.stringify([one.rule, one.description])).sort();
    expect(during).toHaveLength(before.length - 1);
    expect(bare(await world.rules())).toEqual(bare(before));
    expect((await world.lease(results[0]?.leaseId ?? '')).state).toBe('ended');
  });

  it('puts a rule back that another lease opened while it was away', async () => {
    const world = await worldOn(way);
    const before = await world.rules();
    const [permanent] = before.filter(({ rule }) => rule?.direction === 'ingress');
    const { description: _text, ...rule } = permanent?.rule ?? {};
    await world.send(request({ target, action: 'revoke', rules: [rule] }));
    await world.pass(5);

    await world.send(request({ target, rules: [rule], duration: 'PT2M' }));
    await world.pass(90);
    const whileOpen = await world.rules();
    await world.pass(180);

    const bare = (rules: typeof before) => rules.map((one) => JSON.stringify([one.rule, one.description])).sort();
    expect(whileOpen).toHaveLength(before.length);
    expect(bare(await world.rules())).toEqual(bare(before));
  });

  it('is opened once although the answer to opening was lost', async () => {
    const world = await worldOn(way);
    await world.cloud.strike('authorize', 'ingress', { fault: 'reset-after-apply' });

    const { results } = await world.send(request({ target }));
    await world.pass(20);

    expect(await world.ours()).toHaveLength(1);
    expect((await world.lease(results[0]?.leaseId ?? '')).state).toBe('active');
    await world.pass(60);
    expect(await world.ours()).toEqual([]);
  });
});
