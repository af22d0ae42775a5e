import { shadowOf } from '../../shared/policy/shadow.ts';
import { widens } from '../../shared/policy/widening.ts';
import type { RepairPolicy } from '../../shared/reconcile/compare-group.ts';
import type { GroupFinder } from '../../shared/reconcile/groups.ts';
import type { Hand } from '../../shared/reconcile/hand.ts';
import type { LedgerTx } from '../../shared/reconcile/ledger-port.ts';
import { receive } from '../../shared/reconcile/receive.ts';
import { type ScanDeps, scan } from '../../shared/reconcile/scan.ts';
import { sweep } from '../../shared/reconcile/sweep.ts';
import { ledgerThrough } from './ledger-through.ts';
import { MemoryLedger } from './memory-ledger.ts';
import { group, makeWorld } from './world.ts';

type Change = { readonly groups?: GroupFinder; readonly repair?: Partial<RepairPolicy> };

/** A whole Curfew whose ledger can be lost, or exchanged for an older one, while the clouds stay as they are. */
export function reconcilingWorld({ groups, repair = {} }: Change = {}) {
  const { clock, cloud, ledger: first, deps: base, logged, wakes } = makeWorld();
  const state = { ledger: first };
  const ledger = ledgerThrough((label, work) => state.ledger.transaction(label, work));
  const deps = {
    ...base,
    ledger,
    groups: groups ?? (async () => ({ targets: [group], isWhole: true })),
    widens,
    shadowOf,
    repair: { widenedRules: 'revoke', strippedStamps: 'report', ...repair } as const,
    scanEveryMs: 0,
    callsPerMinute: () => 100,
  } satisfies ScanDeps;
  const sweepAll = async () => {
    for (const hand of ['revoke', 'grant', 'modify'] as const) await sweep(deps, hand, () => true);
  };
  return {
    clock,
    cloud,
    deps,
    logged,
    wakes,
    state,
    /** A new and empty ledger in the place of the present one. */
    lose: () => {
      state.ledger = new MemoryLedger({ clock });
    },
    send: (hand: Hand | undefined, ...values: unknown[]) =>
      receive(
        deps,
        hand,
        values.map((value) => ({ source: 'queue', reach: 'own' as const, value })),
      ),
    /** The next look's process is frozen over it: its answer is used when this has happened, so much later. */
    freezeOverLook: (ms: number, meanwhile: () => void) => {
      const { describe } = cloud;
      cloud.describe = async (target) => {
        cloud.describe = describe;
        const look = await cloud.describe(target);
        meanwhile();
        clock.nowMs += ms;
        return look;
      };
    },
    scan: () => scan(deps, () => true),
    sweepAll,
    pass: async (seconds: number) => {
      for (let second = 0; second < seconds; second += 1) {
        clock.nowMs += 1_000;
        await sweepAll();
      }
    },
    tx: <T>(work: (tx: LedgerTx) => Promise<T>) => ledger.transaction('test', work),
    leases: () => ledger.transaction('test', (tx) => tx.listLeases({ limit: 100 })),
    codes: () => logged.flatMap(({ fields }) => (typeof fields?.code === 'string' ? [fields.code] : [])),
  };
}
