import { expect, it } from 'vitest';
import { ledgerContract } from '../contract/ledger.ts';
import { entry, within } from '../contract/ledger-samples.ts';
import { MemoryLedger } from './memory-ledger.ts';

ledgerContract('the twin in memory', async () => ({
  ledger: new MemoryLedger({ clock: { now: () => Date.now() } }),
  close: async () => undefined,
}));

it('holds its time still while the clock runs backwards', async () => {
  let now = 5000.7;
  const ledger = new MemoryLedger({ clock: { now: () => now } });
  const time = () => within(ledger, async (tx) => tx.nowMs);

  const seen = [await time()];
  now = 3000;
  seen.push(await time());
  now = 6000;
  seen.push(await time());

  expect(seen).toEqual([5000, 5000, 6000]);
});

it('hashes under its key', async () => {
  const clock = { now: () => 1 };
  const [plain, keyed] = [new MemoryLedger({ clock }), new MemoryLedger({ clock, auditKey: 'k' })];
  for (const ledger of [plain, keyed]) await within(ledger, (tx) => tx.appendAudit([entry()]));

  expect(keyed.auditRows()[0]?.hash).not.toBe(plain.auditRows()[0]?.hash);
  expect(await keyed.verifyAudit()).toMatchObject({ ok: true });
});
