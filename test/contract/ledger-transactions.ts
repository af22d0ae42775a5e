import { describe, expect, it } from 'vitest';
import { type Current, entry, lease, link, message, operation, ruleRow, web, within } from './ledger-samples.ts';

export function ledgerTransactionContract(current: Current): void {
  describe('a transaction', () => {
    it('gives back what its work gives back', async () => {
      const answer = await within(current(), async () => 42);

      expect(answer).toBe(42);
    });

    it('leaves nothing behind when its work throws, whatever was written', async () => {
      const ledger = current();
      const row = ruleRow(web, 22, { dueMs: { grant: 1 } });
      const lost = within(ledger, async (tx) => {
        await tx.insertMessages([message('m1')]);
        await tx.insertRules([row]);
        await tx.claimDue({ hand: 'grant', claimId: 'c1', untilMs: tx.nowMs + 1000, limit: 1 });
        await tx.insertLeases([lease('l1')], [link('l1', row)]);
        await tx.insertOperations([operation('o1', [row])]);
        await tx.setSetting('freeze', { on: true });
        await tx.appendAudit([entry({}, 'l1')]);
        throw new Error('changed my mind');
      });

      await expect(lost).rejects.toThrow('changed my mind');

      const left = await within(ledger, async (tx) => ({
        messages: await tx.findMessages([{ source: 'tickets', id: 'm1' }]),
        rules: await tx.rules([row.key]),
        leases: await tx.leases(['l1']),
        ids: await tx.findLeaseIds([{ source: 'tickets', requestId: 'request-l1' }]),
        links: await tx.linksOfRules([row.key], 'all'),
        operations: await tx.openOperations([row.key]),
        setting: await tx.getSetting('freeze'),
        targets: await tx.knownTargets(),
        audit: await tx.auditOf('l1'),
      }));
      expect(left).toEqual({
        messages: [],
        ids: [undefined],
        rules: [],
        leases: [],
        links: [],
        operations: [],
        targets: [],
        audit: [],
      });
      expect(await ledger.verifyAudit()).toMatchObject({ rows: 0, ok: true });
    });

    it('takes changes of what was there back too when its work throws', async () => {
      const ledger = current();
      const row = ruleRow(web, 22, { attempts: 1 });
      const before = lease('l1');
      await within(ledger, async (tx) => {
        await tx.insertRules([row]);
        await tx.insertLeases([before], [link('l1', row)]);
        await tx.insertOperations([operation('o1', [row])]);
      });
      const lost = within(ledger, async (tx) => {
        await tx.updateRules([{ ...row, attempts: 2 }]);
        await tx.updateLeases([{ ...before, state: 'ended' }]);
        await tx.updateLinks([link('l1', row, { isWithdrawn: true })]);
        await tx.updateOperations([operation('o1', [row], { state: 'settled' })]);
        throw new Error('changed my mind');
      });

      await expect(lost).rejects.toThrow('changed my mind');

      await within(ledger, async (tx) => {
        expect(await tx.rules([row.key])).toEqual([row]);
        expect(await tx.leases(['l1'])).toEqual([before]);
        expect(await tx.linksOfRules([row.key], 'live')).toEqual([link('l1', row)]);
        expect(await tx.openOperations([row.key])).toEqual([operation('o1', [row])]);
      });
    });

    it('sees its own writes', async () => {
      const seen = await within(current(), async (tx) => {
        await tx.setSetting('freeze', 1);
        await tx.setSetting('freeze', 2);
        return tx.getSetting('freeze');
      });

      expect(seen).toBe(2);
    });

    it('holds a setting against everybody else who asks for it, set or not', async () => {
      const ledger = current();
      const add = () =>
        within(ledger, async (tx) => {
          const [before = 0] = (await tx.holdSettings(['sum'])).map(Number);
          await tx.setSetting('sum', before + 1);
        });

      expect(await within(ledger, (tx) => tx.holdSettings(['never set']))).toEqual([null]);
      await Promise.all(Array.from({ length: 8 }, add));

      const held = await within(ledger, (tx) => tx.holdSettings(['never set', 'sum', 'never set']));
      expect(held).toEqual([null, 8, null]);
    });

    it('knows the time in whole milliseconds, and it never runs backwards', async () => {
      const ledger = current();
      const times: number[] = [];
      for (let turn = 0; turn < 20; turn += 1) {
        times.push(
          await within(ledger, async (tx) => {
            await tx.appendAudit([entry()]);
            return tx.nowMs;
          }),
        );
      }

      expect(times.every(Number.isInteger)).toBe(true);
      expect(times).toEqual([...times].sort((a, b) => a - b));
    });

    it('is lost once a write in it failed, even if its work goes on', async () => {
      const ledger = current();
      const stubborn = within(ledger, async (tx) => {
        await tx.setSetting('before', true);
        await tx.updateLeases([lease('none')]).catch(() => undefined);
        await tx.setSetting('after', true).catch(() => undefined);
      });

      await expect(stubborn).rejects.toMatchObject({ code: 'LEDGER_ROW_MISSING' });
      expect(await within(ledger, (tx) => tx.getSetting('before'))).toBeUndefined();
    });

    it('takes statements that were asked for side by side', async () => {
      const ledger = current();
      const names = ['a', 'b', 'c'];
      await within(ledger, (tx) => Promise.all(names.map((name) => tx.setSetting(name, name))));

      const values = await within(ledger, (tx) => Promise.all(names.map((name) => tx.getSetting(name))));
      expect(values).toEqual(names);
    });

    it('refuses writes after it is over', async () => {
      const ledger = current();
      const escaped = await within(ledger, async (tx) => ({ tx }));

      await expect(escaped.tx.setSetting('late', true)).rejects.toMatchObject({
        code: 'LEDGER_TRANSACTION_OVER',
      });
      expect(await within(ledger, (tx) => tx.getSetting('late'))).toBeUndefined();
    });

    it('keeps settings of any JSON shape, and knows which were never set', async () => {
      const ledger = current();
      const value = { windows: [1, 'two', null], text: 'nul \u0000, half a pair \ud83d, 租约' };
      await within(ledger, (tx) => tx.setSetting('odd', value));

      expect(await within(ledger, (tx) => tx.getSetting('odd'))).toEqual(value);
      expect(await within(ledger, (tx) => tx.getSetting('none'))).toBeUndefined();
      expect(await within(ledger, (tx) => tx.getSettings(['none', 'odd', 'none']))).toEqual([null, value, null]);
    });

    it('are told the time that the ledger tells without one', async () => {
      const ledger = current();
      const before = await ledger.now();
      const inside = await within(ledger, async (tx) => tx.nowMs);
      const after = await ledger.now();

      expect([before, inside, after]).toEqual([before, inside, after].sort((a, b) => a - b));
      expect(after - before).toBeLessThan(60_000);
      expect(before).toBeGreaterThan(0);
    });
  });
}
