import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { migrations } from '../../../shared/ledger/migrations/migrations.ts';
import { createPostgresLedger, type PostgresLedgerOptions } from '../../../shared/ledger/postgres-ledger.ts';
import { ledgerContract } from '../../contract/ledger.ts';
import { db, entry, ruleRow, web, within } from '../../contract/ledger-samples.ts';
import { emptyLedger } from '../../support/empty-ledger.ts';
import { type TestDatabase, testDatabase } from '../../support/postgres.ts';
import { query } from '../../support/query.ts';

const deps = {
  sleep: (ms: number) => new Promise<void>((done) => setTimeout(done, ms)),
  random: Math.random,
};

/** Every retry is heard, because a lock order that deadlocks would otherwise only be slow. */
function openLedger(url: string, more: Partial<PostgresLedgerOptions> = {}) {
  const events: string[] = [];
  const log = { event: (_level: string, message: string) => void events.push(message) };
  return { ...createPostgresLedger({ databaseUrl: url, ...deps, log, ...more }), events };
}

describe('on a database that is emptied in between', () => {
  let database: TestDatabase;
  let ledger: ReturnType<typeof openLedger>;
  beforeAll(async () => {
    database = await testDatabase();
    ledger = openLedger(database.url, { poolMax: 8 });
    await ledger.migrate();
  });
  afterAll(async () => {
    await ledger.close();
    await database.close();
  });

  ledgerContract('PostgreSQL', async () => {
    await emptyLedger(database.url);
    return { ledger, close: async () => expect(ledger.events).toEqual([]) };
  });
});

describe('the ledger on PostgreSQL', () => {
  let database: TestDatabase;
  let ledger: ReturnType<typeof openLedger>;
  beforeAll(async () => {
    database = await testDatabase();
    ledger = openLedger(database.url);
    await ledger.migrate();
  });
  afterAll(async () => {
    await ledger.close();
    await database.close();
  });

  const killOthers = () =>
    query(
      database.url,
      'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
    );

  it('makes its tables once when many begin at the same moment', async () => {
    const fresh = await testDatabase();
    const ledgers = Array.from({ length: 6 }, () => openLedger(fresh.url));

    await Promise.all(ledgers.map((one) => within(one, (tx) => tx.setSetting('a', 1))));

    expect(await query(fresh.url, 'select version from curfew.migration')).toHaveLength(migrations.length);
    await Promise.all(ledgers.map((one) => one.close()));
    await fresh.close();
  });

  it('makes no tables where it was told not to', async () => {
    const fresh = await testDatabase();
    const bare = openLedger(fresh.url, { migratesOnUse: false });

    await expect(within(bare, async () => 1)).rejects.toMatchObject({ code: 'LEDGER_UNAVAILABLE' });
    await bare.migrate();
    await bare.migrate();
    expect(await within(bare, async () => 1)).toBe(1);
    await bare.close();
    await fresh.close();
  });

  it('carries on when its connections died while it slept', async () => {
    await Promise.all([within(ledger, (tx) => tx.getSetting('a')), within(ledger, (tx) => tx.getSetting('b'))]);
    await killOthers();

    expect(await within(ledger, async (tx) => tx.nowMs)).toBeGreaterThan(0);
  });

  it('writes nothing, and says so, when the connection is lost in the middle', async () => {
    const lost = within(ledger, async (tx) => {
      await tx.setSetting('half', true);
      await killOthers();
      await tx.setSetting('other half', true);
    });

    await expect(lost).rejects.toMatchObject({ code: 'LEDGER_UNAVAILABLE', retryable: true });
    expect(await within(ledger, (tx) => tx.getSetting('half'))).toBeUndefined();
  });

  it('survives losing the connection while the work does something else', async () => {
    const lost = within(ledger, async () => {
      await killOthers();
      await deps.sleep(100);
    });

    await expect(lost).rejects.toMatchObject({ code: 'LEDGER_COMMIT_UNKNOWN', retryable: true });
  });

  it('says that it cannot be reached', async () => {
    const nowhere = openLedger('postgres://curfew:secret@127.0.0.1:1/curfew');

    const error: unknown = await within(nowhere, async () => 1).catch((caught: unknown) => caught);

    expect(error).toMatchObject({ code: 'LEDGER_UNAVAILABLE', retryable: true, details: { reason: 'ECONNREFUSED' } });
    expect(String(error)).not.toContain('secret');
  });

  it('runs the loser of a deadlock again', async () => {
    const rows = [ruleRow(web, 22), ruleRow(db, 22)] as const;
    await within(ledger, (tx) => tx.insertRules(rows));
    let waiting = 0;
    const crosswise = (first: string, second: string) =>
      within(ledger, async (tx) => {
        await tx.rules([first]);
        waiting += 1;
        for (let turn = 0; waiting < 2 && turn < 100; turn += 1) await deps.sleep(10);
        const [row] = await tx.rules([second]);
        if (row) await tx.updateRules([{ ...row, attempts: row.attempts + 1 }]);
      });

    await Promise.all([crosswise(rows[0].key, rows[1].key), crosswise(rows[1].key, rows[0].key)]);

    const seen = await within(ledger, (tx) => tx.rules(rows.map(({ key }) => key)));
    expect(seen.map(({ attempts }) => attempts)).toEqual([1, 1]);
    expect(ledger.events).toContain('a ledger transaction runs again');
  });

  it('keeps its time when the chain remembers a later one than the clock', async () => {
    await within(ledger, (tx) => tx.appendAudit([entry()]));
    const aheadMs = Date.now() + 600_000;
    await query(database.url, `update curfew.audit_head set at = to_timestamp(${aheadMs} / 1000.0)`);

    expect(await within(ledger, async (tx) => tx.nowMs)).toBe(aheadMs);
    await query(database.url, 'update curfew.audit_head set at = (select max(at) from curfew.audit)');
    expect(await within(ledger, async (tx) => tx.nowMs)).toBe(aheadMs);
  });

  it('knows that it is the primary', async () => {
    expect(await ledger.isPrimary()).toBe(true);
  });
});
