import { createHash } from 'node:crypto';
import type { Staleness } from '../../shared/reconcile/accepting.ts';
import type { LedgerTx } from '../../shared/reconcile/ledger-port.ts';
import { refusal } from '../../shared/rule/refusal.ts';
import type { storySchema } from './answers.ts';
import { type Door, findLease, leaseNotFound } from './doors.ts';
import type { Described } from './later.ts';
import { viewLeases, viewStory } from './lease-view.ts';

type Told = Described<typeof storySchema>;

/** A lease with its story, as whoever may see it is shown it. */
export async function tellLease(tx: LedgerTx, id: string, door: Door): Promise<Told> {
  const [lease] = await viewLeases(tx, [await findLease(tx, id, door)]);
  if (!lease) throw leaseNotFound();
  return { lease, story: viewStory(await tx.auditOf(id)) };
}

/** The name of exactly what was shown. */
export const tagOf = (told: Told): string =>
  `"${createHash('sha256').update(JSON.stringify(told)).digest('base64url')}"`;

/** What a change was made for, if it says so by `If-Match`; anything else than what is there now is too late for it. */
export function stalenessOf(ifMatch: string | undefined, id: string, door: Door): Staleness | undefined {
  if (ifMatch === undefined || ifMatch.trim() === '*') return undefined;
  return async (tx) => {
    const tag = tagOf(await tellLease(tx, id, door));
    if (strongTags(ifMatch).includes(tag)) return undefined;
    return refusal('PRECONDITION_FAILED', 'the lease has changed since you looked (If-Match): look again, then decide');
  };
}

/** A weak tag names what is nearly the same: a precondition never holds by it (RFC 9110, 13.1.1). */
const strongTags = (ifMatch: string): string[] =>
  [...ifMatch.matchAll(/(W\/)?("[^"]*")/g)].flatMap(([, weak, tag]) => (weak || !tag ? [] : [tag]));
