import type { Lease, Link } from '../lease/lease.ts';
import type { Target } from '../rule/target.ts';
import type { Hand } from './hand.ts';
import type {
  AuditEntry,
  AuditRow,
  InboxRow,
  LeaseFilter,
  Operation,
  RuleFilter,
  RulePage,
  RuleRow,
} from './ledger-rows.ts';

type MessageName = Pick<InboxRow, 'source' | 'id'>;
/** A request by the id that its source gave it. */
export type RequestName = { readonly source: string; readonly requestId: string };

/**
 * What can be done inside one transaction. Reads of rules and leases lock what they return until the end of it;
 * always rules before leases, so that two transactions never wait for each other.
 */
export interface LedgerTx {
  /** The ledger's time when the transaction began: it never runs backwards. */
  readonly nowMs: number;

  /**
   * Writes messages down, no two of one name. False for each whose (source, id) is known already: it stays as it is.
   * Holds their names, as `holdRequests` does.
   */
  insertMessages(rows: readonly InboxRow[]): Promise<readonly boolean[]>;
  /** In no order; those that are unknown are left out. */
  findMessages(names: readonly MessageName[]): Promise<readonly InboxRow[]>;
  updateMessage(row: InboxRow): Promise<void>;
  /**
   * Waits for whoever is writing one of these requests down, and keeps others from it until the end of the
   * transaction: who then finds none can leave word for it, and it will be read.
   */
  holdRequests(requests: readonly RequestName[]): Promise<void>;
  /** Messages that wait for any of these requests, oldest first. */
  parkedFor(requests: readonly RequestName[]): Promise<readonly InboxRow[]>;
  /**
   * Forgets at most so many of what is kept beside messages (under a source's name with a `!`), and of what still
   * waits for something, that was received before; the oldest of each first; how many. Messages that took effect stay.
   */
  forgetMarks(beforeMs: number, limit: number): Promise<number>;

  /** Adds rows for keys that are new. False for each whose key is known already: what is there stays as it is. */
  insertRules(rows: readonly RuleRow[]): Promise<readonly boolean[]>;
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

  /** Each link is of one of these leases. */
  insertLeases(leases: readonly Lease[], links: readonly Link[]): Promise<void>;
  /** Locks, in id order. Unknown ids are left out. */
  leases(ids: readonly string[]): Promise<readonly Lease[]>;
  /** Not locked: to learn where to begin, nothing to decide by unless they are over. */
  peekLeases(ids: readonly string[]): Promise<readonly Lease[]>;
  /** The newest of each request, in the order of the requests. Not locked: ids to look for, nothing to decide by. */
  findLeaseIds(
    requests: readonly { readonly [name in keyof RequestName]: string | undefined }[],
  ): Promise<readonly (string | undefined)[]>;
  updateLeases(leases: readonly Lease[]): Promise<void>;
  /** Newest first; not locked. */
  listLeases(filter: LeaseFilter): Promise<readonly Lease[]>;
  /**
   * Every lease that had or may have something open in a group between two instants: those that are not over, and
   * those that are and began before the second and were to end after the first. None that waits, or never began. Not
   * locked: whoever decides by it holds the group's setting.
   */
  leasesBetween(target: Target, fromMs: number, untilMs: number): Promise<readonly Lease[]>;
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
  /** Every rule that some lease ever wanted, or those that a filter leaves; not locked. */
  listRules(filter: RuleFilter): Promise<RulePage>;
  /** Every group that any rule of ours was ever in. */
  knownTargets(): Promise<readonly Target[]>;

  getSetting(name: string): Promise<unknown>;
  /** Several at once, in the order of the names; null where it was never set. */
  getSettings(names: readonly string[]): Promise<readonly unknown[]>;
  /** The same, and nobody else holds one of them until the end of the transaction. */
  holdSettings(names: readonly string[]): Promise<readonly unknown[]>;
  setSetting(name: string, value: unknown): Promise<void>;
}

export interface Ledger {
  /**
   * Runs work in one serial step: all of it or nothing. May run it more than once, so it does nothing but read and
   * write through `tx`. Throws AppError LEDGER_UNAVAILABLE when the ledger cannot be reached.
   */
  transaction<T>(label: string, work: (tx: LedgerTx) => Promise<T>): Promise<T>;
  /** The ledger's time, epoch ms, as a transaction that begins now would have it; throws as that does. */
  now(): Promise<number>;
}
