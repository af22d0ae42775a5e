import { isFinal } from '../lease/lease.ts';
import type { Draft } from './draft.ts';
import { dueOf, type Schedule } from './schedule.ts';

const hands = ['grant', 'revoke', 'modify'] as const;

/** Writes down when each hand has to come back to the loaded rules. Leases are settled before. */
export function plan(draft: Draft, nowMs: number, schedule: Schedule): void {
  for (const row of draft.rows) {
    const held = hands.some((hand) => (row.held?.[hand] ?? 0) > nowMs) ? row.held : undefined;
    const claimants = draft.claimants(row.key).filter(({ lease }) => !isFinal(lease.state));
    const dueMs = dueOf({ ...row, held }, claimants, nowMs, schedule);
    const isSame = held === row.held && hands.every((hand) => dueMs[hand] === row.dueMs[hand]);
    if (!isSame) draft.setRow(row.key, { held, dueMs });
  }
}
