import type { Ledger } from './ledger-port.ts';

/** Longer than any sender repeats what it sent, or is out of order. */
const keptForMs = 30 * 24 * 3600 * 1000;
/** A short transaction each, so that nobody waits for it; what is more than all of them is for the next run. */
const batchMax = 500;
const batchesMax = 40;

/**
 * Forgets by what repetitions were known (seen-before.ts, catch-up.ts) when they can come no more, and what was said of
 * a request that never came (accept-later.ts): most tickets that are closed never asked for anything. That had no
 * effect, so its repetition has no second one: it waits anew. How many.
 */
export async function forgetMarks(
  { ledger }: { readonly ledger: Pick<Ledger, 'transaction'> },
  mayGoOn: () => boolean,
): Promise<number> {
  let forgotten = 0;
  for (let batch = 0; batch < batchesMax && mayGoOn(); batch += 1) {
    const count = await ledger.transaction('forget', (tx) => tx.forgetMarks(tx.nowMs - keptForMs, batchMax));
    forgotten += count;
    if (count < batchMax) break;
  }
  return forgotten;
}
