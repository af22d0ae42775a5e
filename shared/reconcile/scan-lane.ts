import { readStamp } from '../rule/stamp.ts';
import { type Target, targetKey } from '../rule/target.ts';
import type { NotListed } from './cloud-port.ts';
import { type CompareDeps, type Compared, compareGroup } from './compare-group.ts';
import { closeDrift, type Drift } from './drift-book.ts';
import { ifFresh, isGroupGone, lookAtGroup, type TimedListing } from './groups.ts';
import { isLedgerAway } from './ledger-away.ts';
import type { LedgerTx } from './ledger-port.ts';
import { Pace } from './pace.ts';
import type { WorkDeps } from './work.ts';

export type LaneDeps = Omit<WorkDeps, 'policy'> &
  CompareDeps & {
    /** Listings a minute where this group is, in its account and region. */
    readonly callsPerMinute: (target: Target) => number;
  };
type Counts = { groups: number; rules: number; strays: number; drift: number; failures: number };

/** What the lanes of one scan share. */
export type ScanRun = {
  readonly deps: LaneDeps;
  readonly mayGoOn: () => boolean;
  /** The ledger's time at its beginning. */
  readonly nowMs: number;
  /** Groups of which the ledger knows rules or drift: the others are compared only where they bear a mark. */
  readonly concerned: ReadonlySet<string>;
  readonly counts: Counts;
  /** One comparison at a time: the drift of all groups stands in one place. */
  readonly inTurn: <T>(work: () => Promise<T>) => Promise<T>;
};

const minuteMs = 60_000;
const stepMs = 1_000;
/** A lane that is throttled for longer has its quota used up by others, minute after minute. */
const triesMax = 4;

/**
 * Looks at groups that share a quota, one after another and no faster than that allows. One that cannot be listed or
 * compared is counted and left: it keeps no other waiting. Answers the group that was done last.
 */
export async function scanLane(run: ScanRun, targets: readonly Target[]): Promise<string | undefined> {
  const [first] = targets;
  if (!first) return undefined;
  const pace = new Pace(run.deps.stopwatch, run.deps.callsPerMinute(first));
  let last: string | undefined;
  for (const target of targets) {
    if (!(await scanGroup(run, pace, target))) return last;
    last = targetKey(target);
  }
  return last;
}

/** False when the run's time was over first. */
async function scanGroup(run: ScanRun, pace: Pace, target: Target): Promise<boolean> {
  const { deps, counts } = run;
  const isConcerned = run.concerned.has(targetKey(target));
  if (!(await waitFor(run, pace.waitMs()))) return false;
  const sinceMs = isConcerned ? await deps.ledger.now() : run.nowMs;
  const look = await lookAt(run, pace, target);
  if (look === 'cut') return false;
  if (look === 'gone') await (isConcerned ? guarded(run, target, () => forget(run, target)) : undefined);
  else if (look !== 'failed') {
    counts.groups += 1;
    counts.rules += look.rules.length;
    const isMarked = look.rules.some(({ description }) => readStamp(description) !== undefined);
    if (isConcerned || isMarked) await guarded(run, target, () => compare(run, target, look, sinceMs));
  }
  return true;
}

/** A group that cannot be compared must not end the scan of the others; without a ledger there is nothing to scan. */
async function guarded({ deps, counts }: ScanRun, target: Target, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (isLedgerAway(error)) throw error;
    counts.failures += 1;
    const about = { alarm: true, code: 'NOT_COMPARED', target: targetKey(target), error };
    deps.log.event('error', 'a group could not be compared with the ledger', about);
  }
}

async function lookAt(run: ScanRun, pace: Pace, target: Target): Promise<TimedListing | 'gone' | 'failed' | 'cut'> {
  for (let tries = 1; ; tries += 1) {
    const look = await lookAtGroup(run.deps, target);
    pace.spend(look.kind === 'listed' ? Math.max(1, look.requestIds.length) : 1);
    if (look.kind === 'listed') return look;
    if (isGroupGone(look)) return 'gone';
    const isThrottled = look.kind === 'refused' && look.class === 'throttled';
    if (!isThrottled || tries === triesMax) {
      notSeen(run, target, look);
      return 'failed';
    }
    // What was refused in one minute is refused until the next.
    if (!(await waitFor(run, Math.min(look.retryAfterMs ?? minuteMs, 2 * minuteMs)))) return 'cut';
  }
}

function notSeen({ deps, counts }: ScanRun, target: Target, { code }: NotListed): void {
  counts.failures += 1;
  deps.log.event('warn', 'a group could not be listed', { target: targetKey(target), code });
}

async function waitFor({ deps, mayGoOn }: ScanRun, ms: number): Promise<boolean> {
  for (let leftMs = ms; leftMs > 0 && mayGoOn(); leftMs -= stepMs) await deps.stopwatch.sleep(Math.min(leftMs, stepMs));
  return mayGoOn();
}

async function compare(run: ScanRun, target: Target, seen: TimedListing, sinceMs: number): Promise<void> {
  const { deps, counts } = run;
  const { abilities } = deps.apiFor(target);
  const compareNow = async (tx: LedgerTx) => {
    const listing = ifFresh(deps, seen);
    return listing.kind === 'listed' ? compareGroup(tx, deps, { target, listing, abilities, sinceMs }) : listing;
  };
  const compared = await run.inTurn(() => deps.ledger.transaction('scan', compareNow));
  if ('code' in compared) {
    notSeen(run, target, compared);
    return;
  }
  counts.strays += compared.strays;
  counts.drift += compared.drift;
  await follow(deps, target, compared);
}

/** A group that is gone differs in nothing any more. */
const forget = ({ deps, inTurn }: ScanRun, target: Target): Promise<void> =>
  inTurn(() => deps.ledger.transaction('scan', (tx) => closeDrift(tx, target)));

async function follow({ log, nudger }: LaneDeps, target: Target, { appeared, wakes, nowMs }: Compared): Promise<void> {
  for (const one of appeared) log.event(levelOf(one), one.message, fieldsOf(one, target));
  if (wakes.length > 0) await nudger.nudge(wakes, nowMs);
}

/** What somebody's hand did to our rules within their lease is news; the rest needs a person. */
const mild: readonly string[] = ['RULE_EDITED', 'STAMP_STRIPPED', 'SHADOWED_BY_DROP'];
const levelOf = (one: Drift): 'warn' | 'error' => (mild.includes(one.class) ? 'warn' : 'error');

const fieldsOf = ({ class: code, ruleId, leaseIds, repair }: Drift, target: Target) => ({
  alarm: !mild.includes(code),
  code,
  ruleId,
  leaseIds,
  repair,
  target: targetKey(target),
});
