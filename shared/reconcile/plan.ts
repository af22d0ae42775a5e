import { isFinal } from '../lease/lease.ts';
import type { Draft } from './draft.ts';
import { dueOf, type Schedule } from './schedule.ts';

/** Writes down when each hand has to come back to the loaded rules. Leases are settled before. */
export function plan(draft: Draft, nowMs: number, schedule: Schedule): void {
  for (const row of draft.rows) {
    const held = row.held && row.held.untilMs <= nowMs ? undefined : row.held;
    const claimants = draft.claimants(row.key).filter(({ lease }) => !isFinal(lease.state));
    const dueMs = dueOf({ ...row, held }, claimants, nowMs, schedule);
    const isSame =
      held === row.held && (['grant', 'revoke', 'modify'] as const).every((hand) => dueMs[hand] === row.dueMs[hand]);
    if (!isSame) draft.setRow(row.key, { held, dueMs });
  }
}
