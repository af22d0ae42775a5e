import * as z from 'zod/mini';
import { endOf, isFinal } from '../lease/lease.ts';
import type { AuditTrail } from './audit-trail.ts';
import type { Ledger, LedgerTx } from './ledger-port.ts';
import type { AuditRow } from './ledger-rows.ts';

/** Up to so many seconds after its end a lease was seen to be over; what is later still is `more`. */
export const lateSteps = [1, 2, 5, 10, 30, 60, 300] as const;

/** Everything counted since the ledger began, up to row `n` of the audit trail. */
const tallySchema = z.strictObject({
  n: z.number(),
  ended: z.number(),
  /** Seconds, of all that ended together. */
  lateSeconds: z.number(),
  /** Leases by step of lateness, each counted once: `upTo1s`, … `more`. */
  late: z.record(z.string(), z.number()),
  /** Calls that change something, by what the cloud answered: `done`, `unknown`, or the class of its refusal. */
  calls: z.record(z.string(), z.number()),
});
export type Tally = z.infer<typeof tallySchema>;

type TallyDeps = { readonly ledger: Pick<Ledger, 'transaction'>; readonly audit: Pick<AuditTrail, 'auditPage'> };
/** The tally as it is now, and what of it is new since it was last kept. */
export type Counted = {
  readonly tally: Tally;
  readonly lateMs: readonly number[];
  readonly late: Readonly<Record<string, number>>;
  readonly calls: Readonly<Record<string, number>>;
};

/** The tally that was kept last. Until there was one, this setting held the row alone. */
const setting = 'measured';
const kinds = ['lease.state', 'operation.answered'];
const pageSize = 500;
/** A flood must not keep a run from looking at the clouds: what is left over is counted next time. */
const pagesMax = 40;

/** Reads what was written down since the tally was kept. Looks only: `keepTally` keeps it. */
export async function countOn({ ledger, audit }: TallyDeps): Promise<Counted> {
  const kept = await ledger.transaction('measured', async (tx) => tallyOf(await tx.getSetting(setting)));
  const [lateMs, calls]: [number[], Record<string, number>] = [[], {}];
  let { n } = kept;
  for (let pages = 0; pages < pagesMax; pages += 1) {
    const { rows, nextN } = await audit.auditPage({ afterN: n, limit: pageSize, kinds });
    for (const row of rows) if (row.kind === 'operation.answered') add(calls, { [callOf(row)]: 1 });
    const ended = rows.filter(({ data }) => data.to === 'ended').flatMap(({ leaseId }) => leaseId ?? []);
    if (ended.length > 0) lateMs.push(...(await ledger.transaction('ended', (tx) => lateOf(tx, ended))));
    n = Math.max(n, rows.at(-1)?.n ?? 0, nextN ?? 0);
    if (nextN === undefined) break;
  }
  const late: Record<string, number> = {};
  for (const ms of lateMs) add(late, { [stepOf(ms)]: 1 });
  const tally = {
    ...{ n, ended: kept.ended + lateMs.length, late: { ...kept.late }, calls: { ...kept.calls } },
    lateSeconds: kept.lateSeconds + lateMs.reduce((sum, ms) => sum + ms, 0) / 1000,
  };
  add(tally.late, late);
  add(tally.calls, calls);
  return { tally, lateMs, late, calls };
}

export const keepTally = ({ ledger }: TallyDeps, tally: Tally): Promise<void> =>
  ledger.transaction('measured', (tx) => tx.setSetting(setting, tally));

function tallyOf(kept: unknown): Tally {
  const known = tallySchema.safeParse(kept).data;
  return known ?? { n: Number(typeof kept === 'number' ? kept : 0), ended: 0, lateSeconds: 0, late: {}, calls: {} };
}

const callOf = ({ data }: AuditRow): string => String(data.kind === 'refused' ? data.class : data.kind);

/** The name of the step that a lateness falls into. */
const stepOf = (ms: number): string => {
  const step = lateSteps.find((seconds) => ms <= seconds * 1000);
  return step === undefined ? 'more' : `upTo${step}s`;
};

/** From the end of each to the look that proved it. */
async function lateOf(tx: LedgerTx, ids: readonly string[]): Promise<number[]> {
  const leases = await tx.leases([...new Set(ids)]);
  return leases
    .filter(({ state }) => isFinal(state))
    .map((lease) => Math.max(0, (lease.closedAtMs ?? 0) - endOf(lease)));
}

function add(sums: Record<string, number>, more: Readonly<Record<string, number>>): void {
  for (const [name, count] of Object.entries(more)) sums[name] = (sums[name] ?? 0) + count;
}
