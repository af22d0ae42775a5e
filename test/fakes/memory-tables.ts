import type { Lease, Link } from '../../shared/lease/lease.ts';
import { chain, genesis } from '../../shared/ledger/audit-chain.ts';
import type { AuditEntry, AuditRow, InboxRow, Operation, RuleRow } from '../../shared/reconcile/ledger-rows.ts';
import { Index, type Journal, Table } from './memory-table.ts';

/** The ledger's tables as the twin keeps them, with the indexes that its reads need. */
export class MemoryTables {
  readonly inbox = new Table<InboxRow>();
  readonly rules = new Table<RuleRow>();
  readonly leases = new Table<Lease>();
  /** `source requestId` to lease id: neither part has a blank in it. */
  readonly leaseIds = new Table<string>();
  readonly links = new Table<Link>();
  readonly linksOfRule = new Index();
  readonly linksOfLease = new Index();
  readonly operations = new Table<Operation>();
  readonly openOperations = new Index();
  readonly settings = new Table<string>();
  readonly audit: AuditLog;

  constructor(auditKey?: string) {
    this.audit = new AuditLog(auditKey);
  }

  /** A backup: rows are never changed in place, so that of the rows the maps are enough. */
  copy(): MemoryTables {
    const { inbox, rules, leases, leaseIds, links, linksOfRule, linksOfLease } = this;
    const { operations, openOperations, settings, audit } = this;
    const tables = { inbox, rules, leases, leaseIds, links, linksOfRule, linksOfLease };
    const all = { ...tables, operations, openOperations, settings, audit };
    const copies = Object.entries(all).map(([name, table]) => [name, table.copy()]);
    return Object.assign(new MemoryTables(), Object.fromEntries(copies));
  }
}

/** The chain. Hashing costs more than the rest of a small transaction, so it waits until somebody reads. */
class AuditLog {
  readonly #entries: { readonly entry: AuditEntry; readonly nowMs: number }[] = [];
  readonly #rows: AuditRow[] = [];
  readonly #key: string | undefined;

  constructor(key: string | undefined) {
    this.#key = key;
  }

  append(journal: Journal, nowMs: number, entries: readonly AuditEntry[]): void {
    const length = this.#entries.length;
    journal.record(() => {
      this.#entries.length = length;
      this.#rows.length = Math.min(this.#rows.length, length);
    });
    for (const entry of entries) this.#entries.push({ entry, nowMs });
  }

  copy(): AuditLog {
    const copy = new AuditLog(this.#key);
    copy.#entries.push(...this.#entries);
    copy.#rows.push(...this.#rows);
    return copy;
  }

  rows(): readonly AuditRow[] {
    for (const { entry, nowMs } of this.#entries.slice(this.#rows.length)) {
      for (const { row } of chain(this.#rows.at(-1) ?? genesis, nowMs, [entry], this.#key)) this.#rows.push(row);
    }
    return this.#rows;
  }
}
