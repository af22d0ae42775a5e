import type { Ledger } from '../reconcile/ledger-port.ts';
import type { AuditEntry } from '../reconcile/ledger-rows.ts';
import { toldBy } from '../reconcile/notice.ts';

/**
 * Runs `announce` after each commit of something that people are told of. They would be told anyway, at the next
 * minute: so it never fails, and nothing waits for what it leads to.
 */
export function announcingLedger<L extends Ledger>(ledger: L, announce: () => Promise<void>): L {
  return {
    ...ledger,
    async transaction(label, work) {
      let isNews = false;
      const result = await ledger.transaction(label, (tx) => {
        isNews = false;
        const appendAudit = (entries: readonly AuditEntry[]) => {
          isNews ||= entries.some((entry) => toldBy(entry) !== undefined);
          return tx.appendAudit(entries);
        };
        return work({ ...tx, appendAudit });
      });
      if (isNews) await announce();
      return result;
    },
  };
}
