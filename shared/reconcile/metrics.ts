import { endOf, isFinal, type Lease } from '../lease/lease.ts';
import type { AuditTrail } from './audit-trail.ts';
import type { Ledger, LedgerTx } from './ledger-port.ts';
import type { Log } from './runtime-ports.ts';

/** Counts of live leases, and how late those ended that have ended since the run before. */
export type Metrics = {
  /** Leases whose rules should be there now. */
  readonly open: number;
  /** Should be open and are not yet. */
  readonly due: number;
  /** Past their end and not over. */
  readonly overdue: number;
  readonly stuck: number;
  /** Emergencies that nobody has reviewed yet; of more than 500, 500. */
  readonly toReview: number;
  readonly ended: number;
  readonly endedLateP50Ms?: number;
  readonly endedLateP99Ms?: number;
};
export type MetricsDeps = {
  readonly ledger: Pick<Ledger, 'transaction'>;
  readonly audit: Pick<AuditTrail, 'auditPage'>;
  readonly log: Log;
};

const pageSize = 500;
/** More than that is counted as that: a flood must not keep the run from looking at the clouds. */
const leasesMax = 20_000;
/** Up to which row of the trail endings were counted. */
const setting = 'measured';

/** Logs one line `metrics`: what the log service's charts and alarms are made of. */
export async function measure({ ledger, audit, log }: MetricsDeps): Promise<Metrics> {
  const live = await countLive(ledger);
  const late = (await lateness(ledger, audit)).sort((a, b) => a - b);
  const quantiles =
    late.length === 0 ? {} : { endedLateP50Ms: quantile(late, 0.5), endedLateP99Ms: quantile(late, 0.99) };
  const toReview = await ledger.transaction('to review', (tx) => tx.listLeases({ needsReview: true, limit: pageSize }));
  const metrics = { ...live, toReview: toReview.length, ended: late.length, ...quantiles };
  log.event('info', 'metrics', metrics);
  return metrics;
}

async function countLive(ledger: MetricsDeps['ledger']) {
  const counts = { open: 0, due: 0, overdue: 0, stuck: 0 };
  let before: Lease | undefined;
  for (let seen = 0; seen < leasesMax; seen += pageSize) {
    const { leases, nowMs } = await ledger.transaction('metrics', async (tx) => ({
      leases: await tx.listLeases({ isLive: true, limit: pageSize, before }),
      nowMs: tx.nowMs,
    }));
    for (const lease of leases) count(counts, lease, nowMs);
    before = leases.at(-1);
    if (leases.length < pageSize) break;
  }
  return counts;
}

function count(counts: { open: number; due: number; overdue: number; stuck: number }, lease: Lease, nowMs: number) {
  const { state } = lease;
  if (state === 'stuck') counts.stuck += 1;
  if (endOf(lease) <= nowMs) counts.overdue += 1;
  else if (state === 'active') counts.open += 1;
  else if (lease.startsAtMs <= nowMs && (state === 'opening' || state === 'scheduled')) counts.due += 1;
}

/** Of each lease that has ended since the last run: from its end to the look that proved it. */
async function lateness(ledger: MetricsDeps['ledger'], audit: MetricsDeps['audit']): Promise<number[]> {
  const late: number[] = [];
  let afterN = await ledger.transaction('measured', async (tx) => Number((await tx.getSetting(setting)) ?? 0));
  let seenN = afterN;
  for (let pages = 0; pages * pageSize < leasesMax; pages += 1) {
    const { rows, nextN } = await audit.auditPage({ afterN, limit: pageSize, kinds: ['lease.state'] });
    const ended = rows.filter(({ data }) => data.to === 'ended').flatMap(({ leaseId }) => leaseId ?? []);
    if (ended.length > 0) late.push(...(await ledger.transaction('ended', (tx) => lateOf(tx, ended))));
    seenN = Math.max(seenN, rows.at(-1)?.n ?? 0, nextN ?? 0);
    if (nextN === undefined) break;
    afterN = nextN;
  }
  await ledger.transaction('measured', (tx) => tx.setSetting(setting, seenN));
  return late;
}

async function lateOf(tx: LedgerTx, ids: readonly string[]): Promise<number[]> {
  const leases = await tx.leases([...new Set(ids)]);
  return leases
    .filter(({ state }) => isFinal(state))
    .map((lease) => Math.max(0, (lease.closedAtMs ?? 0) - endOf(lease)));
}

const quantile = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
