import { describe, expect, it } from 'vitest';
import type { RuleRow } from '../../shared/reconcile/ledger-rows.ts';
import { type Current, db, group, ruleRow, type TriedLedger, web, within } from './ledger-samples.ts';

const longAgoMs = 1_600_000_000_000;
const farAheadMs = 9_000_000_000_000;

const claim = (
  ledger: TriedLedger,
  claimId: string,
  more: { limit?: number; target?: typeof web; hand?: 'revoke'; forMs?: number } = {},
) =>
  within(ledger, (tx) =>
    tx.claimDue({
      hand: more.hand ?? 'grant',
      target: more.target,
      claimId,
      untilMs: tx.nowMs + (more.forMs ?? 45_000),
      limit: more.limit ?? 100,
    }),
  );

const due = (target: typeof web, port: number, afterMs: number): RuleRow =>
  ruleRow(target, port, { dueMs: { grant: longAgoMs + afterMs } });

const ports = (rows: readonly RuleRow[]) => rows.map(({ rule }) => Number(rule.portRange?.split('/')[0])).sort();

export function ledgerClaimContract(current: Current): void {
  describe('claiming', () => {
    it('takes the due rules of the group with the most overdue one', async () => {
      const ledger = current();
      const rows = [due(web, 22, 2), due(web, 23, 4), due(db, 24, 1), due(db, 25, 9)];
      await within(ledger, (tx) => tx.insertRules([...rows, ruleRow(db, 26, { dueMs: { grant: farAheadMs } })]));

      const claims = [await claim(ledger, 'c1'), await claim(ledger, 'c2'), await claim(ledger, 'c3')];

      expect(claims.map(ports)).toEqual([[24, 25], [22, 23], []]);
      expect(claims[0]?.map(({ claimId }) => claimId)).toEqual(['c1', 'c1']);
    });

    it('shows in the rule whose it is and until when', async () => {
      const ledger = current();
      const row = due(web, 22, 0);
      await within(ledger, (tx) => tx.insertRules([row]));
      const [claimed] = await claim(ledger, 'c1', { forMs: 45_000 });

      const [seen] = await within(ledger, (tx) => tx.rules([row.key]));

      expect(seen).toEqual(claimed);
      expect(seen).toEqual({ ...row, claimId: 'c1', claimUntilMs: expect.any(Number) });
    });

    it('takes up to its limit, the most overdue first', async () => {
      const ledger = current();
      await within(ledger, (tx) => tx.insertRules([due(web, 22, 3), due(web, 23, 1), due(web, 24, 2)]));

      expect(ports(await claim(ledger, 'c1', { limit: 2 }))).toEqual([23, 24]);
      expect(ports(await claim(ledger, 'c2', { limit: 2 }))).toEqual([22]);
    });

    it('keeps to the group that was asked for', async () => {
      const ledger = current();
      await within(ledger, (tx) => tx.insertRules([due(web, 22, 2), due(db, 24, 1)]));

      expect(ports(await claim(ledger, 'c1', { target: web }))).toEqual([22]);
      expect(await claim(ledger, 'c2', { target: group('sg-unknown') })).toEqual([]);
    });

    it('goes by the hand that asks', async () => {
      const ledger = current();
      await within(ledger, (tx) =>
        tx.insertRules([due(web, 22, 0), ruleRow(web, 23, { dueMs: { revoke: longAgoMs, grant: farAheadMs } })]),
      );

      expect(ports(await claim(ledger, 'c1', { hand: 'revoke' }))).toEqual([23]);
      expect(ports(await claim(ledger, 'c2'))).toEqual([22]);
    });

    it('takes a rule again when its claim has run out or was given back', async () => {
      const ledger = current();
      const [left, returned] = [due(web, 22, 0), due(db, 23, 1)];
      await within(ledger, (tx) => tx.insertRules([left, returned]));
      await claim(ledger, 'c1', { target: web, forMs: 0 });
      await claim(ledger, 'c2', { target: db });
      await within(ledger, (tx) => tx.updateRules([returned]));

      expect(ports(await claim(ledger, 'c3', { target: web }))).toEqual([22]);
      expect(ports(await claim(ledger, 'c4', { target: db }))).toEqual([23]);
    });

    it('lets a worker see that its claim was lost to another', async () => {
      const ledger = current();
      const row = due(web, 22, 0);
      await within(ledger, (tx) => tx.insertRules([row]));
      await claim(ledger, 'slow', { forMs: 0 });
      await claim(ledger, 'quick');

      const [seen] = await within(ledger, (tx) => tx.rules([row.key]));

      expect(seen?.claimId).toBe('quick');
    });

    it('gives eight workers at once each rule once', async () => {
      const ledger = current();
      const targets = [web, db, group('sg-three')];
      const rows = targets.flatMap((target) =>
        Array.from({ length: 100 }, (_, index) => due(target, 1000 + index, index)),
      );
      await within(ledger, (tx) => tx.insertRules(rows));

      const work = async (worker: number): Promise<string[]> => {
        const got: string[] = [];
        for (let misses = 0, turn = 0; misses < 3; turn += 1) {
          const claimed = await claim(ledger, `${worker}-${turn}`, { limit: 7 });
          expect(new Set(claimed.map(({ target }) => target.securityGroupId)).size).toBeLessThanOrEqual(1);
          got.push(...claimed.map(({ key }) => key));
          misses = claimed.length === 0 ? misses + 1 : 0;
        }
        return got;
      };
      const taken = (await Promise.all(Array.from({ length: 8 }, (_, worker) => work(worker)))).flat();

      expect(taken).toHaveLength(300);
      expect(new Set(taken).size).toBe(300);
    });
  });

  describe('what falls due soon', () => {
    it('comes soonest first, each group and instant once', async () => {
      const ledger = current();
      const at = (target: typeof web, port: number, revoke: number) => ruleRow(target, port, { dueMs: { revoke } });
      const rows = [
        at(web, 22, 3000),
        at(web, 23, 3000),
        at(db, 24, 2000),
        at(db, 25, 3000),
        at(web, 26, 1000),
        at(web, 27, 5001),
      ];
      await within(ledger, (tx) => tx.insertRules([...rows, ruleRow(web, 28, { dueMs: { grant: 2500 } })]));

      const soon = await within(ledger, (tx) => tx.dueSoon('revoke', 1000, 5000, 10));

      expect(soon).toEqual([
        { target: db, atMs: 2000 },
        { target: db, atMs: 3000 },
        { target: web, atMs: 3000 },
      ]);
      expect(await within(ledger, (tx) => tx.dueSoon('revoke', 1000, 5000, 1))).toEqual(soon.slice(0, 1));
      expect(await within(ledger, (tx) => tx.dueSoon('revoke', 999, 1000, 10))).toEqual([{ target: web, atMs: 1000 }]);
    });

    it('counts a rule that is claimed just now', async () => {
      const ledger = current();
      await within(ledger, (tx) =>
        tx.insertRules([ruleRow(web, 22, { dueMs: { grant: longAgoMs, revoke: farAheadMs } })]),
      );
      await claim(ledger, 'c1');

      const soon = await within(ledger, (tx) => tx.dueSoon('revoke', longAgoMs, farAheadMs, 10));

      expect(soon).toEqual([{ target: web, atMs: farAheadMs }]);
    });
  });
}
