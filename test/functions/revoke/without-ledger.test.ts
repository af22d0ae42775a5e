import { describe, expect, it } from 'vitest';
import { type RevokeDeps, revoke } from '../../../functions/revoke/revoke.ts';
import type { Hand } from '../../../shared/reconcile/hand.ts';
import { WarmMemory } from '../../../shared/reconcile/warm-memory.ts';
import { formatInstant } from '../../../shared/rule/instant.ts';
import type { Target } from '../../../shared/rule/target.ts';
import { AppError } from '../../../shared/runtime/app-error.ts';
import { ledgerThrough } from '../../fakes/ledger-through.ts';
import { group, makeWorld, request } from '../../fakes/world.ts';

const timer = JSON.stringify({ triggerTime: '2026-12-01T09:00:00Z', triggerName: 'sweep', payload: '' });
const wake = (hand: Hand, target: Target, atMs: number) =>
  JSON.stringify({ type: 'curfew.wake', hand, target, at: formatInstant(atMs) });

/** A world with a `revoke` of its own, and a ledger that can be taken away. */
function makeRevoke(change: Partial<RevokeDeps> = {}) {
  const world = makeWorld();
  const state = { away: undefined as string | undefined };
  const ledger = ledgerThrough(async (label, work) => {
    if (state.away !== undefined) throw new AppError(state.away, 'the ledger is away', { retryable: true });
    return world.ledger.transaction(label, work);
  });
  const deps: RevokeDeps = {
    ...world.deps,
    ledger,
    sources: { book: {}, secrets: { read: async () => [] }, isLocal: true },
    groups: async () => ({ targets: [group], isWhole: true }),
    nowMs: world.clock.now,
    memory: new WarmMemory(),
    ...change,
  };
  const run = (event: string) =>
    revoke({ event: Buffer.from(event), context: {}, deps, log: deps.log, remainingMs: () => 55_000 });
  const logged = (code: string) => world.logged.filter(({ fields }) => fields?.code === code);
  return { ...world, state, deps, run, logged };
}

describe('an overdue rule while the ledger is away', () => {
  it.each(['LEDGER_UNAVAILABLE', 'LEDGER_COMMIT_UNKNOWN', 'LEDGER_FAILED'])(
    'goes by its stamp once the grace is over (%s)',
    async (code) => {
      const { send, clock, cloud, state, run, logged } = makeRevoke();
      await send('grant', request());
      const [ours] = cloud.rules(group);
      state.away = code;

      clock.nowMs += 60_000 + 29_000;
      await run(timer);
      expect(cloud.rules(group)).toHaveLength(1);
      clock.nowMs += 1_000;
      const { answer } = await run(timer);

      expect(cloud.rules(group)).toEqual([]);
      expect(answer).toEqual({ groups: 1, removed: 1, failures: 0 });
      const fields = { ruleId: ours?.ruleId, leaseEnd: '2026-12-01T09:01:00Z', answer: 'done' };
      expect(logged('REMOVED_WITHOUT_LEDGER')).toEqual([
        expect.objectContaining({ level: 'warn', fields: expect.objectContaining(fields) }),
      ]);
    },
  );

  it('takes nothing else with it: foreign rules, copies of its stamp, what has time left', async () => {
    const { send, clock, cloud, state, run } = makeRevoke();
    await send('grant', request());
    const [ours] = cloud.rules(group);
    const other = { ...(ours?.rule ?? fail()), sourceCidrIp: '198.51.100.1/32' };
    const foreign = cloud.addByHand(group, other);
    const copy = cloud.addByHand(group, { ...other, portRange: '80/80' }, ours?.description ?? '');
    await send('grant', request({ duration: 'PT1H', rules: [{ ...port(443) }] }));
    const long = cloud.rules(group).at(-1);
    state.away = 'LEDGER_UNAVAILABLE';

    clock.nowMs += 120_000;
    await run(timer);

    expect(cloud.rules(group)).toEqual([foreign, copy, long]);
  });

  it('asks to be woken when the grace of a rule ends, and throws on for the platform to repeat', async () => {
    const { send, clock, cloud, state, run, wakes } = makeRevoke();
    await send('grant', request());
    state.away = 'LEDGER_UNAVAILABLE';
    clock.nowMs += 60_000;
    wakes.length = 0;

    await expect(run(wake('revoke', group, clock.nowMs))).rejects.toMatchObject({ code: 'LEDGER_UNAVAILABLE' });

    expect(wakes).toEqual([{ hand: 'revoke', target: group, atMs: clock.nowMs + 30_000 }]);
    clock.nowMs += 30_000;
    await expect(run(wake('revoke', group, clock.nowMs))).rejects.toThrow();
    expect(cloud.rules(group)).toEqual([]);
  });

  it('is found in a group that only the last good read of the ledger knew', async () => {
    const { send, clock, cloud, state, run } = makeRevoke({ groups: async () => ({ targets: [], isWhole: false }) });
    await send('grant', request());
    await run(timer);
    state.away = 'LEDGER_UNAVAILABLE';

    clock.nowMs += 90_000;
    await run(timer);

    expect(cloud.rules(group)).toEqual([]);
  });

  it('is reached in every group by and by where a run has the time for one only', async () => {
    const targets = ['sg-c', 'sg-a', 'sg-b'].map((securityGroupId): Target => ({ ...group, securityGroupId }));
    const { cloud, state, deps } = makeRevoke({ groups: async () => ({ targets, isWhole: true }) });
    state.away = 'LEDGER_UNAVAILABLE';
    const list = cloud.describe.bind(cloud);
    const looked: string[] = [];
    cloud.describe = (target) => {
      looked.push(target.securityGroupId);
      return list(target);
    };

    for (const run of [1, 2, 3, 4]) {
      const remainingMs = () => (looked.length < run ? 55_000 : 5_000);
      await revoke({ event: Buffer.from(timer), context: {}, deps, log: deps.log, remainingMs });
    }

    expect(looked).toEqual(['sg-a', 'sg-b', 'sg-c', 'sg-a']);
  });

  it('is taken for removed without an answer only when the next look lacks it', async () => {
    const { send, clock, cloud, state, run } = makeRevoke();
    await send('grant', request());
    state.away = 'LEDGER_UNAVAILABLE';
    clock.nowMs += 90_000;
    cloud.faults.push({ kind: 'revoke', fault: 'lost-before' }, { kind: 'revoke', fault: 'lost-after' });

    const { answer } = await run(timer);

    expect(cloud.rules(group)).toEqual([]);
    expect(answer).toMatchObject({ removed: 1 });
    const tokens = cloud.calls.filter(({ kind }) => kind === 'revoke').map(({ token }) => token);
    expect(new Set(tokens).size).toBe(2);
  });

  it('goes although another in its batch is refused', async () => {
    const { send, clock, cloud, state, run, logged } = makeRevoke();
    await send('grant', request({ rules: [port(1), port(2), port(3)] }));
    state.away = 'LEDGER_UNAVAILABLE';
    clock.nowMs += 90_000;
    const refused = { kind: 'refused', class: 'caller', code: 'Odd', message: 'no' } as const;
    cloud.faults.push({ kind: 'revoke', fault: refused }, { kind: 'revoke', fault: refused });

    const { answer } = await run(timer);

    expect(cloud.rules(group)).toHaveLength(1);
    expect(answer).toMatchObject({ removed: 2, failures: 1 });
    expect(logged('Odd')).toHaveLength(1);
  });

  it('leaves a message to its sender', async () => {
    const { state, run } = makeRevoke();
    state.away = 'LEDGER_UNAVAILABLE';

    await expect(run(JSON.stringify(request()))).rejects.toMatchObject({ code: 'LEDGER_UNAVAILABLE' });
  });
});

