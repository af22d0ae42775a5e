import { endOf, isFinal, isWaiting, type Lease, type Link, wants } from '../lease/lease.ts';
import type { Hand } from './hand.ts';
import { handsOf } from './hands-of.ts';
import type { RuleRow } from './ledger-rows.ts';

export type Claimant = {
  readonly lease: Lease;
  readonly link: Link;
  /** Its state was brought up to date by all of its rules: if it is not final, another of its rules keeps it. */
  readonly isSettled?: boolean;
};

/** A wanted rule that is there is looked at this often, so that a removal by hand is noticed. */
export type Schedule = { readonly lookAgainMs: number; readonly watchMs: number };

/** When each hand next has something to do for a rule: nothing but rows and time decides it. */
export function dueOf(
  row: RuleRow,
  claimants: readonly Claimant[],
  nowMs: number,
  schedule: Schedule,
): RuleRow['dueMs'] {
  const live = claimants.filter(({ lease }) => !isFinal(lease.state));
  const wanted = isWanted(live, nowMs);
  const { apply, undo } = handsOf(row);
  const due: { [hand in Hand]?: number | undefined } = { modify: dueStamp(row, live, wanted, nowMs) };
  due[apply] = dueApply(row, live, wanted, nowMs, schedule);
  due[undo] = earliest([due[undo], dueUndo(row, live, wanted, nowMs, schedule)]);
  due.grant = earliest([due.grant, dueDecision(row, live, nowMs)]);
  for (const hand of ['grant', 'revoke', 'modify'] as const) {
    const [dueMs, heldMs] = [due[hand], row.held?.[hand]];
    if (dueMs !== undefined && heldMs !== undefined) due[hand] = Math.max(dueMs, heldMs);
  }
  return due;
}

export const isWanted = (claimants: readonly Claimant[], nowMs: number): boolean =>
  claimants.some(({ lease, link }) => wants(lease, link, nowMs));

/** The latest end among the leases that want the rule now: what its stamp should say. */
export function wantEnd(claimants: readonly Claimant[], nowMs: number): number | undefined {
  const ends = claimants.filter(({ lease, link }) => wants(lease, link, nowMs)).map(({ lease }) => endOf(lease));
  return ends.length === 0 ? undefined : Math.max(...ends);
}

function dueApply(row: RuleRow, live: readonly Claimant[], wanted: boolean, nowMs: number, schedule: Schedule) {
  const starts = live
    .filter(({ lease }) => lease.startsAtMs > nowMs && endOf(lease) > nowMs && !isWaiting(lease))
    .map(({ lease }) => lease.startsAtMs);
  if (!wanted) return earliest(starts);
  const hasUnopened = live.some(({ lease, link }) => wants(lease, link, nowMs) && link.openedAtMs === undefined);
  if (row.change) return hasUnopened ? nowMs : earliest(starts);
  // Missing once: the second look must be at least five seconds later, whoever waits for it.
  if (row.isPresent && row.missingSinceMs !== undefined) return earliest([...starts, row.missingSinceMs + 6_000]);
  if (!row.isPresent || hasUnopened) return nowMs;
  return earliest([...starts, (row.lookedAtMs ?? nowMs) + schedule.lookAgainMs]);
}

function dueUndo(row: RuleRow, live: readonly Claimant[], wanted: boolean, nowMs: number, schedule: Schedule) {
  const isThere = row.isPresent || row.isMaybePresent;
  // A lease that has ended and waits for another of its rules gives this one nothing to do.
  const isOnlyEnding = ({ lease, isSettled }: Claimant) => isSettled === true && endOf(lease) <= nowMs;
  const ends = live.filter((one) => !isOnlyEnding(one)).map(({ lease }) => endOf(lease));
  if (wanted) return earliest(ends);
  if (isThere || ends.some((end) => end <= nowMs)) return nowMs;
  // A tail is over when a look after its end found nothing, not when its time is up: looks may fail meanwhile.
  const isHot = row.hotUntilMs !== undefined;
  return earliest([...ends, ...(isHot ? [(row.lookedAtMs ?? nowMs) + schedule.watchMs] : [])]);
}

/** So early may a start be decided: where the rule is there for a lease that ends as this one begins, it has to stay. */
export const decidedBeforeMs = 10_000;

/** Whatever hand does it: the one that opens asks the policies, so that the one that ends needs none. */
function dueDecision(row: RuleRow, live: readonly Claimant[], nowMs: number) {
  const earlyMs = row.isPresent ? decidedBeforeMs : 0;
  const undecided = live.filter(({ lease }) => lease.isUndecided && !isWaiting(lease) && endOf(lease) > nowMs);
  return earliest(undecided.map(({ lease }) => lease.startsAtMs - earlyMs));
}

function dueStamp(row: RuleRow, live: readonly Claimant[], wanted: boolean, nowMs: number) {
  if (row.change || !wanted || !row.isPresent || row.ruleId === undefined || row.stamp === undefined) return undefined;
  if (row.missingSinceMs !== undefined) return undefined;
  return wantEnd(live, nowMs) === row.stamp.endsAtMs ? undefined : nowMs;
}

function earliest(instants: readonly (number | undefined)[]): number | undefined {
  const known = instants.filter((one) => one !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
}

/** Wakes are for whole seconds: never one before the work is due, or it would find nothing. */
export const wakeAt = (atMs: number, nowMs: number): number => (atMs <= nowMs ? nowMs : Math.ceil(atMs / 1000) * 1000);

/** All hands that have work for these rules up to the horizon, as instants to be woken at. */
export function wakesOf(rows: readonly RuleRow[], nowMs: number, horizonMs: number) {
  return rows.flatMap((row) =>
    (['grant', 'revoke', 'modify'] as readonly Hand[]).flatMap((hand) => {
      const atMs = row.dueMs[hand];
      if (atMs === undefined || atMs > nowMs + horizonMs) return [];
      return [{ hand, target: row.target, atMs: wakeAt(atMs, nowMs) }];
    }),
  );
}
