import { describe, expect, it } from 'vitest';
import { inFlightMs } from '../../../shared/reconcile/decide.ts';
import { goOnRecovering, recoverIfLost } from '../../../shared/reconcile/recover.ts';
import { beginRecovery, endRecovery, readRecovery } from '../../../shared/reconcile/recovery.ts';
import type { Rule } from '../../../shared/rule/rule.ts';
import type { Target } from '../../../shared/rule/target.ts';
import { MemoryLedger } from '../../fakes/memory-ledger.ts';
import { reconcilingWorld } from '../../fakes/reconciling-world.ts';
import { group, request } from '../../fakes/world.ts';

const always = () => true;
const other: Target = { ...group, securityGroupId: 'sg-b' };

describe('a ledger that was lost while rules are open', () => {
  it('is rebuilt from the stamps by itself, and everything ends on time', async () => {
    const { send, clock, cloud, deps, lose, pass, leases, codes } = reconcilingWorld();
    await send('grant', request({ ticket: { system: 'jira', key: 'OPS-7' } }));
    clock.nowMs += 30_000;
    lose();

    const report = await recoverIfLost(deps, always);

    expect(report).toMatchObject({ isComplete: true, groups: 1, recovered: 1, failures: 0 });
    expect(codes()).toContain('LEDGER_LOST');
    const [lease] = await leases();
    expect(lease).toMatchObject({ source: 'recovered', requester: { id: 'unknown' }, state: 'active' });
    expect(lease?.reason).toMatch(/^recovered from the stamp of sgr-1: OPS-7 until 2026-12-01T09:01:00Z/);
    await pass(29);
    expect(cloud.rules(group)).toHaveLength(1);
    await pass(1);
    expect(cloud.rules(group)).toEqual([]);
    expect((await leases()).map(({ state }) => state)).toEqual(['ended']);
  });

  it('is rebuilt although it took a request before anybody had looked', async () => {
    const { send, cloud, deps, lose, pass } = reconcilingWorld();
    await send('grant', request());
    lose();
    await send('grant', request({ duration: 'PT1H', rules: [port(443)] }));

    expect(await recoverIfLost(deps, always)).toMatchObject({ isComplete: true, recovered: 1 });
    await pass(65);

    expect(cloud.rules(group).map(({ rule }) => rule.portRange)).toEqual(['443/443']);
  });

  it('is not rebuilt from a look that the recovery was frozen over, but from the next', async () => {
    const { send, cloud, deps, lose, leases, freezeOverLook } = reconcilingWorld();
    await send('grant', request({ duration: 'PT1H' }));
    await send('grant', request({ duration: 'PT1H', rules: [port(443)] }));
    lose();
    await beginRecovery(deps, 'lin');
    freezeOverLook(180_000, () => cloud.removeByHand(group, cloud.rules(group)[0]?.ruleId ?? ''));

    expect(await goOnRecovering(deps, always)).toMatchObject({ recovered: 0, failures: 1, isComplete: false });
    expect(await goOnRecovering(deps, always)).toMatchObject({ recovered: 1, failures: 0, isComplete: true });
    expect((await leases()).map(({ rules }) => rules[0]?.portRange)).toEqual(['443/443']);
  });

  it('ends at once what is overdue', async () => {
    const { send, clock, cloud, deps, lose, leases, sweepAll } = reconcilingWorld();
    await send('grant', request());
    lose();
    clock.nowMs += 300_000;

    await recoverIfLost(deps, always);
    expect((await leases()).map(({ state }) => state)).toEqual(['closing']);
    await sweepAll();

    expect(cloud.rules(group)).toEqual([]);
    expect((await leases()).map(({ state }) => state)).toEqual(['ended']);
  });

  it('touches nothing that bears no stamp of its own', async () => {
    const { send, cloud, deps, lose, pass } = reconcilingWorld();
    await send('grant', request());
    const [ours] = cloud.rules(group);
    if (!ours) throw new Error('nothing was opened');
    const permanent = cloud.addByHand(group, { ...ours.rule, portRange: '80/80' });
    const copy = cloud.addByHand(group, { ...ours.rule, portRange: '81/81' }, ours.description);
    lose();

    await recoverIfLost(deps, always);
    await pass(70);

    expect(cloud.rules(group)).toEqual([permanent, copy]);
  });

  it('takes and opens nothing new until every group was seen; endings go on', async () => {
    const world = reconcilingWorld({ groups: async () => ({ targets: [group, other], isWhole: true }) });
    const { send, cloud, deps, lose, pass } = world;
    await send('grant', request());
    lose();
    cloud.faults.push({ kind: 'describe', fault: 'lost-before' });
    // The first look finds nothing out, the second group is empty: the ledger is not known to be new.
    expect(await recoverIfLost(deps, always)).toBeUndefined();
    await beginRecovery(deps, 'lin');
    cloud.faults.push({ kind: 'describe', fault: 'lost-before' });

    const first = await goOnRecovering(deps, always);
    const refused = await send('grant', request());
    const second = await goOnRecovering(deps, always);
    const taken = await send('grant', request({ rules: [port(443)] }));

    expect(first).toMatchObject({ isComplete: false, failures: 1, recovered: 0 });
    expect(refused.results[0]?.error?.code).toBe('RECOVERING');
    expect(second).toMatchObject({ isComplete: true, recovered: 1 });
    expect(taken.results[0]?.state).toBe('active');
    await pass(60);
    expect(cloud.rules(group)).toEqual([]);
  });

  it('goes on after the group that was done last', async () => {
    const { cloud, deps, tx } = reconcilingWorld({ groups: async () => ({ targets: [other, group], isWhole: true }) });
    await beginRecovery(deps, 'lin');
    let looks = 0;

    const first = await goOnRecovering(deps, () => looks++ < 1);
    const second = await goOnRecovering(deps, always);

    expect([first?.isComplete, second?.isComplete]).toEqual([false, true]);
    expect(cloud.describes).toBe(2);
    expect(await tx(readRecovery)).toBeUndefined();
  });

  it('looks at four groups side by side, so that a slow one does not cost each of the others a turn', async () => {
    const targets = [1, 2, 3, 4, 5, 6].map((n): Target => ({ ...group, securityGroupId: `sg-${n}` }));
    const { cloud, deps } = reconcilingWorld({ groups: async () => ({ targets, isWhole: true }) });
    await beginRecovery(deps, 'lin');
    const list = cloud.describe.bind(cloud);
    const looked: string[] = [];
    let answer: () => void = () => undefined;
    const slow = new Promise<void>((resolve) => {
      answer = resolve;
    });
    cloud.describe = async (target) => {
      looked.push(target.securityGroupId);
      if (target.securityGroupId === 'sg-1') await slow;
      return list(target);
    };

    const recovering = goOnRecovering(deps, always);
    await new Promise(setImmediate);
    const meanwhile = [...looked];
    answer();

    expect(meanwhile).toEqual(['sg-1', 'sg-2', 'sg-3', 'sg-4']);
    expect(await recovering).toMatchObject({ groups: 6, isComplete: true });
  });

  it('leaves no look under way where its time is over or the ledger goes away', async () => {
    const targets = [group, other];
    const { cloud, deps, state } = reconcilingWorld({ groups: async () => ({ targets, isWhole: true }) });
    await beginRecovery(deps, 'lin');
    const list = cloud.describe.bind(cloud);
    let underWay = 0;
    cloud.describe = async (target) => {
      underWay += 1;
      if (target === other) await new Promise(setImmediate);
      underWay -= 1;
      state.ledger = { transaction: () => Promise.reject(new Error('away')) } as unknown as MemoryLedger;
      return list(target);
    };

    await expect(goOnRecovering(deps, always)).rejects.toThrow('away');
    expect(underWay).toBe(0);
  });

  it('is rebuilt for the others where one group cannot be, and stays paused until that one can', async () => {
    const { cloud, send, lose, deps, leases, codes, tx } = reconcilingWorld({
      groups: async () => ({ targets: [group, other], isWhole: true }),
    });
    for (const target of [group, other]) await send('grant', request({ target, duration: 'PT1H' }));
    lose();
    await beginRecovery(deps, 'lin');
    let poison = 1;
    const ulid = (nowMs: number): string => {
      if (poison-- > 0) throw new Error('a rule that nobody expected');
      return deps.ids.ulid(nowMs);
    };
    const poisoned = { ...deps, ids: { ...deps.ids, ulid } };

    expect(await goOnRecovering(poisoned, always)).toMatchObject({ groups: 2, recovered: 1, failures: 1 });
    expect(codes()).toContain('NOT_RECOVERED');
    expect(await tx(readRecovery)).toBeDefined();
    expect(await goOnRecovering(deps, always)).toMatchObject({ recovered: 1, isComplete: true });

    expect(await leases()).toHaveLength(2);
    expect(cloud.rules(other)).toHaveLength(1);
  });

  it('stays paused while an account cannot be asked, until an operator says that it is enough', async () => {
    const { send, deps, tx } = reconcilingWorld({ groups: async () => ({ targets: [group], isWhole: false }) });
    await beginRecovery(deps, 'lin');

    expect(await goOnRecovering(deps, always)).toMatchObject({ isComplete: false });
    await tx((one) => endRecovery(one, 'lin', false));

    expect((await send('grant', request())).results[0]?.state).toBe('active');
  });
});

