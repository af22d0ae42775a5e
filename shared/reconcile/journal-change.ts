import type { Change } from './cloud-port.ts';
import type { ChangeCell } from './decide-change.ts';
import type { Draft } from './draft.ts';
import { addOperation, type Journal, markChanging } from './journal.ts';

/** Writes the call that a change needs into the draft: one operation a rule, its image journaled before it is sent. */
export function journalChange(draft: Draft, key: string, cell: ChangeCell, journal: Journal): readonly string[] {
  const { change, rule } = draft.row(key);
  const call = change ? callOf(cell, change) : undefined;
  if (!call) return [];
  const id = journal.ids.ulid(journal.nowMs);
  const purpose = cell === 'take-away' || cell === 'change' ? 'apply' : 'undo';
  addOperation(
    draft,
    { id, kind: call.kind, purpose, change: { ...call, direction: rule.direction } as Change, keys: [key] },
    journal,
  );
  if (purpose === 'apply') draft.setRow(key, { earlierHotUntilMs: draft.row(key).hotUntilMs });
  markChanging(draft, key, purpose, journal.nowMs);
  return [id];
}

type Call =
  | {
      readonly kind: 'revoke';
      readonly ruleIds: readonly string[];
      readonly rules: Extract<Change, { kind: 'revoke' }>['rules'];
    }
  | { readonly kind: 'authorize'; readonly rules: Extract<Change, { kind: 'authorize' }>['rules'] }
  | { readonly kind: 'modify'; readonly ruleId: string; readonly rule: Extract<Change, { kind: 'modify' }>['rule'] };

function callOf(cell: ChangeCell, change: NonNullable<ReturnType<Draft['row']>['change']>): Call | undefined {
  const { before, after, ruleId } = change;
  if (!before) return undefined;
  switch (cell) {
    case 'take-away':
    case 'take-away-again':
      return { kind: 'revoke', ruleIds: ruleId === undefined ? [] : [ruleId], rules: [before] };
    case 'put-back':
    case 'put-back-again':
      // Exactly as it was: priority, policy and its own description, without a stamp.
      return { kind: 'authorize', rules: [before] };
    case 'change':
    case 'change-again':
      return after && ruleId !== undefined ? { kind: 'modify', ruleId, rule: after } : undefined;
    case 'restore':
    case 'restore-again':
      return ruleId === undefined ? undefined : { kind: 'modify', ruleId, rule: before };
    default:
      return undefined;
  }
}
