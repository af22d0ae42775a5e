import { genesis } from '../../shared/ledger/audit-chain.ts';
import { ChainCheck } from '../../shared/ledger/chain-check.ts';
import type {
  AuditAnchor,
  AuditHead,
  AuditPage,
  AuditTrail,
  AuditVerdict,
  AuditWant,
} from '../../shared/reconcile/audit-trail.ts';
import type { Ledger, LedgerTx } from '../../shared/reconcile/ledger-port.ts';
import type { AuditRow } from '../../shared/reconcile/ledger-rows.ts';
import { canonicalJson } from '../../shared/rule/canonical-json.ts';
import { Journal } from './memory-table.ts';
import { MemoryTables } from './memory-tables.ts';
import { MemoryTx } from './memory-tx.ts';

/**
 * The ledger without a database: the same promises, kept by running one transaction at a time. A transaction
 * inside another one waits for ever, as it could on a pool of one connection.
 */
export class MemoryLedger implements Ledger, AuditTrail {
  readonly #clock: { now(): number };
  #tables: MemoryTables;
  readonly #auditKey: string | undefined;
  #nowMs = Number.NEGATIVE_INFINITY;
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: { readonly clock: { now(): number }; readonly auditKey?: string }) {
    this.#clock = options.clock;
    this.#auditKey = options.auditKey;
    this.#tables = new MemoryTables(options.auditKey);
  }

  transaction<T>(_label: string, work: (tx: LedgerTx) => Promise<T>): Promise<T> {
    const result = this.#last.then(() => this.#run(work));
    this.#last = result.catch(() => undefined);
    return result;
  }

  now(): Promise<number> {
    return this.transaction('now', async (tx) => tx.nowMs);
  }

  async verifyAudit(anchors: readonly AuditAnchor[] = []): Promise<AuditVerdict> {
    const check = new ChainCheck(this.#auditKey === undefined ? [] : [this.#auditKey], anchors);
    for (const { hash, ...body } of this.#tables.audit.rows()) {
      if (!check.add({ n: body.n, body: canonicalJson(body), hash })) break;
    }
    return check.finish();
  }

  async auditHead(): Promise<AuditHead> {
    return this.#tables.audit.rows().at(-1) ?? genesis;
  }

  async auditPage({ afterN, limit, kinds, leaseId, fromMs, toMs }: AuditWant): Promise<AuditPage> {
    const all = this.#tables.audit
      .rows()
      .filter(
        (row) =>
          row.n > afterN &&
          (kinds === undefined || kinds.includes(row.kind)) &&
          (leaseId === undefined || row.leaseId === leaseId) &&
          row.atMs >= (fromMs ?? Number.NEGATIVE_INFINITY) &&
          row.atMs < (toMs ?? Number.POSITIVE_INFINITY),
      );
    const rows = all.slice(0, limit);
    const last = rows.at(-1);
    return last && all.length > rows.length ? { rows, nextN: last.n } : { rows };
  }

  /** Every row of the chain, for checkers that judge a whole run. */
  auditRows(): readonly AuditRow[] {
    return this.#tables.audit.rows();
  }

  /** A setting as it is committed, for checkers. */
  setting(name: string): unknown {
    return JSON.parse(this.#tables.settings.get(name) ?? 'null');
  }

  backup(): MemoryTables {
    return this.#tables.copy();
  }

  /** What was written since the backup is gone. */
  restore(backup: MemoryTables): void {
    this.#tables = backup.copy();
  }

  async #run<T>(work: (tx: LedgerTx) => Promise<T>): Promise<T> {
    this.#nowMs = Math.max(this.#nowMs, Math.floor(this.#clock.now()));
    const journal = new Journal();
    const tx = new MemoryTx(this.#tables, journal, this.#nowMs);
    try {
      const result = await work(tx);
      tx.finish();
      return result;
    } catch (error) {
      journal.rollback();
      tx.close();
      throw error;
    }
  }
}
