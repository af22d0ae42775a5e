import type { Draft } from './draft.ts';

/**
 * Journaled calls that are not what was journaled are never sent: each gives way to a new one, made of what leases
 * want and of what the cloud shows, and somebody is told that the ledger was written to by another hand.
 */
export function dropTampered(draft: Draft): void {
  for (const { id, isTampered, ruleKeys } of draft.operations) {
    if (isTampered !== true) continue;
    draft.setOperation(id, { state: 'superseded' });
    const leaseIds = new Set(ruleKeys.flatMap((key) => draft.claimants(key).map(({ lease }) => lease.id)));
    const message = `operation ${id} is not the one that was journaled: somebody else wrote to the ledger; it is not sent`;
    draft.alarm({ code: 'JOURNAL_TAMPERED', message, leaseIds: [...leaseIds] });
  }
}
