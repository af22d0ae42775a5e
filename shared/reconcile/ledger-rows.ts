import type { Refusal } from '../rule/refusal.ts';
import type { Rule } from '../rule/rule.ts';
import type { RuleSet } from '../rule/rule-set.ts';
import type { Target } from '../rule/target.ts';
import type { Answer, ChangeKind } from './cloud-port.ts';
import type { Hand } from './hand.ts';

/** One rule of one group that some lease ever wanted: the unit of claiming. */
export type RuleRow = {
  readonly key: string;
  readonly target: Target;
  /** What a lease opens; of a change, the rule as it was named or first seen. */
  readonly rule: Rule;
  /** Set where a lease changes a rule that is there, instead of opening one. */
  readonly change?: ChangeState | undefined;
  /** Ours was seen, and not yet seen to be gone. Of a change: it was seen to be made, and not yet to be undone. */
  readonly isPresent: boolean;
  /** An authorize was journaled, and neither its rule nor its absence has been seen since. */
  readonly isMaybePresent: boolean;
  /** The cloud's id of our rule, recorded once our stamp was seen on it. It stays ours whatever it says later. */
  readonly ruleId?: string | undefined;
  /** What the stamp on it says. */
  readonly stamp?:
    | { readonly operationId: string; readonly intendedAtMs: number; readonly endsAtMs: number }
    | undefined;
  /** The last rule of ours seen here: a copy of its stamp on another id is not ours. Kept after it is gone. */
  readonly lastSeen?: { readonly operationId: string; readonly ruleId: string } | undefined;
  /** Those before it, newest first: as many as can be young enough for their copies to pass by age. */
  readonly seenEarlier?: readonly { readonly operationId: string; readonly ruleId: string }[] | undefined;
  /** When a complete listing first lacked our rule although it was wanted. */
  readonly missingSinceMs?: number | undefined;
  readonly lookedAtMs?: number | undefined;
  /** When a listing last had our rule. */
  readonly seenAtMs?: number | undefined;
  /** When what makes it (an authorize, or of a change its first call) was last sent or answered. */
  readonly lastAuthorizeAtMs?: number | undefined;
  readonly lastRevokeAtMs?: number | undefined;
  /** A removal without an answer, of an operation that is done with, may land until then. */
  readonly lateRemovalUntilMs?: number | undefined;
  /** A request without an answer may still land until then. */
  readonly hotUntilMs?: number | undefined;
  /** The same for operations before the present one: its answer says nothing about theirs. */
  readonly earlierHotUntilMs?: number | undefined;
  /** Rules at most in one call with this one, after a batch with it was refused. */
  readonly batchMax?: number | undefined;
  /** Failed tries of the present undoing. */
  readonly attempts: number;
  readonly isStuck: boolean;
  /** A person took this rule out of the machine's hands: it is left as it is, and no stray. */
  readonly abandoned?: { readonly ruleId?: string | undefined; readonly by: string; readonly atMs: number } | undefined;
  readonly error?: Refusal | undefined;
  /** Put down by these hands, each for itself (throttled, waiting to be listed, failing): not before then. */
  readonly held?: { readonly [hand in Hand]?: number | undefined } | undefined;
  /** When each hand has something to do here; undefined for never. */
  readonly dueMs: { readonly [hand in Hand]?: number | undefined };
  readonly claimId?: string | undefined;
  readonly claimUntilMs?: number | undefined;
};

/** What a `modify` or `revoke` lease does to one existing rule, and the rule's images before and after. */
export type ChangeState = {
  readonly action: 'modify' | 'revoke';
  /** Named by the message, or learned at the first look. */
  readonly ruleId?: string | undefined;
  readonly set?: RuleSet | undefined;
  /** With its description, as it was listed before we touched it: what the end puts back. */
  readonly before?: Rule | undefined;
  readonly after?: Rule | undefined;
  /** Made, and not to be undone: a scheduled change, or one that changed nothing. */
  readonly isDone: boolean;
};

/** One intended call, written down with its exact request before it is sent. */
export type Operation = {
  readonly id: string;
  readonly kind: ChangeKind;
  /** Whether it makes what leases want or takes it back. */
  readonly purpose: 'apply' | 'undo';
  readonly target: Target;
  readonly direction: Rule['direction'];
  readonly ruleKeys: readonly string[];
  readonly request: string;
  readonly nonce: string;
  readonly clientToken: string;
  /** `open` until its rules are settled by looking; then what was seen of it. */
  readonly state: 'open' | 'settled' | 'refused' | 'superseded';
  /** Some of its rules are settled already: never sent again, because it would bring those back. */
  readonly isPartlySettled: boolean;
  readonly intendedAtMs: number;
  /** When it was last sent, or answered: it landed at the latest then, unless there was no answer. */
  readonly lastSentAtMs: number;
  /** The ledger cannot prove that this is what was journaled: never to be sent. */
  readonly isTampered?: boolean | undefined;
  /** A request that got no answer may still land. */
  readonly sends: number;
  readonly answers: number;
  readonly answer?: Answer | undefined;
};

/** A message that was taken: its content's digest decides whether a second one is the same. */
export type InboxRow = {
  readonly source: string;
  readonly id: string;
  readonly digest: string;
  readonly action: string;
  readonly leaseId?: string | undefined;
  /** Set while it waits for the request that it is about. */
  readonly parkedFor?: string | undefined;
  readonly message?: unknown;
  readonly error?: Refusal | undefined;
  readonly receivedAtMs: number;
};

export type AuditEntry = {
  readonly kind: string;
  readonly leaseId?: string | undefined;
  readonly actor: string;
  readonly data: Record<string, unknown>;
};
export type AuditRow = AuditEntry & { readonly n: number; readonly atMs: number; readonly hash: string };

export type LeaseFilter = {
  readonly states?: readonly string[] | undefined;
  readonly securityGroupId?: string | undefined;
  readonly requester?: string | undefined;
  readonly isLive?: boolean | undefined;
  /** Only those that somebody still has to review. */
  readonly needsReview?: boolean | undefined;
  /** Whose end, as it was given, lies after the first instant and not after the second. */
  readonly endsIn?: { readonly afterMs: number; readonly untilMs: number } | undefined;
  /** Leases older than this one (by creation, then id), for paging. */
  readonly before?: { readonly createdAtMs: number; readonly id: string } | undefined;
  readonly limit: number;
};

export type RuleFilter = {
  readonly securityGroupId?: string | undefined;
  /** About which some lease that is not over is, or none. */
  readonly isLive?: boolean | undefined;
  readonly isPresent?: boolean | undefined;
  readonly isStuck?: boolean | undefined;
  /** Rules after this one, by key, for paging. */
  readonly afterKey?: string | undefined;
  readonly limit: number;
};
/** In the order of keys; `nextKey` is what to ask after, absent on the last page. A page may be empty and not the last. */
export type RulePage = { readonly rows: readonly RuleRow[]; readonly nextKey?: string };
