import { endOf, type Lease } from '../lease/lease.ts';
import type { AuditTrail } from './audit-trail.ts';
import type { Ledger } from './ledger-port.ts';
import type { Log } from './runtime-ports.ts';
import { countOn, keepTally } from './tally.ts';

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
  /** Of those, how many by step of lateness: `upTo1s`, … `more`. */
  readonly endedLate: Readonly<Record<string, number>>;
  /** Calls that change something, answered since the run before, by class. */
  readonly calls: Readonly<Record<string, number>>;
};
export type MetricsDeps = {
  readonly ledger: Pick<Ledger, 'transaction'>;
  readonly audit: Pick<AuditTrail, 'auditPage'>;
  readonly log: Log;
};

const pageSize = 500;
/** More than that is counted as that: a flood must not keep the run from looking at the clouds. */
const leasesMax = 20_000;

/** Logs one line `metrics`: what the log service's charts and alarms are made of. */
export async function measure(deps: MetricsDeps): Promise<Metrics> {
  const live = await countLive(deps.ledger);
  const { tally, lateMs, late: endedLate, calls } = await countOn(deps);
  await keepTally(deps, tally);
  const late = [...lateMs].sort((a, b) => a - b);
  const quantiles =
    late.length === 0 ? {} : { endedLateP50Ms: quantile(late, 0.5), endedLateP99Ms: quantile(late, 0.99) };
  const reviews = await deps.ledger.transaction('to review', (tx) =>
    tx.listLeases({ needsReview: true, limit: pageSize }),
  );
  const metrics = { ...live, toReview: reviews.length, ended: late.length, ...quantiles, endedLate, calls };
  deps.log.event('info', 'metrics', metrics);
  return metrics;
}

/** What is live now, by what should be. */
export async function countLive(ledger: MetricsDeps['ledger']) {
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

const quantile = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
