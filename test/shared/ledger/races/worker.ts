import { setTimeout as sleep } from 'node:timers/promises';
import { createPostgresLedger } from '../../../../shared/ledger/postgres-ledger.ts';
import type { LedgerTx } from '../../../../shared/reconcile/ledger-port.ts';
import { createIds } from '../../../../shared/runtime/ids.ts';
import { entry, message } from '../../../contract/ledger-samples.ts';

// A worker to be killed: claims what is due, holds it for a moment, gives it back; takes a message each time. What it
// prints was committed before: nothing of that may be missing afterwards.

const [databaseUrl = '', auditKey = ''] = process.argv.slice(2);
const claimMs = 400;
const ids = createIds();
const ledger = createPostgresLedger({ databaseUrl, poolMax: 2, sleep, random: Math.random, auditKeys: [auditKey] });

const tell = (what: Record<string, unknown>): void => void process.stdout.write(`${JSON.stringify(what)}\n`);

/** Messages and claims in one transaction, as acceptance and work are in theirs; the audit last. */
async function claim(tx: LedgerTx, claimId: string, messageId: string) {
  const rows = await tx.claimDue({ hand: 'revoke', claimId, untilMs: tx.nowMs + claimMs, limit: 3 });
  await tx.insertMessages([message(messageId)]);
  const data = { claimId, keys: rows.map(({ key }) => key), untilMs: tx.nowMs + claimMs, messageId, nowMs: tx.nowMs };
  await tx.appendAudit([{ ...entry(data), kind: 'claimed' }]);
  return data.keys;
}

/** Only what is still ours, as every later write of a turn is. */
async function giveBack(tx: LedgerTx, claimId: string, keys: readonly string[]): Promise<void> {
  const held = (await tx.rules(keys)).filter((row) => row.claimId === claimId && (row.claimUntilMs ?? 0) > tx.nowMs);
  await tx.updateRules(
    held.map(({ claimId: _, claimUntilMs: __, ...row }) => ({ ...row, dueMs: { revoke: tx.nowMs + 20 } })),
  );
  const data = { claimId, keys: held.map(({ key }) => key), nowMs: tx.nowMs };
  await tx.appendAudit([{ ...entry(data), kind: 'given-back' }]);
}

for (;;) {
  const [claimId, messageId] = [ids.nonce(), ids.nonce()];
  try {
    const keys = await ledger.transaction('race', (tx) => claim(tx, claimId, messageId));
    tell({ claimId, messageId });
    await sleep(Math.random() * 60);
    await ledger.transaction('race', (tx) => giveBack(tx, claimId, keys));
  } catch (error) {
    // The server is being restarted: come again. Whether an unanswered commit happened nobody knows.
    tell({ failed: (error as { code?: string }).code ?? String(error) });
    await sleep(50);
  }
}
