import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openPool } from '../../../shared/ledger/connection.ts';
import { migrate } from '../../../shared/ledger/migrate.ts';
import { type TransactDeps, transact } from '../../../shared/ledger/transact.ts';
import { type TestDatabase, testDatabase } from '../../support/postgres.ts';

const refuse = (sqlState: string) => `do $$ begin raise exception 'as told' using errcode = '${sqlState}'; end $$`;

describe('a transaction of the database', () => {
  let database: TestDatabase;
  let deps: TransactDeps;
  const pauses: number[] = [];
  beforeAll(async () => {
    database = await testDatabase();
    const sleep = async (ms: number) => void pauses.push(ms);
    deps = { pool: openPool({ databaseUrl: database.url, poolMax: 1 }), sleep, random: () => 0.5 };
    await migrate(deps.pool);
  });
  afterAll(async () => {
    await deps.pool.end();
    await database.close();
  });

  it('limits statements, locks and idling for itself, and leaves the session as it was', async () => {
    const limits = `select name, setting from pg_settings where name in
      ('statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout') order by name`;

    const within = await transact(deps, 'limits', async (sql) => (await sql<{ setting: string }>(limits)).rows);
    const after = await deps.pool.query<{ setting: string }>(limits);

    expect(within.map(({ setting }) => setting)).toEqual(['10000', '2000', '5000']);
    expect(after.rows.map(({ setting }) => setting)).toEqual(['0', '0', '0']);
  });

  it.each(['40P01', '40001', '55P03'])(
    'runs again after %s, with growing pauses, and gives up after five',
    async (code) => {
      pauses.length = 0;
      let runs = 0;
      const lost = transact(deps, 'contested', async (sql) => {
        runs += 1;
        await sql(refuse(code)).catch(() => undefined);
        throw new Error('what the work made of it');
      });

      await expect(lost).rejects.toMatchObject({ code: 'LEDGER_BUSY', retryable: true });
      expect(runs).toBe(6);
      expect(pauses).toEqual([20, 40, 80, 160, 320]);
    },
  );

  it.each([
    ['57014', 'LEDGER_UNAVAILABLE'],
    ['53100', 'LEDGER_UNAVAILABLE'],
    ['25006', 'LEDGER_UNAVAILABLE'],
    ['22012', 'LEDGER_FAILED'],
  ])('makes %s an error of its own, without running again', async (sqlState, code) => {
    let runs = 0;
    const lost = transact(deps, 'refused', async (sql) => {
      runs += 1;
      await sql(refuse(sqlState));
    });

    await expect(lost).rejects.toMatchObject({ code });
    expect(runs).toBe(1);
    expect(await transact(deps, 'after', async () => 'sound')).toBe('sound');
  });
});
