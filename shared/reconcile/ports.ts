import type { Lease, Link } from '../lease/lease.ts';
import type { Refusal } from '../rule/refusal.ts';
import type { ListedRule, Rule } from '../rule/rule.ts';
import type { RuleSet } from '../rule/rule-set.ts';
import type { Target } from '../rule/target.ts';

/** The three verbs of the API, each a function with a role of its own. */
export type Hand = 'grant' | 'revoke' | 'modify';
export type ChangeKind = 'authorize' | 'revoke' | 'modify';

// ---------------------------------------------------------------- the cloud

/** What a cloud can do; the loop reads this instead of asking which cloud it is. */
export type Abilities = {
  readonly hasClientTokens: boolean;
  readonly hasRuleIds: boolean;
  readonly hasDescriptions: boolean;
  readonly canModify: boolean;
  /** Rules in one call, and bytes of them. */
  readonly batchMax: number;
  readonly batchBytesMax: number;
  /** For so long after a change a listing may still show the state before it. */
  readonly readLagMs: number;
};

/** One intended change of rules of one direction. Descriptions are stamped already. */
export type Change =
  | { readonly kind: 'authorize'; readonly direction: Rule['direction']; readonly rules: readonly Rule[] }
  | {
      readonly kind: 'revoke';
      readonly direction: Rule['direction'];
      readonly ruleIds: readonly string[];
      readonly rules: readonly Rule[];
    }
  | {
      readonly kind: 'modify';
      readonly direction: Rule['direction'];
      readonly ruleId: string;
      readonly rule: Rule;
    };

/**
 * Why the cloud said no. `caller`: the request is wrong; `rule-gone`: the named rule is not there; `group-gone`;
 * `peer-gone`: the peer group or list is not there; `exists`: the rule is there already; `busy`: come again with
 * the same token; `throttled`: come again after a pause; `mismatch`: the token was used for something else;
 * `credentials`: who we are could not be proved (expired, a clock that is off): come again with new ones.
 */
export type RefusalClass =
  | 'caller'
  | 'rule-gone'
  | 'group-gone'
  | 'peer-gone'
  | 'exists'
  | 'conflict'
  | 'quota'
  | 'permission'
  | 'busy'
  | 'throttled'
  | 'credentials'
  | 'mismatch';

/** The cloud's answer. Only `refused` proves that nothing happened, and not even `done` proves that something did. */
export type Answer = Outcome & {
  /** Earlier tries of the same call that got no answer: each may still land. */
  readonly unanswered?: number;
};
type Outcome =
  | { readonly kind: 'done'; readonly requestId?: string }
  | {
      readonly kind: 'refused';
      readonly class: RefusalClass;
      readonly code: string;
      readonly message: string;
      readonly requestId?: string;
      readonly retryAfterMs?: number;
    }
  | {
      readonly kind: 'unknown';
      readonly code: string;
      readonly message: string;
      readonly requestId?: string;
    };

export type NotListed = Exclude<Outcome, { kind: 'done' }>;
export type Listing = {
  readonly kind: 'listed';
  readonly rules: readonly ListedRule[];
  readonly requestIds: readonly string[];
};

/** One cloud's rule operations. Calls are one-shot: whoever calls repeats them. */
export interface RuleApi {
  readonly abilities: Abilities;
  /** All rules of a group, every page; never a part of them. */
  describe(target: Target): Promise<Listing | NotListed>;
  /** The frozen request for a change: what `send` will put on the wire, whenever it is sent. Pure. */
  prepare(target: Target, change: Change): string;
  /** Bytes that a rule adds to a request; for filling batches. Pure. */
  bytesOf(rule: Rule): number;
  /** Sends a prepared request. Twice with the same token is once, on clouds that have tokens. Never throws. */
  send(
    target: Target,
    kind: ChangeKind,
    direction: Rule['direction'],
    request: string,
    clientToken: string,
  ): Promise<Answer>;
}

// --------------------------------------------------------------- the ledger

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
  /** When what makes it (an authorize, or of a change its first call) was last sent or answered. */
  readonly lastAuthorizeAtMs?: number | undefined;
  readonly lastRevokeAtMs?: number | undefined;
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
  /** Leases older than this one (by creation, then id), for paging. */
  readonly before?: { readonly createdAtMs: number; readonly id: string } | undefined;
  readonly limit: number;
};

/**
 * What can be done inside one transaction. Reads of rules and leases lock what they return until the end of it;
 * always rules before leases, so that two transactions never wait for each other.
 */
