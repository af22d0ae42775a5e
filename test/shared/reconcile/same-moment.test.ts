import { EventEmitter, once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { limitsOf } from '../../../shared/hands/guard-of.ts';
import type { AcceptDeps } from '../../../shared/reconcile/accepting.ts';
import { bookDrift, readDrift } from '../../../shared/reconcile/drift-book.ts';
import type { Ledger } from '../../../shared/reconcile/ledger-port.ts';
import { receive } from '../../../shared/reconcile/receive.ts';
import {
  beginRecovery,
  endRecovery,
  holdRecovery,
  readRecovery,
  writeRecovery,
} from '../../../shared/reconcile/recovery.ts';
import { targetKey } from '../../../shared/rule/target.ts';
import { systemClock } from '../../../shared/runtime/clock.ts';
import { ledgerThrough } from '../../fakes/ledger-through.ts';
import { someGuards } from '../../fakes/some-guards.ts';
import { group, makeWorld, request } from '../../fakes/world.ts';
import { racingLedger } from '../../support/postgres.ts';

/** A real database, because only there do two transactions run at once. */
async function racingWorld(change: Partial<AcceptDeps>) {
  const retried: string[] = [];
  const log = { event: (_level: string, message: string) => void retried.push(message) };
  const ledger = pausing((await racingLedger(log)).ledger);
  const { deps } = makeWorld({ ledger, ...change });
  const take = async (value: unknown) =>
    (await receive(deps, undefined, [{ source: 'api', reach: 'all', value }])).results[0];
  return { ledger, deps, take, retried };
}

/** The ledger, one of whose acceptances can be kept from its commit when all its work is done. */
function pausing({ transaction }: Ledger) {
  const none = async (): Promise<void> => undefined;
  let pause = none;
  const paused = ledgerThrough((label, work) =>
    transaction(label, async (tx) => {
      const result = await work(tx);
      if (label === 'accept') await pause();
      return result;
    }),
  );
  const holdNextCommit = () => {
    const gate = new EventEmitter();
    const [isAboutToCommit, committed] = [once(gate, 'reached'), once(gate, 'commit')];
    pause = async () => {
      pause = none;
      gate.emit('reached');
      await committed;
    };
    return { isAboutToCommit, commit: () => gate.emit('commit') };
  };
  return { ...paused, holdNextCommit };
}

const rules = (last: number) => [
  { direction: 'ingress', ipProtocol: 'tcp', portRange: '22/22', sourceCidrIp: `203.0.113.${last}/30` },
];

describe('requests that come in the same moment', () => {
  it('do not pass a limit together that each of them keeps alone', async () => {
    const guards = {
      ...someGuards,
      widestTogether: { publicIpv4: 29, privateIpv4: 8, publicIpv6: 48, privateIpv6: 32 },
    };
    const { take, retried } = await racingWorld(limitsOf(guards, {}, undefined));

    const results = await Promise.all(
      Array.from({ length: 10 }, (_, index) => take(request({ rules: rules(index * 4), duration: 'PT1H' }))),
    );

    const codes = results.map((result) => result?.error?.code);
    expect(codes.filter((code) => code === undefined)).toHaveLength(2);
    expect(codes.filter((code) => code === 'OPEN_TOO_WIDE')).toHaveLength(8);
    expect(retried).toEqual([]);
  });

  it('do not change one rule both', async () => {
    const { take, retried } = await racingWorld({});
    const changes = Array.from({ length: 8 }, (_, index) => ({
      ...request({ action: 'modify', duration: 'PT1H' }),
      rules: [{ securityGroupRuleId: 'sgr-1', set: { priority: index + 2 } }],
    }));

    const results = await Promise.all(changes.map(take));

    const codes = results.map((result) => result?.error?.code);
    expect(codes.filter((code) => code === undefined)).toHaveLength(1);
    expect(codes.filter((code) => code === 'CONFLICTS_WITH_LEASE')).toHaveLength(7);
    expect(retried).toEqual([]);
  });

  it('are approved by as many people as it takes, each counted once', async () => {
    const policy: AcceptDeps['policy'] = async () => (question) => ({
      ...{ policies: [], version: '', approvers: [] },
      approvals: question.action === 'authorize' ? 4 : 0,
    });
    const { take, ledger, retried } = await racingWorld({ policy });
    const leaseId = (await take(request({ duration: 'PT1H' })))?.leaseId ?? '';

    await Promise.all(
      Array.from({ length: 9 }, (_, index) =>
        take({ version: 1, id: `A-${index}`, action: 'approve', leaseId, by: { id: `person-${index % 3}` } }),
      ),
    );

    const [lease] = await ledger.transaction('look', (tx) => tx.leases([leaseId]));
    expect(lease?.approvals?.given.map(({ by }) => by.id).sort()).toEqual(['person-0', 'person-1', 'person-2']);
    expect(lease?.state).toBe('awaiting-approval');
    expect(retried).toEqual([]);
  });

  it.each(['request', 'end'])(
    'end when the word that they are over comes in the same moment: %s first',
    async (first) => {
      const { ledger, take } = await racingWorld({});
      const ask = request({ id: 'REQ-1', startsAt: '2026-12-02T09:00:00Z' });
      const end = { version: 1, id: 'REQ-1-closed', action: 'end', requestId: 'REQ-1' };
      const [one, other] = first === 'request' ? [ask, end] : [end, ask];

      const { isAboutToCommit, commit } = ledger.holdNextCommit();
      const began = take(one);
      await isAboutToCommit;
      const meanwhile = take(other);
      await systemClock.sleep(100);
      commit();
      await Promise.all([began, meanwhile]);

      const leases = await ledger.transaction('look', (tx) => tx.listLeases({ limit: 100 }));
      expect(leases).toMatchObject([{ requestId: 'REQ-1', state: 'cancelled' }]);
    },
  );

  it('are not brought back to life by an extension that saw them just before they ended', async () => {
    const { ledger, deps, take } = await racingWorld({});
    const startsAt = '2026-12-02T09:00:00Z';
    const { leaseId } = (await take(request({ id: 'REQ-1', startsAt }))) ?? {};
    let end = async (): Promise<unknown> => undefined;
    const betweenTheLooks = ledgerThrough((label, work) =>
      ledger.transaction(label, (tx) => {
        const hold = tx.holdSettings.bind(tx);
        return work(
          Object.assign(tx, {
            holdSettings: async (names: string[]) => {
              await end();
              return hold(names);
            },
          }),
        );
      }),
    );
    end = async () => {
      end = async () => undefined;
      await take({ version: 1, id: 'REQ-1-closed', action: 'end', requestId: 'REQ-1' });
    };

    const extend = { version: 1, id: 'REQ-1-more', action: 'extend', requestId: 'REQ-1', duration: 'PT9H' };
    const { results } = await receive({ ...deps, ledger: betweenTheLooks }, undefined, [
      { source: 'api', reach: 'all', value: extend },
    ]);

    expect(results).toMatchObject([{ leaseId, error: { code: 'LEASE_ENDED' } }]);
    const leases = await ledger.transaction('look', (tx) => tx.listLeases({ limit: 100 }));
    expect(leases).toMatchObject([{ requestId: 'REQ-1', state: 'cancelled' }]);
  });
});

describe('what is written down in the same moment', () => {
  it('of the drift of several groups, is all of it there', async () => {
    const { ledger } = await racingWorld({});
    const groups = Array.from({ length: 8 }, (_, index) => ({ ...group, securityGroupId: `sg-${index}` }));
    const finding = { class: 'ORPHAN', ruleId: 'sgr-1', leaseIds: [], message: 'found', repair: 'none' } as const;

    await Promise.all(groups.map((one) => ledger.transaction('scan', (tx) => bookDrift(tx, one, [finding]))));

    const drift = await ledger.transaction('look', readDrift);
    expect(drift.map((one) => one.group).sort()).toEqual(groups.map(targetKey));
  });

  it('of a recovery that is ended, does not begin it again', async () => {
    const { ledger, deps } = await racingWorld({});
    const recovery = await beginRecovery({ ledger, ids: deps.ids }, 'lin');
    const goOn = ledger.transaction('recover', async (tx) => {
      const held = await holdRecovery(tx);
      await systemClock.sleep(100);
      if (held) await writeRecovery(tx, { ...held, groups: 1 });
    });
    await systemClock.sleep(30);

    await ledger.transaction('end', (tx) => endRecovery(tx, 'lin', false));
    await goOn;

    expect(recovery.groups).toBe(0);
    expect(await ledger.transaction('look', readRecovery)).toBeUndefined();
  });
});
