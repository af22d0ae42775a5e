import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PostgresLedger } from '../../../shared/ledger/postgres-ledger.ts';
import { message, within } from '../../contract/ledger-samples.ts';
import { type BreakableProxy, breakableProxy } from '../../support/breakable-proxy.ts';
import { type TestDatabase, testDatabase, testLedger } from '../../support/postgres.ts';

describe('the ledger behind a network that fails', () => {
  let database: TestDatabase;
  let proxy: BreakableProxy;
  let ledger: PostgresLedger;
  beforeEach(async () => {
    database = await testDatabase();
    proxy = await breakableProxy(database.url);
    ledger = testLedger(proxy.url);
    await ledger.migrate();
  });
  afterEach(async () => {
    await ledger.close();
    await proxy.close();
    await database.close();
  });

  it('says that nobody knows when the answer to its commit is lost, and it was written', async () => {
    proxy.loseAnswerTo('commit');
    const lost = within(ledger, (tx) => tx.insertMessages([message('m1')]));

    await expect(lost).rejects.toMatchObject({ code: 'LEDGER_COMMIT_UNKNOWN', retryable: true });
    expect(await within(ledger, (tx) => tx.insertMessages([message('m1')]))).toEqual([false]);
  });

  it('begins again by itself when the answer to its beginning is lost', async () => {
    proxy.loseAnswerTo('begin');

    expect(await within(ledger, (tx) => tx.insertMessages([message('m1')]))).toEqual([true]);
  });

  it('writes nothing when the answer to a statement is lost', async () => {
    proxy.loseAnswerTo('insert into curfew.inbox');
    let runs = 0;
    const lost = within(ledger, (tx) => {
      runs += 1;
      return tx.insertMessages([message('m1')]);
    });

    await expect(lost).rejects.toMatchObject({ code: 'LEDGER_UNAVAILABLE', retryable: true });
    expect(runs).toBe(1);
    expect(await within(ledger, (tx) => tx.insertMessages([message('m1')]))).toEqual([true]);
  });

  it('wakes up on dead connections and takes fresh ones', async () => {
    await Promise.all([within(ledger, (tx) => tx.getSetting('a')), within(ledger, (tx) => tx.getSetting('b'))]);
    proxy.silence();

    expect(await within(ledger, (tx) => tx.insertMessages([message('m1')]))).toEqual([true]);
  });
});
