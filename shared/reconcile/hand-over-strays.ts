import { isAbandoned } from './abandon.ts';
import type { Draft } from './draft.ts';
import type { RuleRow } from './ledger-rows.ts';
import { type Identified, type LookedAt, whose } from './ownership.ts';
import { isStamped } from './stamped-batch.ts';

/** Stamped, ours, and believed gone: the loop looks again, and removes it. */
export function handOverStrays(draft: Draft, listing: readonly Identified[], at: LookedAt): number {
  const stamped = listing.filter(isStamped);
  const isStray = (row: RuleRow): boolean =>
    whose(row, stamped, at).ours.some(({ listed }) => !isAbandoned(row, listed.ruleId));
  const strays = draft.rows.filter((row) => !row.change && !row.isPresent && !row.isMaybePresent && isStray(row));
  for (const { key } of strays) draft.setRow(key, { isMaybePresent: true });
  return strays.length;
}
