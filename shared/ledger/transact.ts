import type pg from 'pg';
import type { Log, Stopwatch } from '../reconcile/runtime-ports.ts';
import { begin } from './connection.ts';
import { busy } from './ledger-error.ts';
import { Session } from './session.ts';
import type { Sql } from './sql.ts';
import { mayRunAgain } from './statement-error.ts';

export type TransactDeps = {
  readonly pool: pg.Pool;
  readonly sleep: Stopwatch['sleep'];
  readonly random: () => number;
  readonly log?: Log | undefined;
};

type Work<T> = (sql: Sql, nowMs: number) => Promise<T>;
type Task<T> = {
  readonly label: string;
  readonly beginText: string;
  readonly work: Work<T>;
  readonly silentMs?: number;
};

const againMax = 5;
const pauseMs = 20;

/**
 * Limits are set within the transaction, because a pooler that shares connections between transactions forgets a
 * session's settings, or gives them to somebody else.
 */
const limits = (statementMs: number, lockMs: number) => `
  begin;
  set local statement_timeout = ${statementMs};
  set local lock_timeout = ${lockMs};
  set local idle_in_transaction_session_timeout = 10000;`;
/** One round trip begins and tells the time: the chain's last instant holds it still if a clock runs backwards. */
const nowText = `select floor(extract(epoch from greatest(
    clock_timestamp(), (select at from curfew.audit_head where chain = 'main'))) * 1000)::float8 as now_ms`;
const beginText = `${limits(5_000, 2_000)}
  ${nowText}`;
const beginReadingText = `${limits(5_000, 2_000)}
  set transaction isolation level repeatable read, read only;
  select 0::float8 as now_ms`;
const beginSlowText = `${limits(60_000, 60_000)}
  select 0::float8 as now_ms`;

/** Runs work in a transaction; again, after a short random pause, when the database chose it as a victim. */
export async function transact<T>(deps: TransactDeps, label: string, work: Work<T>): Promise<T> {
  for (let again = 1; ; again += 1) {
    try {
      return await once(deps.pool, { label, beginText, work });
    } catch (error) {
      if (!mayRunAgain(error)) throw error;
      if (again > againMax) throw busy(label, error);
      deps.log?.event('warn', 'a ledger transaction runs again', { label, code: error.code, again });
      await deps.sleep(Math.ceil(deps.random() * pauseMs * 2 ** again));
    }
  }
}

/** One snapshot, for a reader that takes its time and locks nothing. */
export const transactReading = <T>(pool: pg.Pool, label: string, work: Work<T>): Promise<T> =>
  once(pool, { label, beginText: beginReadingText, work });

/** For migrations: with more time, and without asking a table that may not be there yet. */
export const transactSlowly = <T>(pool: pg.Pool, label: string, work: Work<T>): Promise<T> =>
  once(pool, { label, beginText: beginSlowText, work, silentMs: 65_000 });

/** One round trip, and nothing is begun that would have to be ended. */
export async function askTheTime(pool: pg.Pool): Promise<number> {
  const { client, row } = await begin<{ now_ms: number }>(pool, nowText);
  client.release();
  return row.now_ms;
}

async function once<T>(pool: pg.Pool, { label, beginText, work, silentMs = 10_000 }: Task<T>): Promise<T> {
  const { client, row } = await begin<{ now_ms: number }>(pool, beginText);
  const session = new Session(client, { label, silentMs });
  let isSound = true;
  try {
    const result = await work(session.sql, row.now_ms);
    await session.commit();
    return result;
  } catch (error) {
    isSound = await session.rollback();
    throw session.errorFor(error);
  } finally {
    client.release(!isSound);
  }
}
