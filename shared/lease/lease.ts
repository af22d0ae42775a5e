import type { Refusal } from '../rule/refusal.ts';
import type { Rule } from '../rule/rule.ts';
import type { RuleSet } from '../rule/rule-set.ts';
import type { Target } from '../rule/target.ts';
import type { Person, Ticket } from './message.ts';

/** Contract section 3. The last five are final; `stuck` is not: it is tried for ever. */
export const leaseStates = [
  'requested',
  'awaiting-approval',
  'scheduled',
  'opening',
  'active',
  'closing',
  'stuck',
  'ended',
  'rejected',
  'cancelled',
  'failed',
  'withdrawn',
] as const;
export type LeaseState = (typeof leaseStates)[number];

/** An existing rule, named by its id or by its attributes, and what to set on it; without `set` it is removed. */
export type RuleChange = {
  readonly ruleId?: string | undefined;
  readonly rule?: Rule | undefined;
  readonly set?: RuleSet | undefined;
};

/** The end of a lease that has none: the last instant that RFC 3339 can write. */
export const noEndMs = Date.UTC(9999, 11, 31, 23, 59, 59);

/** A word that somebody gave for a lease which waits for it. */
export type Approval = {
  /** The source through which they spoke: the same id may be two people in two systems. */
  readonly source: string;
  readonly by: Person;
  readonly atMs: number;
  readonly reason?: string | undefined;
};

/** What a lease needs from people other than its requester, and what it has of it. Kept after it is decided. */
export type Approvals = {
  readonly needed: number;
  readonly given: readonly Approval[];
  readonly rejected?: Approval | undefined;
  /** Nobody approved until then: the lease is rejected. */
  readonly expiresAtMs: number;
  /** Groups: each of those who approve must be in every one of them (policy.cedar, `@approvers`). */
  readonly approvers: readonly string[];
  /** SHA-256 (hex) of what is approved: nothing else may be opened by these words. */
  readonly digest: string;
  /** No start was named: it begins when it is approved, and a duration counts from then. */
  readonly startFloats: boolean;
  readonly endFloats: boolean;
};

/** A change to one group's rules with a start and an end at which it is undone. */
export type Lease = {
  readonly id: string;
  readonly source: string;
  /** The id of the message that asked for it, unique within its source. */
  readonly requestId: string;
  readonly action: 'authorize' | 'modify' | 'revoke';
  readonly target: Target;
  /** What `authorize` adds; empty for the others. */
  readonly rules: readonly Rule[];
  /** What `modify` and `revoke` do to rules that are there. */
  readonly changes?: readonly RuleChange[] | undefined;
  readonly startsAtMs: number;
  readonly expiresAtMs: number;
  readonly state: LeaseState;
  readonly requester: Person;
  readonly reason?: string | undefined;
  readonly ticket?: Ticket | undefined;
  /** Ended before its end: when, and why. Counts as its end from then on. */
  readonly cutAtMs?: number | undefined;
  readonly cutReason?: string | undefined;
  /** The reason in Chinese, where Curfew gave it itself; what a person wrote stands as it is. */
  readonly cutReasonZh?: string | undefined;
  readonly error?: Refusal | undefined;
  /** Absent where nobody had to be asked. */
  readonly approvals?: Approvals | undefined;
  /** Groups that the proof of who asked named; beside those of entities.json. */
  readonly groups?: readonly string[] | undefined;
  /** It starts later than it was accepted: nothing is done before the policy of that moment has allowed it. */
  readonly isUndecided?: boolean | undefined;
  /** Asked for in an emergency: it was told loudly, and somebody else has to review it afterwards. */
  readonly breakGlass?: { readonly reviewed?: Approval | undefined } | undefined;
  readonly createdAtMs: number;
  readonly openedAtMs?: number | undefined;
  readonly closedAtMs?: number | undefined;
};

/** One lease's share in one rule. Several leases may share a rule; each has a link of its own. */
export type Link = {
  readonly leaseId: string;
  readonly ruleKey: string;
  /** Our stamp was seen on the rule while the lease was live. */
  readonly openedAtMs?: number | undefined;
  /** The rule was there already and is somebody else's: nothing is sent, nothing is ever removed. */
  readonly isBorrowed: boolean;
  /** Somebody removed our rule by hand: it is not opened again for this lease. */
  readonly isWithdrawn: boolean;
  /** The cloud refused to add it, for good. */
  readonly error?: Refusal | undefined;
};

const finalStates: readonly LeaseState[] = ['ended', 'rejected', 'cancelled', 'failed', 'withdrawn'];

export const isFinal = (state: LeaseState): boolean => finalStates.includes(state);

/** An emergency that nobody has looked at since. One that was refused was none. */
export const needsReview = ({ breakGlass, state }: Pick<Lease, 'breakGlass' | 'state'>): boolean =>
  breakGlass !== undefined && breakGlass.reviewed === undefined && state !== 'rejected';

/** Not begun, because somebody has yet to say a word. */
export const isWaiting = ({ state }: Pick<Lease, 'state'>): boolean =>
  state === 'requested' || state === 'awaiting-approval';

type Ends = Pick<Lease, 'expiresAtMs' | 'cutAtMs' | 'state' | 'approvals'>;

/**
 * The instant from which nothing of it should be there: its end, or the moment at which it was cut short. One that
 * waits for approval is over when nobody gave it in time; an end that counts from the approval is none yet.
 */
export function endOf(lease: Ends): number {
  const cutAtMs = lease.cutAtMs ?? Number.POSITIVE_INFINITY;
  const { approvals } = lease;
  if (!approvals || !isWaiting(lease)) return Math.min(lease.expiresAtMs, cutAtMs);
  const ownEndMs = approvals.endFloats ? Number.POSITIVE_INFINITY : lease.expiresAtMs;
  return Math.min(approvals.expiresAtMs, ownEndMs, cutAtMs);
}

/** Should this lease's share of the rule be there at this instant? A question of rows and time, never of a counter. */
export function wants(lease: Lease, link: Link, nowMs: number): boolean {
  if (isFinal(lease.state) || isWaiting(lease) || lease.isUndecided) return false;
  if (link.isBorrowed || link.isWithdrawn || link.error !== undefined) return false;
  return lease.startsAtMs <= nowMs && nowMs < endOf(lease);
}
