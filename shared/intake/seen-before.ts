import { readMessage } from '../lease/read-message.ts';
import type { Ledger } from '../reconcile/ledger-port.ts';
import type { Delivered } from '../reconcile/receive.ts';

/**
 * An event means what it meant the first time: a repetition, under the delivery's id or with the same content, is
 * taken as that first message again, whatever headers come with it now. So nothing is asked for twice, and a delivery
 * that was written down but not carried out is carried out. What is seen is kept for the 30 days in which a sender may
 * repeat it (forget-marks.ts); the messages themselves stay.
 */
export async function firstMeaning(ledger: Ledger, delivered: Delivered, seen: readonly string[]): Promise<Delivered> {
  // What is malformed may be mended in sources.yaml, and sent again.
  if ('refusal' in delivered || seen.length === 0 || 'code' in readMessage(delivered.value)) return delivered;
  const source = `${delivered.source}!seen`;
  return ledger.transaction('seen', async (tx) => {
    for (const id of seen) {
      const row = { source, id, digest: '', action: 'seen', message: delivered.value, receivedAtMs: tx.nowMs };
      const [isNew] = await tx.insertMessages([row]);
      if (isNew) continue;
      const [earlier] = await tx.findMessages([row]);
      return earlier ? { ...delivered, value: earlier.message } : delivered;
    }
    return delivered;
  });
}
