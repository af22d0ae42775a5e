import type { Hand } from './hand.ts';
import type { RuleRow } from './ledger-rows.ts';

/** Which hand makes what a lease wants of a rule, and which one takes it back. */
export function handsOf(row: Pick<RuleRow, 'change'>): { readonly apply: Hand; readonly undo: Hand } {
  if (row.change === undefined) return { apply: 'grant', undo: 'revoke' };
  if (row.change.action === 'revoke') return { apply: 'revoke', undo: 'grant' };
  return { apply: 'modify', undo: 'modify' };
}
