import { endOf, isFinal, isWaiting, type Lease, type LeaseState, type Link, noEndMs } from '../lease/lease.ts';
import type { RuleRow } from './ledger-rows.ts';

/** A lease's share in one rule, with what is known of the rule and whether another live lease wants it too. */
export type Share = { readonly link: Link; readonly row: RuleRow; readonly isWantedByOthers: boolean };

/**
 * The state that follows from the lease's rules and the time. Total and pure: called after every look and every
 * message, so that a lease cannot be left behind in a state that its rules do not show.
 */
export function settleLease(lease: Lease, shares: readonly Share[], nowMs: number): Lease {
  if (isFinal(lease.state)) return lease;
  if (isWaiting(lease)) return settleWaiting(lease, nowMs);
  const state = nowMs < endOf(lease) ? stateBeforeEnd(lease, shares, nowMs) : stateAfterEnd(lease, shares);
  if (state === lease.state) return lease;
  const opened = state === 'active' && lease.openedAtMs === undefined ? { openedAtMs: nowMs } : {};
  const closed = isFinal(state) ? { closedAtMs: nowMs } : {};
  const error = state === 'failed' && lease.error === undefined ? { error: neverOpened } : {};
  return { ...lease, state, ...opened, ...closed, ...error };
}

function settleWaiting(lease: Lease, nowMs: number): Lease {
  if (nowMs < endOf(lease)) return lease.state === 'requested' ? { ...lease, state: 'awaiting-approval' } : lease;
  if (lease.cutAtMs !== undefined) return { ...lease, state: 'cancelled', closedAtMs: nowMs };
  return { ...lease, state: 'rejected', error: nobodyApproved, closedAtMs: nowMs };
}

const nobodyApproved = {
  code: 'APPROVAL_TIMED_OUT',
  message: 'nobody approved it in time; ask anew',
  path: '',
};
const neverOpened = {
  code: 'NEVER_OPENED',
  message: 'its end came before its rules could be opened',
  path: '',
};

function stateBeforeEnd(lease: Lease, shares: readonly Share[], nowMs: number): LeaseState {
  if (nowMs < lease.startsAtMs) return 'scheduled';
  if (shares.every(({ link }) => link.isWithdrawn)) return 'withdrawn';
  const isThere = ({ link, row }: Share) =>
    link.isBorrowed ||
    link.isWithdrawn ||
    (link.openedAtMs !== undefined && (row.isPresent || row.change?.isDone === true));
  if (!shares.every(isThere)) return 'opening';
  // A scheduled change has nothing to come back from.
  return lease.expiresAtMs === noEndMs ? 'ended' : 'active';
}

function stateAfterEnd(lease: Lease, shares: readonly Share[]): LeaseState {
  // Where another live lease wants the rule, our share of it ends without the rule.
  const left = shares.filter(({ link, row, isWantedByOthers }) => {
    if (link.isBorrowed || link.isWithdrawn || isWantedByOthers) return false;
    return row.isPresent || row.isMaybePresent;
  });
  if (left.length > 0) return left.some(({ row }) => row.isStuck) ? 'stuck' : 'closing';
  const everOpened = shares.some(({ link }) => link.openedAtMs !== undefined || link.isBorrowed);
  if (everOpened) return 'ended';
  if (lease.error === undefined && lease.cutAtMs !== undefined) return 'cancelled';
  return 'failed';
}
