import pg from 'pg';
import type { Log } from '../reconcile/runtime-ports.ts';
import { ConnectionLost, unavailable } from './ledger-error.ts';
import { sqlStateOf, statementError } from './statement-error.ts';

// The server ends a statement first; the driver's limits only catch a network that has gone silent.
const silentMs = 10_000;
/** A connection that outlived a freeze may be dead without a sign: BEGIN is where that shows, and it is quick. */
const beginSilentMs = 1_500;

export type ConnectionOptions = {
  readonly databaseUrl: string;
  /** Connections of one instance. */
  readonly poolMax?: number | undefined;
  readonly log?: Log | undefined;
};

/** Connections are opened when first needed, and none keeps an idle process alive. */
export function openPool({ databaseUrl, poolMax = 2, log }: ConnectionOptions): pg.Pool {
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    max: poolMax,
    connectionTimeoutMillis: 5_000,
    idleTimeoutMillis: 30_000,
    query_timeout: silentMs,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    allowExitOnIdle: true,
    fallback_application_name: 'curfew',
  });
  // Without a listener either event would end the process: of an idle connection, and of one in use between queries.
  pool.on('error', (error) => log?.event('warn', 'an idle connection to the ledger was lost', { code: codeOf(error) }));
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}

/**
 * Begins, whatever the text begins, and answers its last statement's row. A connection that died while the instance was
 * frozen shows here, where nothing was done yet: then every idle one is thrown away, and a fresh one gets a second
 * chance.
 */
export async function begin<Row>(pool: pg.Pool, text: string): Promise<{ client: pg.PoolClient; row: Row }> {
  const isFresh = pool.idleCount === 0;
  try {
    return await beginOn<Row>(await checkOut(pool), text, isFresh ? silentMs : beginSilentMs);
  } catch (error) {
    if (!(error instanceof ConnectionLost)) throw error;
    if (isFresh) throw unavailable('begin', error);
  }
  while (pool.idleCount > 0) (await checkOut(pool)).release(true);
  try {
    return await beginOn<Row>(await checkOut(pool), text, silentMs);
  } catch (error) {
    throw error instanceof ConnectionLost ? unavailable('begin', error) : error;
  }
}

async function beginOn<Row>(client: pg.PoolClient, text: string, query_timeout: number) {
  try {
    // A list where the text has several statements.
    const answers = [await client.query({ text, query_timeout } as pg.QueryConfig)].flat();
    return { client, row: answers.at(-1)?.rows[0] as Row };
  } catch (error) {
    // Destroyed whatever it was: it may be left within the transaction that failed to begin.
    client.release(true);
    throw statementError(error);
  }
}

/** One question outside of any transaction. The server's refusal comes as it is. */
export async function ask<Row extends pg.QueryResultRow>(pool: pg.Pool, text: string): Promise<readonly Row[]> {
  const client = await checkOut(pool);
  let isSound = false;
  try {
    const { rows } = await client.query<Row>(text);
    isSound = true;
    return rows;
  } catch (error) {
    isSound = sqlStateOf(error) !== undefined;
    throw isSound ? error : unavailable('question', error);
  } finally {
    client.release(!isSound);
  }
}

async function checkOut(pool: pg.Pool): Promise<pg.PoolClient> {
  try {
    return await pool.connect();
  } catch (error) {
    throw unavailable('connect', error);
  }
}

const codeOf = (error: Error): string => (error as Error & { code?: string }).code ?? error.message;
