import { describe, expect, it } from 'vitest';
import { type Current, message, within } from './ledger-samples.ts';

export function ledgerInboxContract(current: Current): void {
  describe('the inbox', () => {
    it('takes a message once: the second one changes nothing', async () => {
      const ledger = current();
      const first = message('m1', { leaseId: 'l1' });

      const answers = [
        await within(ledger, (tx) => tx.insertMessage(first)),
        await within(ledger, (tx) => tx.insertMessage(message('m1', { digest: 'other' }))),
      ];

      expect(answers).toEqual([true, false]);
      expect(await within(ledger, (tx) => tx.findMessage('tickets', 'm1'))).toEqual(first);
    });

    it('takes the same id from another source as another message', async () => {
      const ledger = current();
      await within(ledger, (tx) => tx.insertMessage(message('m1')));

      expect(await within(ledger, (tx) => tx.insertMessage(message('m1', { source: 'queue' })))).toBe(true);
      expect(await within(ledger, (tx) => tx.findMessage('chat', 'm1'))).toBeUndefined();
    });

    it('says yes to one of ten who bring the same message at once, and no to the others when that is committed', async () => {
      const ledger = current();

      const answers = await Promise.all(
        Array.from({ length: 10 }, (_, turn) =>
          within(ledger, async (tx) => {
            const isNew = await tx.insertMessage(message('m1', { leaseId: `lease-${turn}` }));
            return { isNew, leaseId: (await tx.findMessage('tickets', 'm1'))?.leaseId };
          }),
        ),
      );

      const winners = answers.filter(({ isNew }) => isNew);
      expect(winners).toHaveLength(1);
      expect(new Set(answers.map(({ leaseId }) => leaseId))).toEqual(new Set([winners[0]?.leaseId]));
    });

    it('lets another take the message when the first one rolls back', async () => {
      const ledger = current();
      const lost = within(ledger, async (tx) => {
        await tx.insertMessage(message('m1'));
        throw new Error('crash');
      });
      await expect(lost).rejects.toThrow('crash');

      expect(await within(ledger, (tx) => tx.insertMessage(message('m1')))).toBe(true);
    });

    it('writes what became of a message', async () => {
      const ledger = current();
      const refused = message('m1', { error: { code: 'NO', message: 'not like this', path: '/rules/0' } });
      await within(ledger, async (tx) => {
        await tx.insertMessage(message('m1'));
        await tx.updateMessage(refused);
      });

      expect(await within(ledger, (tx) => tx.findMessage('tickets', 'm1'))).toEqual(refused);
    });

    it('refuses to write what became of a message that it never took', async () => {
      const lost = within(current(), (tx) => tx.updateMessage(message('m1')));

      await expect(lost).rejects.toMatchObject({ code: 'LEDGER_ROW_MISSING' });
    });

    it('forgets the oldest marks first, so many at a time, and never messages or what waits', async () => {
      const ledger = current();
      const mark = (id: string, receivedAtMs: number, more = {}) =>
        message(id, { source: 'jira!seen', receivedAtMs, ...more });
      await within(ledger, async (tx) => {
        await tx.insertMessage(mark('young', 5000));
        await tx.insertMessage(mark('older', 2000));
        await tx.insertMessage(mark('oldest', 1000));
        await tx.insertMessage(mark('old', 3000));
        await tx.insertMessage(mark('waits', 1000, { source: 'jira!waiting', parkedFor: 'fetch' }));
        await tx.insertMessage(message('asked', { source: 'jira', receivedAtMs: 1000 }));
      });

      const forgotten = [2, 2, 2].map((limit) => within(ledger, (tx) => tx.forgetMarks(5000, limit)));

      expect((await Promise.all(forgotten)).reduce((sum, count) => sum + count)).toBe(3);
      const left = (source: string, id: string) => within(ledger, (tx) => tx.findMessage(source, id));
      for (const id of ['older', 'oldest', 'old']) expect(await left('jira!seen', id)).toBeUndefined();
      expect(await left('jira!seen', 'young')).toBeDefined();
      expect(await left('jira!waiting', 'waits')).toBeDefined();
      expect(await left('jira', 'asked')).toBeDefined();
    });

    it('lists what waits for a request, oldest first, until it waits no more', async () => {
      const ledger = current();
      const parked = (id: string, receivedAtMs: number, more = {}) =>
        message(id, { parkedFor: 'r1', message: { version: 1, id }, receivedAtMs, ...more });
      await within(ledger, async (tx) => {
        await tx.insertMessage(parked('young', 3000));
        await tx.insertMessage(parked('old', 1000));
        await tx.insertMessage(parked('settled', 2000));
        await tx.insertMessage(parked('elsewhere', 1000, { source: 'queue' }));
        await tx.insertMessage(parked('other', 1000, { parkedFor: 'r2' }));
        await tx.updateMessage(message('settled', { receivedAtMs: 2000, leaseId: 'l1' }));
      });

      expect(await within(ledger, (tx) => tx.parkedFor('tickets', 'r1'))).toEqual([
        parked('old', 1000),
        parked('young', 3000),
      ]);
    });
  });
}
