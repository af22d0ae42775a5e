import { afterEach, beforeEach, describe } from 'vitest';
import { ledgerAuditContract } from './ledger-audit.ts';
import { ledgerClaimContract } from './ledger-claims.ts';
import { ledgerInboxContract } from './ledger-inbox.ts';
import { ledgerLeaseContract } from './ledger-leases.ts';
import { ledgerOperationContract } from './ledger-operations.ts';
import { ledgerRuleContract } from './ledger-rules.ts';
import type { OpenLedger } from './ledger-samples.ts';
import { ledgerTransactionContract } from './ledger-transactions.ts';

/** What every ledger keeps, whatever it is made of. Each test gets an empty one. */
export function ledgerContract(name: string, open: OpenLedger): void {
  describe(`the ledger's contract, kept by ${name}`, () => {
    let opened: Awaited<ReturnType<OpenLedger>>;
    beforeEach(async () => {
      opened = await open();
    });
    afterEach(() => opened.close());
    const current = () => opened.ledger;

    ledgerTransactionContract(current);
    ledgerInboxContract(current);
    ledgerRuleContract(current);
    ledgerClaimContract(current);
    ledgerLeaseContract(current);
    ledgerOperationContract(current);
    ledgerAuditContract(current);
  });
}
