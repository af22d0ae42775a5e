import * as z from 'zod/mini';
import { leaseSchema } from '../answers.ts';
import type { Context } from '../context.ts';
import { sayLease } from '../lease-text.ts';

export async function review(
  { client, out, lang }: Context,
  { reason }: { readonly reason: string },
  [id = '']: readonly string[],
): Promise<void> {
  const path = `/api/leases/${encodeURIComponent(id)}/review`;
  const found = await client(path, z.looseObject({ lease: leaseSchema }), { method: 'POST', body: { reason } });
  out.data(found);
  sayLease({ out, lang }, found.lease);
}
