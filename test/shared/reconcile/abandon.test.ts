import { describe, expect, it } from 'vitest';
import { abandon } from '../../../shared/reconcile/abandon.ts';
import { scan } from '../../../shared/reconcile/scan.ts';
import { reconcilingWorld } from '../../fakes/reconciling-world.ts';
import { group, makeWorld, request } from '../../fakes/world.ts';

const forbidden = { kind: 'refused', class: 'permission', code: 'Forbidden', message: 'no' } as const;

/** What a scan needs beside the world's own ledger and cloud. */
const scanning = (world: ReturnType<typeof makeWorld>) => ({ ...reconcilingWorld().deps, ...world.deps });

/** A world with a lease that has ended and whose rule cannot be revoked. */
async function stuckWorld() {
  const world = makeWorld();
  const { results } = await world.send('grant', request({ duration: 'PT10S' }));
  world.cloud.faults.push(...Array.from({ length: 500 }, () => ({ kind: 'revoke', fault: forbidden }) as const));
  await world.pass(30);
  const id = results[0]?.leaseId ?? '';
  const give = (isForced = false, leaseId = id) =>
    world.tx((tx) => abandon(tx, { leaseId, actor: 'lin', reason: 'settled by hand', isForced }, world.deps.schedule));
  const revokes = () => world.cloud.calls.filter(({ kind }) => kind === 'revoke').length;
  return { world, id, give, revokes };
}

describe('a stuck lease that is given up', () => {
  it('is over, says by whom and why, and its rule is tried no more', async () => {
    const { world, id, give, revokes } = await stuckWorld();
    expect(await world.lease(id)).toMatchObject({ state: 'stuck' });

    await give();
    const before = revokes();
    await world.pass(60);
    const report = await scan(scanning(world), () => true);
    await world.pass(900);

    expect(report).toMatchObject({ strays: 0 });

    expect(await world.lease(id)).toMatchObject({
      state: 'failed',
      error: {
        code: 'ABANDONED',
        message: expect.stringContaining('given up by lin: settled by hand'),
        messageZh: expect.stringContaining('已被 lin 放弃：settled by hand'),
      },
    });
    expect(revokes()).toBe(before);
    expect(world.cloud.rules(group)).toHaveLength(1);
    const told = world.ledger.auditRows().filter(({ kind }) => kind === 'lease.abandoned');
    expect(told).toMatchObject([
      { actor: 'lin', leaseId: id, data: { from: 'stuck', reason: 'settled by hand', rules: [{ ruleId: 'sgr-1' }] } },
    ]);
  });

  it('is refused when it is over already, and when there is none', async () => {
    const { give } = await stuckWorld();
    await give();

    expect(await give()).toMatchObject({ code: 'LEASE_ENDED' });
    expect(await give(false, 'nobody')).toMatchObject({ code: 'LEASE_NOT_FOUND' });
  });

  it('leaves the rule in the hands of another lease that has to do with it', async () => {
    const { world, give, revokes } = await stuckWorld();
    const later = await world.send('grant', request({ duration: 'PT5M' }));
    await give();
    world.cloud.faults.length = 0;
    const before = revokes();

    await world.pass(400);

    expect(await world.lease(later.results[0]?.leaseId ?? '')).toMatchObject({ state: 'ended' });
    expect(revokes()).toBeGreaterThan(before);
    expect(world.cloud.rules(group)).toEqual([]);
  });

  it('leaves a rule that a later lease takes over, and removes with it', async () => {
    const { world, give } = await stuckWorld();
    await give();
    world.cloud.faults.length = 0;

    const { results } = await world.send('grant', request({ duration: 'PT1M' }));
    await world.pass(90);

    expect(await world.lease(results[0]?.leaseId ?? '')).toMatchObject({ state: 'ended' });
    expect(world.cloud.rules(group)).toEqual([]);
  });
});

describe('a lease that is not stuck', () => {
  it('is given up only when somebody insists', async () => {
    const world = makeWorld();
    const { results } = await world.send('grant', request({ duration: 'PT10M' }));
    await world.pass(2);
    const leaseId = results[0]?.leaseId ?? '';
    const give = (isForced: boolean) =>
      world.tx((tx) => abandon(tx, { leaseId, actor: 'lin', reason: 'ours now', isForced }, world.deps.schedule));

    expect(await give(false)).toMatchObject({ code: 'NOT_STUCK' });
    expect(await world.lease(leaseId)).toMatchObject({ state: 'active' });
    expect(await give(true)).toMatchObject({ state: 'failed' });
    await world.pass(700);
    expect(world.cloud.rules(group)).toHaveLength(1);
  });
});
