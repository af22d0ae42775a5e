import { type AuditVerdict, auditHash, chain, genesis, genesisHash } from '../../shared/ledger/audit-chain.ts';
import type { AuditRow, Ledger, LedgerTx } from '../../shared/reconcile/ports.ts';
import { Journal } from './memory-table.ts';
import { MemoryTables } from './memory-tables.ts';
import { MemoryTx } from './memory-tx.ts';

/**
 * The ledger without a database: the same promises, kept by running one transaction at a time. A transaction
 * inside another one waits for ever, as it could on a pool of one connection.
 */
export class MemoryLedger implements Ledger {
  readonly #clock: { now(): number };
  readonly #tables: MemoryTables;
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

  async verifyAudit(): Promise<AuditVerdict> {
    let hash = genesisHash;
    const rows = this.#tables.audit.rows();
    for (const row of rows) {
      hash = rehash(hash, row, this.#auditKey);
      if (hash !== row.hash) return { rows: rows.length, ok: false, firstBad: row.n, hash };
    }
    return { rows: rows.length, ok: true, hash };
  }

  /** Every row of the chain, for checkers that judge a whole run. */
  auditRows(): readonly AuditRow[] {
    return this.#tables.audit.rows();
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

function rehash(previous: string, row: AuditRow, key: string | undefined): string {
  const { n, atMs, hash: _, ...entry } = row;
  const [link] = chain({ ...genesis, n: n - 1, hash: previous }, atMs, [entry], key);
  return auditHash(previous, link?.body ?? '', key);
}