export interface LedgerTx {
  /** The ledger's time when the transaction began: it never runs backwards. */
  readonly nowMs: number;

  /** Writes the message down; false, and nothing written, when (source, id) is known already. */
  insertMessage(row: InboxRow): Promise<boolean>;
  findMessage(source: string, id: string): Promise<InboxRow | undefined>;
  updateMessage(row: InboxRow): Promise<void>;
  /** Messages that wait for this request, oldest first. */
  parkedFor(source: string, requestId: string): Promise<readonly InboxRow[]>;

  /** Adds rows for keys that are new; what is there stays as it is. */
  insertRules(rows: readonly RuleRow[]): Promise<void>;
  /** Locks, in key order. Unknown keys are left out. */
  rules(keys: readonly string[]): Promise<readonly RuleRow[]>;
  /** Reads without locking: to judge a lease by its other rules. */
  peekRules(keys: readonly string[]): Promise<readonly RuleRow[]>;
  updateRules(rows: readonly RuleRow[]): Promise<void>;
  /**
   * Claims up to `limit` due and unclaimed rules of one group for a hand: of the given group, or of the one with the
   * most overdue rule. Rules that another transaction holds are skipped. Empty when nothing is due.
   */
  claimDue(want: {
    readonly hand: Hand;
    readonly target?: Target | undefined;
    readonly claimId: string;
    readonly untilMs: number;
    readonly limit: number;
  }): Promise<readonly RuleRow[]>;
  /** Groups and instants at which a hand falls due in (after, until], soonest first, each pair once. */
  dueSoon(
    hand: Hand,
    afterMs: number,
    untilMs: number,
    limit: number,
  ): Promise<readonly { target: Target; atMs: number }[]>;

  insertLease(lease: Lease, links: readonly Link[]): Promise<void>;
  /** Locks, in id order. Unknown ids are left out. */
  leases(ids: readonly string[]): Promise<readonly Lease[]>;
  /** Not locked: an id to look for, nothing to decide by. */
  findLeaseId(source: string | undefined, requestId: string): Promise<string | undefined>;
  updateLeases(leases: readonly Lease[]): Promise<void>;
  /** Newest first; not locked. */
  listLeases(filter: LeaseFilter): Promise<readonly Lease[]>;
  linksOfRules(keys: readonly string[], of: 'live' | 'all'): Promise<readonly Link[]>;
  linksOfLeases(ids: readonly string[]): Promise<readonly Link[]>;
  updateLinks(links: readonly Link[]): Promise<void>;

  insertOperations(operations: readonly Operation[]): Promise<void>;
  /** Operations that are still open on any of these rules. */
  openOperations(ruleKeys: readonly string[]): Promise<readonly Operation[]>;
  updateOperations(operations: readonly Operation[]): Promise<void>;

  /** Adds to the hash chain; the last thing that a transaction does, because the chain's head is one row. */
  appendAudit(entries: readonly AuditEntry[]): Promise<void>;
  auditOf(leaseId: string): Promise<readonly AuditRow[]>;
  /** Every group that any rule of ours was ever in. */
  knownTargets(): Promise<readonly Target[]>;

  getSetting(name: string): Promise<unknown>;
  setSetting(name: string, value: unknown): Promise<void>;
}

export interface Ledger {
  /**
   * Runs work in one serial step: all of it or nothing. May run it more than once, so it does nothing but read and
   * write through `tx`. Throws AppError LEDGER_UNAVAILABLE when the ledger cannot be reached.
   */
  transaction<T>(label: string, work: (tx: LedgerTx) => Promise<T>): Promise<T>;
}

// ------------------------------------------------------------ everything else

/** A hand to be run for one group at one instant. */
export type Wake = { readonly hand: Hand; readonly target: Target; readonly atMs: number };

export interface Nudger {
  /**
   * Asks the platform to run hands at their instants. Never throws: a nudge that fails costs seconds, because the
   * sweep finds the work anyway. Resolves to how many were accepted.
   */
  nudge(wakes: readonly Wake[], nowMs: number): Promise<number>;
}

/** Time that only measures: never to be compared with the ledger's. */
export interface Stopwatch {
  monotonicMs(): number;
  sleep(ms: number): Promise<void>;
}

export interface Ids {
  /** 26 lower-case characters, sortable by the instant given. */
  ulid(nowMs: number): string;
  /** 128 random bits in hexadecimal. */
  nonce(): string;
}

export interface Log {
  event(level: 'info' | 'warn' | 'error', message: string, fields?: Record<string, unknown>): void;
}
