import { type Lease, takenSchema } from '../answers.ts';
import type { Context } from '../context.ts';
import { Failure } from '../failure.ts';
import { sayLease } from '../lease-text.ts';
import { type RequestOptions, requestOf } from '../request-options.ts';
import { isOver, lookAt, waitUntil } from '../waiting.ts';

const waitMs = 15_000;
/** Nothing more happens soon: it is open, over, or waits for its start or for somebody. */
const settled = new Set(['active', 'scheduled', 'awaiting-approval', 'closing', 'stuck']);

export async function open(
  { client, out }: Context,
  options: RequestOptions & { readonly wait: boolean },
): Promise<void> {
  const body = requestOf(options);
  const taken = await client('/api/leases', takenSchema, { method: 'POST', body });
  const isSettled = (lease: Lease) => settled.has(lease.state) || isOver(lease);
  const lease = options.wait ? await waitUntil(() => lookAt(client, taken.lease.id), isSettled, waitMs) : taken.lease;
  judge(lease, options.wait && !isSettled(lease));
  sayLease(out, lease);
  out.data({ ...taken, lease });
}

function judge(lease: Lease, isLate: boolean): void {
  const { id, state, error } = lease;
  if (isLate) {
    const sentence = `lease ${id} was taken and is not open yet; it is still being tried (curfew show ${id})`;
    throw new Failure('unreachable', 'NOT_OPEN_YET', sentence, { found: { lease } });
  }
  // Not open, and not because its time has come: whoever asked must not think that it was.
  const isNever = state === 'failed' || state === 'rejected' || state === 'cancelled' || state === 'withdrawn';
  if (!isNever) return;
  const reason = error ? `: ${error.message}` : '';
  throw new Failure('refused', error?.code ?? state.toUpperCase(), `lease ${id} ${state}${reason}`, {
    found: { lease },
  });
}
