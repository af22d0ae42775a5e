import { removalLandsUntilMs } from './decide.ts';
import type { Draft } from './draft.ts';
import type { Operation } from './ledger-rows.ts';

/** Asked where an operation is done with for this rule: what was sent of it without an answer may land all the same. */
export function rememberLateRemoval(draft: Draft, key: string, operation: Operation): void {
  const untilMs = removalLandsUntilMs(operation);
  const row = draft.row(key);
  if (row.change || untilMs <= (row.lateRemovalUntilMs ?? 0)) return;
  draft.setRow(key, { lateRemovalUntilMs: untilMs });
}