describe('a ledger that is new', () => {
  it('pauses nothing where the clouds hold no rule of ours, and is looked after once', async () => {
    const { send, cloud, deps } = reconcilingWorld();
    cloud.addByHand(group, {
      direction: 'ingress',
      ipProtocol: 'tcp',
      portRange: '80/80',
      policy: 'accept',
      priority: 1,
      nicType: 'intranet',
      sourceCidrIp: '10.0.0.0/8',
    });

    expect(await recoverIfLost(deps, always)).toBeUndefined();
    expect(await recoverIfLost(deps, always)).toBeUndefined();

    expect(cloud.describes).toBe(1);
    expect((await send('grant', request())).results[0]?.state).toBe('active');
  });

  it('takes no rule for lost that was opened while it looked', async () => {
    const { send, cloud, deps, codes } = reconcilingWorld();
    const list = cloud.describe.bind(cloud);
    cloud.describe = async (target) => {
      cloud.describe = list;
      await send('grant', request());
      return list(target);
    };

    expect(await recoverIfLost(deps, always)).toBeUndefined();

    expect(codes()).not.toContain('LEDGER_LOST');
  });
});

/** A rule that the backup knows as closed was opened again, and so long ago. */
async function restoredAfter(ms: number) {
  const world = reconcilingWorld();
  const { send, clock, state, pass } = world;
  await send('grant', request());
  await pass(70);
  clock.nowMs += 2 * inFlightMs;
  const backup = state.ledger;
  state.ledger = new MemoryLedger({ clock });
  await send('grant', request());
  clock.nowMs += ms;
  state.ledger = backup;
  return world;
}