describe('the ledger, back again', () => {
  it('learns what went: the lease has ended, nothing is withdrawn, and the audit tells how', async () => {
    const { send, clock, ledger, lease, state, run, pass } = makeRevoke();
    const { results } = await send('grant', request());
    const leaseId = results[0]?.leaseId ?? '';
    state.away = 'LEDGER_UNAVAILABLE';
    clock.nowMs += 90_000;
    await run(timer);
    state.away = undefined;

    await run(timer);
    await pass(5);

    expect((await lease(leaseId)).state).toBe('ended');
    const story = ledger.auditRows().filter((row) => row.leaseId === leaseId);
    expect(story.filter(({ kind }) => kind === 'rule.removed-without-ledger')).toHaveLength(1);
    expect(ledger.auditRows().filter(({ kind }) => kind === 'alarm')).toEqual([]);
  });

  it('is told under the lease although another instance has settled it meanwhile', async () => {
    const { send, clock, ledger, state, run, pass } = makeRevoke();
    const { results } = await send('grant', request());
    state.away = 'LEDGER_UNAVAILABLE';
    clock.nowMs += 90_000;
    await run(timer);
    await pass(5);
    state.away = undefined;

    await run(timer);

    const story = ledger.auditRows().filter(({ kind }) => kind === 'rule.removed-without-ledger');
    expect(story.map(({ leaseId }) => leaseId)).toEqual([results[0]?.leaseId]);
  });

  it('ends the lease just as well when nobody remembers', async () => {
    const { send, clock, lease, state, run, pass, deps, logged } = makeRevoke();
    const { results } = await send('grant', request());
    state.away = 'LEDGER_UNAVAILABLE';
    clock.nowMs += 90_000;
    await run(timer);
    state.away = undefined;

    await pass(5);

    expect((await lease(results[0]?.leaseId ?? '')).state).toBe('ended');
    expect(logged('WITHDRAWN')).toEqual([]);
    expect(deps.memory.targets).toEqual([]);
  });

  it('opens a rule again whose lease was extended and whose stamp did not say so', async () => {
    const { send, clock, cloud, lease, state, run, pass, logged } = makeRevoke();
    const message = request();
    const { results } = await send('grant', message);
    await send('revoke', { version: 1, action: 'extend', id: 'X-1', requestId: message.id, duration: 'PT1H' });
    state.away = 'LEDGER_UNAVAILABLE';
    clock.nowMs += 90_000;
    await run(timer);
    expect(cloud.rules(group)).toEqual([]);
    state.away = undefined;

    await run(timer);
    await pass(20);

    expect(cloud.rules(group)).toHaveLength(1);
    expect((await lease(results[0]?.leaseId ?? '')).state).toBe('active');
    expect(logged('WITHDRAWN')).toEqual([]);
  });
});

const port = (number: number) => ({
  direction: 'ingress',
  ipProtocol: 'tcp',
  portRange: `${number}/${number}`,
  sourceCidrIp: '203.0.113.7/32',
});

function fail(): never {
  throw new Error('there is no rule of ours');
}
