import type pg from 'pg';
import type { AuditTrail } from '../reconcile/audit-trail.ts';
import type { Ledger, LedgerTx } from '../reconcile/ledger-port.ts';
import { AppError } from '../runtime/app-error.ts';
import { auditTx, readHead } from './audit.ts';
import { auditPage } from './audit-page.ts';
import { claimsTx } from './claims.ts';
import { type ConnectionOptions, openPool } from './connection.ts';
import { inboxTx } from './inbox.ts';
import { type JournalMac, journalMac } from './journal-mac.ts';
import { leasesTx } from './leases.ts';
import { linksTx } from './links.ts';
import { isMigrated, migrate } from './migrate.ts';
import { operationsTx } from './operations.ts';
import { rulesTx } from './rules.ts';
import { settingsTx } from './settings.ts';
import type { Sql } from './sql.ts';
import { noTableStates } from './statement-error.ts';
import { askTheTime, type TransactDeps, transact, transactReading } from './transact.ts';
import { verifyChain } from './verify-audit.ts';

export type PostgresLedgerOptions = ConnectionOptions &
  Pick<TransactDeps, 'sleep' | 'random'> & {
    /**
     * Newest first. With them the audit chain is one of HMACs and each journaled call bears a code: who lacks the key
     * can neither forge the chain anew from its first row, nor put another call into the journal.
     */
    readonly auditKeys?: readonly string[] | undefined;
    /** False where a deployment migrates by itself and this role may not: nothing is checked then. */
    readonly migratesOnUse?: boolean | undefined;
  };

export type PostgresLedger = Ledger &
  AuditTrail & {
    /** Brings the tables up to date. Twice does no harm, nor does doing it beside running code. */
    migrate(): Promise<void>;
    /** Whether its tables are those that this code knows, or newer ones. */
    isMigrated(): Promise<boolean>;
    /** False on a read-only copy, which may be behind: nothing may be decided by it. */
    isPrimary(): Promise<boolean>;
    /** Waits for what is under way, then closes every connection. */
    close(): Promise<void>;
  };

/** The ledger on PostgreSQL 14 or newer, behind poolers as well. Connects when it is first used. */
export function createPostgresLedger(options: PostgresLedgerOptions): PostgresLedger {
  const pool = openPool(options);
  const deps: TransactDeps = { pool, sleep: options.sleep, random: options.random, log: options.log };
  const { ready, forget } = options.migratesOnUse === false ? neverChecked : readyOnce(pool);
  const auditKeys = options.auditKeys ?? [];
  const mac = journalMac(auditKeys);
  let latestMs = 0;
  /** Another server's clock may be behind the one that we were connected to before. */
  const latest = (nowMs: number): number => {
    latestMs = Math.max(latestMs, nowMs);
    return latestMs;
  };
  const onTables = async <T>(work: () => Promise<T>): Promise<T> => {
    await ready();
    return work().catch((error: unknown) => {
      if (areTablesGone(error)) forget();
      throw error;
    });
  };
  const reading = async <T>(label: string, work: (sql: Sql) => Promise<T>): Promise<T> => {
    await ready();
    return transactReading(pool, label, work);
  };

  return {
    transaction: (label, work) =>
      onTables(() => transact(deps, label, (sql, nowMs) => work(ledgerTx(sql, latest(nowMs), auditKeys[0], mac)))),
    now: () => onTables(async () => latest(await askTheTime(pool))),
    migrate: () => migrate(pool),
    isMigrated: () => isMigrated(pool),
    auditHead: () => reading('audit head', (sql) => readHead(sql)),
    verifyAudit: (anchors = []) => reading('verify audit', (sql) => verifyChain(sql, auditKeys, anchors)),
    auditPage: (want) => reading('audit page', (sql) => auditPage(sql, want)),
    isPrimary: () =>
      transactReading(pool, 'is primary', async (sql) => {
        const { rows } = await sql<{ is_copy: boolean }>('select pg_is_in_recovery() as is_copy');
        return rows[0]?.is_copy === false;
      }),
    close: () => pool.end(),
  };
}

function ledgerTx(sql: Sql, nowMs: number, auditKey: string | undefined, mac: JournalMac): LedgerTx {
  return {
    nowMs,
    ...inboxTx(sql),
    ...rulesTx(sql),
    ...claimsTx(sql, nowMs),
    ...leasesTx(sql),
    ...linksTx(sql),
    ...operationsTx(sql, mac),
    ...auditTx(sql, nowMs, auditKey),
    ...settingsTx(sql, nowMs),
  };
}

type Readiness = { ready(): Promise<void>; forget(): void };
const neverChecked: Readiness = { ready: async () => undefined, forget: () => undefined };

/** Looks once whether the tables are there, and makes them if not; asks again only after a failure. */
function readyOnce(pool: pg.Pool): Readiness {
  let checked: Promise<void> | undefined;
  const forget = (): void => {
    checked = undefined;
  };
  const ready = (): Promise<void> => {
    checked ??= ensureMigrated(pool).catch((error: unknown) => {
      forget();
      throw error;
    });
    return checked;
  };
  return { ready, forget };
}

/** The database was lost and made anew under a warm instance: without this it would wait for its tables for ever. */
const areTablesGone = (error: unknown): boolean =>
  error instanceof AppError && noTableStates.includes(String(error.details.sqlState));

async function ensureMigrated(pool: pg.Pool): Promise<void> {
  if (!(await isMigrated(pool))) await migrate(pool);
}
