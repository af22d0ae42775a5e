import { type Lease, takenSchema } from './answers.ts';
import type { Context } from './context.ts';
import { Failure } from './failure.ts';
import { sayLease } from './lease-text.ts';
import { textsOf } from './texts/texts-of.ts';
import { isOver, lookAt, waitUntil } from './waiting.ts';

const waitMs = 15_000;
/** Nothing more happens soon: it is open, over, or waits for its start or for somebody. */
const settled = new Set(['active', 'scheduled', 'awaiting-approval', 'closing', 'stuck']);

/** Sends a request for a lease of any kind, waits until it took effect, and tells what became of it. */
export async function askForLease(
  { client, out, lang }: Context,
  body: Readonly<Record<string, unknown>>,
  isWaiting: boolean,
  path = '/api/leases',
): Promise<void> {
  const taken = await client(path, takenSchema, { method: 'POST', body });
  const isSettled = (lease: Lease) => settled.has(lease.state) || isOver(lease);
  const lease = isWaiting ? await waitUntil(() => lookAt(client, taken.lease.id), isSettled, waitMs) : taken.lease;
  judge(lease, { isLate: isWaiting && !isSettled(lease), lang });
  sayLease({ out, lang }, lease);
  out.data({ ...taken, lease });
}

function judge(lease: Lease, { isLate, lang }: { readonly isLate: boolean } & Pick<Context, 'lang'>): void {
  const { id, state, error } = lease;
  const texts = textsOf(lang);
  if (isLate) {
    throw new Failure('unreachable', 'NOT_OPEN_YET', texts.lease.notOpenYet(id), { found: { lease } });
  }
  // Not in effect, and not because its time has come: whoever asked must not think that it was.
  const isNever = state === 'failed' || state === 'rejected' || state === 'cancelled' || state === 'withdrawn';
  if (!isNever) return;
  const sentence = texts.lease.became(id, state, error && texts.said(error));
  throw new Failure('refused', error?.code ?? state.toUpperCase(), sentence, {
    path: error?.path,
    found: { lease },
  });
}
