import type { Ledger } from '../../shared/reconcile/ledger-port.ts';

/** A ledger that tells the time as its transactions do: whatever befalls them befalls that. */
export const ledgerThrough = (transaction: Ledger['transaction']): Ledger => ({
  transaction,
  now: () => transaction('now', async (tx) => tx.nowMs),
});
