import * as z from 'zod/mini';
import { leaseSchema } from '../answers.ts';
import type { Context } from '../context.ts';
import { sayLease } from '../lease-text.ts';
import { textsOf } from '../texts/texts-of.ts';

type AbandonOptions = { readonly reason: string; readonly force?: boolean };

export async function abandon(
  { client, out, lang }: Context,
  { reason, force }: AbandonOptions,
  [id = '']: readonly string[],
): Promise<void> {
  const path = `/api/leases/${encodeURIComponent(id)}/abandon`;
  const found = await client(path, z.looseObject({ lease: leaseSchema }), { method: 'POST', body: { reason, force } });
  out.data(found);
  sayLease({ out, lang }, found.lease);
  out.say(textsOf(lang).abandoned);
}
