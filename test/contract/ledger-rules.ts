import { describe, expect, it } from 'vitest';
import type { RuleFilter } from '../../shared/reconcile/ledger-rows.ts';
import { type Current, db, group, lease, link, ruleRow, web, within } from './ledger-samples.ts';

const byKey = <Row extends { key: string }>(rows: readonly Row[]): Row[] =>
  [...rows].sort((a, b) => (a.key < b.key ? -1 : 1));

export function ledgerRuleContract(current: Current): void {
  describe('the rules', () => {
    it('come back as they were written, to the last field', async () => {
      const ledger = current();
      const full = ruleRow(web, 22, {
        isPresent: true,
        isMaybePresent: true,
        ruleId: 'sgr-1',
        stamp: { operationId: 'o1', intendedAtMs: 1_700_000_000_123, endsAtMs: 1_700_000_007_000 },
        missingSinceMs: 1_700_000_000_001,
        lookedAtMs: 1_700_000_000_002,
        lastAuthorizeAtMs: 1_700_000_000_003,
        lastRevokeAtMs: 1_700_000_000_004,
        hotUntilMs: 1_700_000_000_005,
        batchMax: 50,
        attempts: 3,
        isStuck: true,
        error: { code: 'OperationDenied', message: 'no', path: '' },
        held: { grant: 1_700_000_000_006 },
        dueMs: { grant: 1_700_000_000_007, modify: 1_700_000_000_008 },
        claimId: 'claim-1',
        claimUntilMs: 1_700_000_000_009,
      });
      await within(ledger, (tx) => tx.insertRules([full]));

      expect(await within(ledger, (tx) => tx.rules([full.key]))).toEqual([full]);
      expect(await within(ledger, (tx) => tx.peekRules([full.key]))).toEqual([full]);
    });

    it('come in key order, each once, without those that are unknown', async () => {
      const ledger = current();
      const rows = [ruleRow(web, 22), ruleRow(web, 23), ruleRow(db, 24), ruleRow(db, 25)];
      await within(ledger, (tx) => tx.insertRules(rows));
      const asked = [...rows, ...rows].map(({ key }) => key).reverse();

      expect(await within(ledger, (tx) => tx.rules([...asked, 'unknown']))).toEqual(byKey(rows));
      expect(await within(ledger, (tx) => tx.peekRules([...asked, 'unknown']))).toEqual(byKey(rows));
      expect(await within(ledger, (tx) => tx.rules([]))).toEqual([]);
    });

    it('stay as they are when they are added again', async () => {
      const ledger = current();
      const known = ruleRow(web, 22, { attempts: 7 });
      const unknown = ruleRow(web, 23);
      const first = await within(ledger, (tx) => tx.insertRules([known]));
      const second = await within(ledger, (tx) => tx.insertRules([ruleRow(web, 22, { attempts: 1 }), unknown]));

      expect([first, second]).toEqual([[true], [false, true]]);
      expect(await within(ledger, (tx) => tx.rules([known.key, unknown.key]))).toEqual(byKey([known, unknown]));
    });

    it('are changed as a whole: a field that is left out is gone', async () => {
      const ledger = current();
      const before = ruleRow(web, 22, {
        ruleId: 'sgr-1',
        dueMs: { grant: 5, revoke: 6 },
        claimId: 'c',
        claimUntilMs: 9,
      });
      const after = ruleRow(web, 22, { attempts: 1, dueMs: { revoke: 7 } });
      await within(ledger, (tx) => tx.insertRules([before]));
      await within(ledger, (tx) => tx.updateRules([after]));
      await within(ledger, (tx) => tx.updateRules([after]));

      expect(await within(ledger, (tx) => tx.rules([before.key]))).toEqual([after]);
    });

    it('refuse a change of one that is not there', async () => {
      const lost = within(current(), (tx) => tx.updateRules([ruleRow(web, 22)]));

      await expect(lost).rejects.toMatchObject({ code: 'LEDGER_ROW_MISSING' });
    });

    it('can be changed by two at once without losing a change, whatever order they ask in', async () => {
      const ledger = current();
      const rows = [22, 23, 24].map((port) => ruleRow(web, port));
      await within(ledger, (tx) => tx.insertRules(rows));
      const keys = rows.map(({ key }) => key);

      await Promise.all(
        Array.from({ length: 16 }, (_, turn) =>
          within(ledger, async (tx) => {
            const locked = await tx.rules(turn % 2 === 0 ? keys : [...keys].reverse());
            await tx.updateRules(locked.map((row) => ({ ...row, attempts: row.attempts + 1 })));
          }),
        ),
      );

      const attempts = await within(ledger, (tx) => tx.rules(keys));
      expect(attempts.map((row) => row.attempts)).toEqual([16, 16, 16]);
    });

    it('can be added by many at once in any order', async () => {
      const ledger = current();
      const rows = Array.from({ length: 20 }, (_, index) => ruleRow(web, 1000 + index));

      const answers = await Promise.all(
        Array.from({ length: 8 }, (_, turn) =>
          within(ledger, (tx) => tx.insertRules(turn % 2 === 0 ? rows : [...rows].reverse())),
        ),
      );

      // One transaction is the first with all of them: the others waited for it at the first rule.
      expect(answers.map((isNew) => isNew.filter(Boolean).length).sort()).toEqual([0, 0, 0, 0, 0, 0, 0, 20]);

      expect(await within(ledger, (tx) => tx.rules(rows.map(({ key }) => key)))).toHaveLength(20);
    });

    it('name every group that any of them was ever in, once', async () => {
      const ledger = current();
      const far = { ...group('sg-web'), account: 'other' };
      await within(ledger, (tx) =>
        tx.insertRules([ruleRow(web, 22), ruleRow(web, 23), ruleRow(db, 22), ruleRow(far, 22)]),
      );
      await within(ledger, (tx) => tx.insertRules([ruleRow(db, 24)]));

      const targets = await within(ledger, (tx) => tx.knownTargets());
      expect(targets).toHaveLength(3);
      expect(targets).toEqual(expect.arrayContaining([web, db, far]));
    });

    it('are listed in key order, page by page, without a gap', async () => {
      const ledger = current();
      const rows = [22, 23, 24, 25, 26].map((port) => ruleRow(port % 2 ? db : web, port));
      await within(ledger, (tx) => tx.insertRules(rows));

      const pages: string[][] = [];
      let afterKey: string | undefined;
      do {
        const page = await within(ledger, (tx) => tx.listRules({ afterKey, limit: 2 }));
        pages.push(page.rows.map(({ key }) => key));
        afterKey = page.nextKey;
      } while (afterKey !== undefined);

      expect(pages.map((page) => page.length)).toEqual([2, 2, 1]);
      expect(pages.flat()).toEqual(byKey(rows).map(({ key }) => key));
    });

    it('are listed of a group, and by what is there, stuck or wanted', async () => {
      const ledger = current();
      const there = ruleRow(web, 22, { isPresent: true });
      const stuck = ruleRow(web, 23, { isPresent: true, isStuck: true });
      const gone = ruleRow(db, 24);
      await within(ledger, async (tx) => {
        await tx.insertRules([there, stuck, gone]);
        await tx.insertLeases(
          [lease('l1', { state: 'active' }), lease('l2', { state: 'stuck' }), lease('l3', { state: 'ended' })],
          [link('l1', there), link('l2', stuck), link('l3', there), link('l3', gone)],
        );
      });
      const listed = async (filter: Omit<RuleFilter, 'limit'>) =>
        (await within(ledger, (tx) => tx.listRules({ ...filter, limit: 9 }))).rows;

      expect(await listed({ securityGroupId: 'sg-web' })).toEqual(byKey([there, stuck]));
      expect(await listed({ securityGroupId: 'sg-nobody' })).toEqual([]);
      expect(await listed({ isLive: true })).toEqual(byKey([there, stuck]));
      expect(await listed({ isLive: false })).toEqual([gone]);
      expect(await listed({ isPresent: true })).toEqual(byKey([there, stuck]));
      expect(await listed({ isPresent: false })).toEqual([gone]);
      expect(await listed({ isStuck: true })).toEqual([stuck]);
      expect(await listed({ isStuck: false, isLive: true })).toEqual([there]);
    });
  });
}
