import { wants } from '../lease/lease.ts';
import type { Draft } from './draft.ts';
import { settleLease } from './settle-lease.ts';

/** Brings every lease whose rules are all loaded to the state that its rules show, and writes each change of state to the audit. */
export function settleLeases(draft: Draft, nowMs: number): void {
  for (const lease of draft.wholeLeases) {
    const shares = draft.linksOf(lease.id).map((link) => ({
      link,
      row: draft.row(link.ruleKey),
      isWantedByOthers: draft
        .claimants(link.ruleKey)
        .some((other) => other.lease.id !== lease.id && wants(other.lease, other.link, nowMs)),
    }));
    const settled = settleLease(lease, shares, nowMs);
    if (settled === lease) continue;
    draft.setLease(settled);
    const data = { from: lease.state, to: settled.state, ...(settled.error ? { error: settled.error } : {}) };
    draft.audit.push({ kind: 'lease.state', leaseId: lease.id, actor: 'curfew', data });
  }
}
