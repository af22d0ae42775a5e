import { describe, expect, it, onTestFinished } from 'vitest';
import { receive } from '../../../shared/reconcile/receive.ts';
import { sweep } from '../../../shared/reconcile/sweep.ts';
import { makeWorld, request } from '../../fakes/world.ts';
import { openApsaraTrial, stackGroup } from './apsara/apsara-trial.ts';
import { ensGroup, openEnsTrial } from './ens/ens-trial.ts';

type Clock = { now(): number };
const ways = {
  'Edge Node Service': { target: ensGroup, open: (clock: Clock) => openEnsTrial({}, clock) },
  'Edge Node Service in its flat form': {
    target: ensGroup,
    open: (clock: Clock) => openEnsTrial({ form: 'flat' }, clock),
  },
  'Apsara Stack over its route': { target: stackGroup, open: (clock: Clock) => openApsaraTrial({}, clock) },
  'Apsara Stack at its POP gateway': {
    target: stackGroup,
    open: (clock: Clock) => openApsaraTrial({ settings: { style: 'pop' } }, clock),
  },
} as const;

/** The real loop on the in-memory ledger, with a real adapter on an emulated cloud that lives in the same time. */
async function worldOn({ target, open }: (typeof ways)[keyof typeof ways]) {
  const world = makeWorld();
  const cloud = await open(world.clock);
  onTestFinished(() => cloud.close());
  // The vendor's client signs with the wall clock, which is not the time of this world.
  await cloud.behave({ checkSignatures: false });
  const deps = { ...world.deps, apiFor: () => cloud.api };
  const rules = async () => {
    const listing = await cloud.api.describe(target);
    return listing.kind === 'listed' ? listing.rules : [];
  };
  const first = new Set((await rules()).map(({ rule }) => JSON.stringify(rule)));
  return {
    ...world,
    cloud,
    rules,
    /** What was not there at the beginning; a stamp is not to be had everywhere. */
    ours: async () => (await rules()).filter(({ rule }) => !first.has(JSON.stringify(rule))),
    send: async (...values: unknown[]) =>
      receive(
        deps,
        'grant',
        values.map((value) => ({ source: 'queue', reach: 'own' as const, value })),
      ),
    pass: async (seconds: number) => {
      for (let second = 0; second < seconds; second += 1) {
        world.clock.nowMs += 1_000;
        for (const hand of ['revoke', 'grant'] as const) await sweep(deps, hand, () => true);
      }
    },
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
