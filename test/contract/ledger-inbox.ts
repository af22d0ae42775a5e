import { describe, expect, it } from 'vitest';
import { type Current, message, within } from './ledger-samples.ts';

export function ledgerInboxContract(current: Current): void {
  describe('the inbox', () => {
    it('takes a message once: the second one changes nothing', async () => {
      const ledger = current();
      const first = message('m1', { leaseId: 'l1' });

      const answers = [
        await within(ledger, (tx) => tx.insertMessages([first])),
        await within(ledger, (tx) => tx.insertMessages([message('m1', { digest: 'other' })])),
      ];

      expect(answers).toEqual([[true], [false]]);
      expect(await within(ledger, (tx) => tx.findMessages([first]))).toEqual([first]);
    });

    it('takes of several messages those that are new', async () => {
      const ledger = current();
      const [a, b, c] = ['m1', 'm2', 'm3'].map((id) => message(id));
      if (!a || !b || !c) throw new Error('three messages were made');
      await within(ledger, (tx) => tx.insertMessages([b]));

      const isNew = await within(ledger, (tx) => tx.insertMessages([c, { ...b, digest: 'other' }, a]));
      const found = await within(ledger, (tx) => tx.findMessages([c, b, { source: 'chat', id: 'm1' }, a]));

      expect(isNew).toEqual([true, false, true]);
      expect([...found].sort((one, two) => (one.id < two.id ? -1 : 1))).toEqual([a, b, c]);
      expect(await within(ledger, (tx) => tx.insertMessages([]))).toEqual([]);
      const strange = message('m\u00004');
      for (const isFirst of [true, false])
        expect(await within(ledger, (tx) => tx.insertMessages([strange]))).toEqual([isFirst]);
    });

    it('takes the same id from another source as another message', async () => {
      const ledger = current();
      await within(ledger, (tx) => tx.insertMessages([message('m1')]));

      expect(await within(ledger, (tx) => tx.insertMessages([message('m1', { source: 'queue' })]))).toEqual([true]);
      expect(await within(ledger, (tx) => tx.findMessages([{ source: 'chat', id: 'm1' }]))).toEqual([]);
    });

    it('says yes to one of ten who bring the same message at once, and no to the others when that is committed', async () => {
      const ledger = current();

      const answers = await Promise.all(
        Array.from({ length: 10 }, (_, turn) =>
          within(ledger, async (tx) => {
            const [isNew] = await tx.insertMessages([message('m1', { leaseId: `lease-${turn}` })]);
            const [found] = await tx.findMessages([{ source: 'tickets', id: 'm1' }]);
            return { isNew, leaseId: found?.leaseId };
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
        await tx.insertMessages([message('m1')]);
        throw new Error('crash');
      });
      await expect(lost).rejects.toThrow('crash');

      expect(await within(ledger, (tx) => tx.insertMessages([message('m1')]))).toEqual([true]);
    });

    it('writes what became of a message', async () => {
      const ledger = current();
      const refused = message('m1', { error: { code: 'NO', message: 'not like this', path: '/rules/0' } });
      await within(ledger, async (tx) => {
        await tx.insertMessages([message('m1')]);
        await tx.updateMessage(refused);
      });

      expect(await within(ledger, (tx) => tx.findMessages([refused]))).toEqual([refused]);
    });

    it('refuses to write what became of a message that it never took', async () => {
      const lost = within(current(), (tx) => tx.updateMessage(message('m1')));

      await expect(lost).rejects.toMatchObject({ code: 'LEDGER_ROW_MISSING' });
    });

    it('forgets the oldest marks first, so many at a time, then what waited in vain, and never messages', async () => {
      const ledger = current();
      const mark = (id: string, receivedAtMs: number, more = {}) =>
        message(id, { source: 'jira!seen', receivedAtMs, ...more });
      await within(ledger, async (tx) => {
        await tx.insertMessages([
          ...[mark('young', 5000), mark('older', 2000), mark('oldest', 1000), mark('old', 3000)],
          mark('waits', 1000, { source: 'jira!waiting', parkedFor: 'fetch' }),
          message('asked', { source: 'jira', receivedAtMs: 1000 }),
          message('in vain', { source: 'jira', receivedAtMs: 1000, parkedFor: 'OPS-1' }),
          message('to come', { source: 'jira', receivedAtMs: 5000, parkedFor: 'OPS-2' }),
          message('took effect', { source: 'jira', receivedAtMs: 1000, parkedFor: 'OPS-3' }),
        ]);
        await tx.updateMessage(message('took effect', { source: 'jira', receivedAtMs: 1000, leaseId: 'l1' }));
      });
      const names = [
        ...['older', 'oldest', 'old', 'young'].map((id) => ({ source: 'jira!seen', id })),
        ...['asked', 'in vain', 'to come', 'took effect'].map((id) => ({ source: 'jira', id })),
        { source: 'jira!waiting', id: 'waits' },
      ];
      const left = async () => (await within(ledger, (tx) => tx.findMessages(names))).map(({ id }) => id).sort();

      const first = await within(ledger, (tx) => tx.forgetMarks(5000, 2));

      expect([first, await left()]).toEqual([
        2,
        ['asked', 'in vain', 'old', 'to come', 'took effect', 'waits', 'young'],
      ]);
      const rest = [2, 2, 2].map((limit) => within(ledger, (tx) => tx.forgetMarks(5000, limit)));
      expect((await Promise.all(rest)).reduce((sum, count) => sum + count)).toBe(3);
      expect(await left()).toEqual(['asked', 'to come', 'took effect', 'young']);
    });

    it('lists what waits for a request, oldest first, until it waits no more', async () => {
      const ledger = current();
      const parked = (id: string, receivedAtMs: number, more = {}) =>
        message(id, { parkedFor: 'r1', message: { version: 1, id }, receivedAtMs, ...more });
      await within(ledger, async (tx) => {
        await tx.insertMessages([
          parked('young', 3000),
          parked('old', 1000),
          parked('settled', 2000),
          parked('elsewhere', 1000, { source: 'queue' }),
          parked('other', 1000, { parkedFor: 'r2' }),
        ]);
        await tx.updateMessage(message('settled', { receivedAtMs: 2000, leaseId: 'l1' }));
      });

      expect(await within(ledger, (tx) => tx.parkedFor([{ source: 'tickets', requestId: 'r1' }]))).toEqual([
        parked('old', 1000),
        parked('young', 3000),
      ]);
      const both = ['r2', 'r1', 'r3'].map((requestId) => ({ source: 'tickets', requestId }));
      expect((await within(ledger, (tx) => tx.parkedFor(both))).map(({ id }) => id)).toEqual(['old', 'other', 'young']);
    });
  });
}
