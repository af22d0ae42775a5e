import { describe, expect, it } from 'vitest';
import { type Current, operation, ruleRow, web, within } from './ledger-samples.ts';

export function ledgerOperationContract(current: Current): void {
  describe('the journal of operations', () => {
    it('shows what is open on any of the rules, once each, in the order of their intent', async () => {
      const ledger = current();
      const [a, b, c] = [ruleRow(web, 22), ruleRow(web, 23), ruleRow(web, 24)] as const;
      const later = operation('o1', [a, b], { intendedAtMs: 2000 });
      const sooner = operation('o2', [b], { intendedAtMs: 1000, kind: 'revoke' });
      await within(ledger, async (tx) => {
        await tx.insertRules([a, b, c]);
        await tx.insertOperations([later, sooner, operation('o3', [c])]);
      });

      expect(await within(ledger, (tx) => tx.openOperations([a.key, b.key, b.key]))).toEqual([sooner, later]);
      expect(await within(ledger, (tx) => tx.openOperations(['unknown']))).toEqual([]);
    });

    it('keeps the request to the byte, and every kind of answer', async () => {
      const ledger = current();
      const row = ruleRow(web, 22);
      const request = '{"b":1,"a":"\u0000 \ud83d 租约 \\" \'"}  ';
      const answers = [
        { kind: 'done', requestId: 'R1' },
        { kind: 'refused', class: 'throttled', code: 'Throttling', message: 'later', retryAfterMs: 500 },
        { kind: 'unknown', code: 'ECONNRESET', message: 'gone' },
      ] as const;
      await within(ledger, async (tx) => {
        await tx.insertRules([row]);
        await tx.insertOperations([operation('o1', [row], { request })]);
      });
      for (const answer of answers) {
        const answered = operation('o1', [row], { request, answer, sends: 2, answers: 1 });
        await within(ledger, (tx) => tx.updateOperations([answered]));

        expect(await within(ledger, (tx) => tx.openOperations([row.key]))).toEqual([answered]);
      }
    });

    it('lets an operation go from the open ones when it is settled, refused or superseded', async () => {
      const ledger = current();
      const row = ruleRow(web, 22);
      const states = ['settled', 'refused', 'superseded'] as const;
      await within(ledger, async (tx) => {
        await tx.insertRules([row]);
        await tx.insertOperations([...states, 'open' as const].map((state) => operation(state, [row])));
        await tx.updateOperations(states.map((state) => operation(state, [row], { state })));
        await tx.updateOperations(states.map((state) => operation(state, [row], { state })));
      });

      const open = await within(ledger, (tx) => tx.openOperations([row.key]));
      expect(open.map(({ id }) => id)).toEqual(['open']);
    });

    it('refuses an operation that it has, and a change of one that it has not', async () => {
      const ledger = current();
      const row = ruleRow(web, 22);
      await within(ledger, async (tx) => {
        await tx.insertRules([row]);
        await tx.insertOperations([operation('o1', [row])]);
      });

      await expect(within(ledger, (tx) => tx.insertOperations([operation('o1', [row])]))).rejects.toMatchObject({
        code: 'LEDGER_DUPLICATE',
      });
      await expect(within(ledger, (tx) => tx.updateOperations([operation('o2', [row])]))).rejects.toMatchObject({
        code: 'LEDGER_ROW_MISSING',
      });
    });

    it('takes empty lists for nothing to do', async () => {
      await within(current(), async (tx) => {
        await tx.insertOperations([]);
        await tx.updateOperations([]);
        await tx.insertRules([]);
        await tx.updateRules([]);
        await tx.updateLeases([]);
        await tx.updateLinks([]);
        await tx.appendAudit([]);
        expect(await tx.openOperations([])).toEqual([]);
        expect(await tx.linksOfRules([], 'live')).toEqual([]);
        expect(await tx.linksOfLeases([])).toEqual([]);
        expect(await tx.leases([])).toEqual([]);
      });
    });
  });
}
