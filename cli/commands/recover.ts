import * as z from 'zod/mini';
import type { Context } from '../context.ts';
import { Failure } from '../failure.ts';

const recoverySchema = z.looseObject({
  recovering: z.boolean(),
  by: z.optional(z.string()),
  since: z.optional(z.string()),
  groups: z.optional(z.number()),
  recovered: z.optional(z.number()),
  failures: z.optional(z.number()),
});

export type RecoverOptions = { readonly status?: boolean; readonly enough?: boolean };

/** Rebuilds the ledger from the stamps. What takes longer than one call, the timers go on with. */
export async function recover({ client, out }: Context, { status, enough }: RecoverOptions): Promise<void> {
  if (status && enough) throw new Failure('usage', 'USAGE', 'give only one of --status and --enough');
  const method = status ? 'GET' : enough ? 'DELETE' : 'POST';
  const found = await client('/api/recover', recoverySchema, { method, ...(method === 'POST' ? { body: {} } : {}) });
  out.data(found);
  const { recovering, groups = 0, recovered = 0, failures = 0 } = found;
  if (status && !recovering) return out.say('no recovery is under way');
  if (enough) return out.say('grants go on; the scans find what was not seen yet');
  out.say(`${groups} groups looked at, ${recovered} rules given a lease by their stamp`);
  if (!recovering) return out.say('done: grants go on, and everything ends on time');
  const why = failures > 0 ? `: ${failures} groups could not be listed` : '';
  out.say(`${out.paint('yellow', 'not complete')}${why}; grants are paused, the timers go on (--status shows)`);
}