describe('a ledger from an old backup', () => {
  it('ends on time what was opened after the backup, on a rule that it knew as closed', async () => {
    const { cloud, deps, pass, leases } = await restoredAfter(10_000);

    await beginRecovery(deps, 'lin');
    expect(await goOnRecovering(deps, always)).toMatchObject({ isComplete: true, recovered: 1 });

    await pass(49);
    expect(cloud.rules(group)).toHaveLength(1);
    await pass(1);
    expect(cloud.rules(group)).toEqual([]);
    expect((await leases()).map(({ source, state: is }) => `${source} ${is}`)).toEqual([
      'recovered ended',
      'queue ended',
    ]);
  });

  it("ends at once what has ended since, on a rule that it knew as closed, and nobody else's", async () => {
    const { cloud, deps, pass, leases } = await restoredAfter(10 * 60_000);
    const theirs = cloud.addByHand(group, { ...cloud.rules(group)[0]?.rule, ...port(80) } as Rule);

    await beginRecovery(deps, 'lin');
    expect(await goOnRecovering(deps, always)).toMatchObject({ isComplete: true });

    await pass(2);
    expect(cloud.rules(group)).toEqual([theirs]);
    expect((await leases()).map(({ state: is }) => is)).toEqual(['ended']);
  });

  it('expects what it calls under way to land until nothing can', async () => {
    const { send, clock, cloud, deps, tx } = reconcilingWorld();
    cloud.faults.push({ kind: 'authorize', fault: 'lost-before' }, { kind: 'authorize', fault: 'lost-before' });
    await send('grant', request({ duration: 'PT1H' }));
    const [key = ''] = await tx(async (one) => {
      const [lease] = await one.listLeases({ limit: 1 });
      return (await one.linksOfLeases([lease?.id ?? ''])).map(({ ruleKey }) => ruleKey);
    });
    clock.nowMs += 20 * 60_000;

    await beginRecovery(deps, 'lin');
    await goOnRecovering(deps, always);

    const [row] = await tx((one) => one.rules([key]));
    expect(row?.hotUntilMs).toBe(clock.nowMs + inFlightMs);
    expect(row?.isMaybePresent).toBe(true);
  });
});

const port = (number: number) => ({
  direction: 'ingress',
  ipProtocol: 'tcp',
  portRange: `${number}/${number}`,
  sourceCidrIp: '203.0.113.7/32',
});
