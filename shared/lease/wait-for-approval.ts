import { wholeSecond } from '../rule/instant.ts';
import { approvalDigest } from './approval-digest.ts';
import type { Lease } from './lease.ts';

type Wanted = {
  readonly approvals: number;
  readonly approvers: readonly string[];
  /** How the message named its window: what it left out counts from the approval. */
  readonly hasStart: boolean;
  readonly hasDuration: boolean;
  readonly timeoutMs: number;
};

/** A request that other people must agree to. An end that nobody can reach any more is one's time-out, too. */
export function waitForApproval(lease: Lease, wanted: Wanted, nowMs: number): Lease {
  const floats = { start: !wanted.hasStart, end: !wanted.hasStart && wanted.hasDuration };
  const approvals = {
    ...{ needed: wanted.approvals, given: [], approvers: wanted.approvers },
    expiresAtMs: wholeSecond(nowMs + wanted.timeoutMs),
    digest: approvalDigest(lease, floats),
    ...{ startFloats: floats.start, endFloats: floats.end },
  };
  return { ...lease, state: 'requested', approvals };
}

/** The same lease with the window that it has if it is approved now. */
export function windowedAt(lease: Lease, nowMs: number): Lease {
  const { approvals, startsAtMs, expiresAtMs } = lease;
  if (!approvals?.startFloats) return lease;
  const beginsAtMs = wholeSecond(nowMs);
  const ends = approvals.endFloats ? beginsAtMs + (expiresAtMs - startsAtMs) : expiresAtMs;
  return { ...lease, startsAtMs: beginsAtMs, expiresAtMs: ends };
}
