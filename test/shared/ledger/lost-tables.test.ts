import { expect, it, onTestFinished } from 'vitest';
import { within } from '../../contract/ledger-samples.ts';
import { testDatabase, testLedger } from '../../support/postgres.ts';
import { query } from '../../support/query.ts';

it('makes its tables anew when they were lost under a warm instance', async () => {
  const database = await testDatabase();
  const ledger = testLedger(database.url);
  onTestFinished(async () => {
    await ledger.close();
    await database.close();
  });
  const read = () => within(ledger, (tx) => tx.getSetting('x'));
  await within(ledger, (tx) => tx.setSetting('x', 1));
  await query(database.url, 'drop schema curfew cascade');

  await expect(read()).rejects.toMatchObject({ code: 'LEDGER_UNAVAILABLE' });

  expect(await read()).toBeUndefined();
});
