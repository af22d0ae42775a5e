import { describe, expect, it } from 'vitest';
import { group, makeWorld, request } from '../../fakes/world.ts';

const dayMs = 24 * 3_600_000;

describe('a message', () => {
  it('is the same one when it comes again after forty days, its lease long over', async () => {
    const world = makeWorld();
    const message = request();
    const first = await world.send('grant', message);
    await world.pass(70);
    world.clock.nowMs += 40 * dayMs;

    const again = await world.send('grant', message);

    expect(again).toMatchObject({ repeated: 1, taken: 0 });
    expect(again.results[0]).toMatchObject({ leaseId: first.results[0]?.leaseId, state: 'ended' });
    expect(world.cloud.calls.map(({ kind }) => kind)).toEqual(['authorize', 'revoke']);
  });

  it('that cannot be taken now lets the others of its delivery be taken, and the delivery come again', async () => {
    const world = makeWorld();
    const [good, bad, last] = [request(), request(), request()];
    let isBusy = true;
    const transaction = world.deps.ledger.transaction.bind(world.deps.ledger);
    Object.assign(world.deps, {
      ledger: {
        transaction: (label: string, work: Parameters<typeof transaction>[1]) =>
          transaction(label, (tx) => {
            const insertMessages: typeof tx.insertMessages = (rows) => {
              if (isBusy && rows.some(({ id }) => id === bad.id)) throw new Error('something that nobody expected');
              return tx.insertMessages(rows);
            };
            return work(
              new Proxy(tx, { get: (of, name) => (name === 'insertMessages' ? insertMessages : bound(of, name)) }),
            );
          }),
      },
    });

    await expect(world.send('grant', good, bad, last)).rejects.toThrow('something that nobody expected');
    expect(world.cloud.rules(group)).toHaveLength(1);
    isBusy = false;
    const again = await world.send('grant', good, bad, last);

    expect(again).toMatchObject({ repeated: 2, taken: 1 });
    expect(again.results.map(({ state }) => state)).toEqual(['active', 'active', 'active']);
  });
});

const bound = (of: object, name: string | symbol): unknown => {
  const value: unknown = Reflect.get(of, name);
  return typeof value === 'function' ? value.bind(of) : value;
};

describe('an extension', () => {
  const extension = (requestId: string) => ({
    version: 1,
    action: 'extend',
    id: `X-${requestId}`,
    requestId,
    duration: 'PT1M',
  });

  it('a second before the end keeps the rule without a gap', async () => {
    const world = makeWorld();
    const message = request();
    await world.send('grant', message);
    await world.pass(59);

    await world.send('revoke', extension(message.id));
    await world.pass(30);

    expect(world.cloud.calls.map(({ kind }) => kind)).not.toContain('revoke');
    expect(world.cloud.rules(group)).toHaveLength(1);
  });

  it('at the very end comes too late, and says so', async () => {
    const world = makeWorld();
    const message = request();
    await world.send('grant', message);
    world.clock.nowMs += 60_000;

    const { results } = await world.send('revoke', extension(message.id));
    await world.pass(5);

    expect(results[0]).toMatchObject({ error: { code: 'LEASE_ENDED' } });
    expect(world.cloud.rules(group)).toEqual([]);
  });
});

describe('leases whose rules overlap and are not equal', () => {
  it('have a rule each, and the end of one leaves the other', async () => {
    const world = makeWorld();
    const rule = (sourceCidrIp: string, portRange: string) => ({
      direction: 'ingress',
      ipProtocol: 'tcp',
      portRange,
      sourceCidrIp,
    });
    await world.send('grant', request({ rules: [rule('203.0.113.0/24', '20/30')], duration: 'PT1M' }));
    await world.send('grant', request({ rules: [rule('203.0.113.0/25', '22/22')], duration: 'PT5M' }));

    expect(world.cloud.rules(group)).toHaveLength(2);
    await world.pass(65);

    expect(world.cloud.rules(group).map((one) => one.rule.sourceCidrIp)).toEqual(['203.0.113.0/25']);
  });
});
