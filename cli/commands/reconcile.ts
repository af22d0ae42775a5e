import * as z from 'zod/mini';
import type { Context } from '../context.ts';
import { table } from '../table.ts';

const driftSchema = z.looseObject({
  scannedAt: z.nullable(z.string()),
  groups: z.optional(z.number()),
  isComplete: z.optional(z.boolean()),
  drift: z.array(
    z.looseObject({
      class: z.string(),
      group: z.string(),
      ruleId: z.optional(z.string()),
      message: z.string(),
      repair: z.string(),
    }),
  ),
});
const header = ['DIFFERENCE', 'GROUP', 'RULE', 'DONE', 'MEANS'];

export type ReconcileOptions = { readonly now?: boolean };

/** Where the clouds differ from the ledger, as the last scan saw them, or as one sees them that is made now. */
export async function reconcile({ client, out }: Context, { now }: ReconcileOptions): Promise<void> {
  const found = await client('/api/drift', driftSchema, now ? { method: 'POST', body: {} } : {});
  out.data(found);
  const { scannedAt, drift, groups, isComplete } = found;
  if (now && !isComplete) out.note(`${groups} groups were looked at; the scans go on with the others`);
  const when = scannedAt === null ? 'no scan has seen every group yet' : `every group was last seen at ${scannedAt}`;
  if (drift.length === 0) return out.say(`clouds and ledger agree; ${when}`);
  const rows = drift.map((one) => [one.class, one.group, one.ruleId ?? '', one.repair, one.message]);
  const paint = (text: string, column: number, row: number) =>
    row === 0 ? out.paint('bold', text) : column === 0 ? out.paint('yellow', text) : text;
  for (const line of table([header, ...rows], paint)) out.say(line.trimEnd());
  out.say(when);
}
