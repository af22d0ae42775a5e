import type { Lease } from '../../shared/lease/lease.ts';
import type { AuditTrail } from '../../shared/reconcile/audit-trail.ts';
import type { Hand } from '../../shared/reconcile/hand.ts';
import type { LedgerTx } from '../../shared/reconcile/ledger-port.ts';
import type { Wake } from '../../shared/reconcile/nudge-port.ts';
import { type ReceiveDeps, receive } from '../../shared/reconcile/receive.ts';
import { sweep } from '../../shared/reconcile/sweep.ts';
import { workGroup } from '../../shared/reconcile/work.ts';
import type { Target } from '../../shared/rule/target.ts';
import { allowEverything, noLimits } from './allow-everything.ts';
import { FakeCloud } from './fake-cloud.ts';
import { MemoryLedger } from './memory-ledger.ts';

export const group: Target = {
  cloud: 'ecs',
  account: 'default',
  regionId: 'cn-hangzhou',
  securityGroupId: 'sg-a',
};
const startMs = Date.parse('2026-12-01T09:00:00Z');

/** A whole Curfew in one process: the real loop, the in-memory ledger, a fake cloud, a clock that the test moves. */
export function makeWorld(change: Partial<ReceiveDeps> = {}) {
  const clock = { nowMs: startMs, now: () => clock.nowMs };
  const cloud = new FakeCloud(clock.now);
  const ledger = new MemoryLedger({ clock });
  const wakes: Wake[] = [];
  const logged: { level: string; message: string; fields?: Record<string, unknown> | undefined }[] = [];
  let counter = 0;
  const deps: ReceiveDeps & { readonly audit: AuditTrail } = {
    ledger,
    audit: ledger,
    apiFor: () => cloud,
    nudger: {
      nudge: async (more) => {
        wakes.push(...more);
        return more.length;
      },
    },
    stopwatch: {
      monotonicMs: () => clock.nowMs,
      sleep: async (ms) => {
        clock.nowMs += ms;
      },
    },
    ids: {
      ulid: () => `${counter++}`.padStart(26, '0'),
      nonce: () => `${counter++}`.padStart(32, '0'),
    },
    log: { event: (level, message, fields) => void logged.push({ level, message, fields }) },
    stampKeys: ['stamp-key'],
    schedule: { lookAgainMs: 60_000, watchMs: 60_000 },
    guard: () => undefined,
    ...noLimits,
    changeGuard: () => undefined,
    policy: allowEverything,
    serves: () => undefined,
    ...change,
  };
  const world = {
    clock,
    cloud,
    ledger,
    wakes,
    logged,
    deps,
    /** Delivers messages to a hand as source `queue`. */
    send: (hand: Hand | undefined, ...values: unknown[]) =>
      receive(
        deps,
        hand,
        values.map((value) => ({ source: 'queue', reach: 'own' as const, value })),
      ),
    /** The same through any source; with `reach` all, as the API does. */
    say: async (source: string, value: unknown, reach: 'own' | 'all' = source === 'api' ? 'all' : 'own') =>
      (await receive(deps, 'grant', [{ source, reach, value }])).results[0],
    sweep: (hand: Hand) => sweep(deps, hand, () => true),
    work: (hand: Hand) => workGroup(deps, hand, group),
    /** Lets time pass second by second, as wakes and sweeps would see it. */
    pass: async (seconds: number) => {
      for (let second = 0; second < seconds; second += 1) {
        clock.nowMs += 1_000;
        for (const hand of ['revoke', 'grant', 'modify'] as const) await sweep(deps, hand, () => true);
      }
    },
    tx: <T>(work: (tx: LedgerTx) => Promise<T>) => ledger.transaction('test', work),
    lease: async (id: string): Promise<Lease> => {
      const [lease] = await ledger.transaction('test', (tx) => tx.leases([id]));
      if (!lease) throw new Error(`no lease ${id}`);
      return lease;
    },
  };
  return world;
}

let serial = 0;
/** A request for port 22 from one address, for a minute. */
export function request(change: Record<string, unknown> = {}): Record<string, unknown> & { id: string } {
  serial += 1;
  return {
    version: 1,
    action: 'authorize',
    id: `REQ-${serial}`,
    target: group,
    rules: [{ direction: 'ingress', ipProtocol: 'tcp', portRange: '22/22', sourceCidrIp: '203.0.113.7/32' }],
    duration: 'PT1M',
    requester: { id: 'lin@example.com' },
    ...change,
  };
}
