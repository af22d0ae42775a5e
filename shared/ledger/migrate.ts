import type pg from 'pg';
import { ask } from './connection.ts';
import { migrations } from './migrations/migrations.ts';
import { noTableStates, sqlStateOf } from './statement-error.ts';
import { transactSlowly } from './transact.ts';

/** Any number that nothing else in the database locks by: the letters "curfew". */
const lockId = '0x637572666577';

/** Applies what is missing, in one transaction. Many may call it at once: one works, the others wait and find it done. */
export function migrate(pool: pg.Pool): Promise<void> {
  return transactSlowly(pool, 'migrate', async (sql) => {
    await sql(`select pg_advisory_xact_lock(${BigInt(lockId)})`);
    await sql('create schema if not exists curfew');
    await sql(`create table if not exists curfew.migration (
      version integer primary key, name text not null, applied_at timestamptz not null default now())`);
    const { rows } = await sql<{ version: number }>('select version from curfew.migration');
    const applied = new Set(rows.map(({ version }) => version));
    for (const { version, name, sql: text } of migrations.filter((one) => !applied.has(one.version))) {
      await sql(text);
      await sql('insert into curfew.migration (version, name) values ($1, $2)', [version, name]);
    }
  });
}

/** One cheap question. A ledger that is ahead of this code counts as ready: migrations only widen. */
export async function isMigrated(pool: pg.Pool): Promise<boolean> {
  try {
    const rows = await ask<{ version: number | null }>(pool, 'select max(version) as version from curfew.migration');
    return (rows[0]?.version ?? 0) >= (migrations.at(-1)?.version ?? 0);
  } catch (error) {
    if (noTableStates.includes(sqlStateOf(error) ?? '')) return false;
    throw error;
  }
}
