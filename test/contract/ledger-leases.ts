import { describe, expect, it } from 'vitest';
import type { Lease } from '../../shared/lease/lease.ts';
import type { LeaseFilter } from '../../shared/reconcile/ledger-rows.ts';
import { type Current, db, lease, link, ruleRow, type TriedLedger, web, within } from './ledger-samples.ts';

const ids = (leases: readonly Lease[]) => leases.map(({ id }) => id);

async function insert(ledger: TriedLedger, leases: readonly Lease[]): Promise<void> {
  await within(ledger, (tx) => tx.insertLeases(leases, []));
}

const list = async (ledger: TriedLedger, filter: Partial<LeaseFilter>) =>
  ids(await within(ledger, (tx) => tx.listLeases({ limit: 100, ...filter })));

export function ledgerLeaseContract(current: Current): void {
  describe('the leases', () => {
    it('come back as they were written, to the last field', async () => {
      const ledger = current();
      const full = lease('l1', {
        startsAtMs: 1_800_000_000_000,
        expiresAtMs: Date.UTC(9999, 11, 31),
        requester: { id: 'li\u0000n', name: 'Lin "the \\ quick" {租}' },
        reason: 'half a pair \ud83d, nul \u0000',
        ticket: { system: 'jira', key: 'OPS-1', url: 'https://example.com/OPS-1' },
        cutAtMs: 1_800_000_000_001,
        cutReason: 'done',
        error: { code: 'E', message: 'm', path: '/a' },
        openedAtMs: 1_800_000_000_002,
        closedAtMs: 1_800_000_000_003,
      });
      await insert(ledger, [full]);

      expect(await within(ledger, (tx) => tx.leases(['l1']))).toEqual([full]);
      expect(await list(ledger, { requester: 'li\u0000n' })).toEqual(['l1']);
      expect(await list(ledger, { securityGroupId: 'sg-\u0000' })).toEqual([]);
      expect(await within(ledger, (tx) => tx.peekLeases(['l\u0000']))).toEqual([]);
      const strange = [{ source: undefined, requestId: 'r\u0000' }];
      expect(await within(ledger, (tx) => tx.findLeaseIds(strange))).toEqual([undefined]);
    });

    it('come in the order of their ids, each once, without those that are unknown', async () => {
      const ledger = current();
      await insert(ledger, [lease('b'), lease('a'), lease('c')]);

      expect(ids(await within(ledger, (tx) => tx.leases(['c', 'a', 'x', 'c', 'b'])))).toEqual(['a', 'b', 'c']);
      expect(ids(await within(ledger, (tx) => tx.peekLeases(['c', 'x', 'b'])))).toEqual(['b', 'c']);
    });

    it('are refused when the source has a lease for the request already', async () => {
      const ledger = current();
      await insert(ledger, [lease('l1', { requestId: 'r1' })]);

      const again = insert(ledger, [lease('l2', { requestId: 'r1' })]);

      await expect(again).rejects.toMatchObject({ code: 'LEDGER_DUPLICATE' });
      expect(await within(ledger, (tx) => tx.leases(['l1', 'l2']))).toHaveLength(1);
    });

    it('are found by source and request, or by the request alone, the newest first', async () => {
      const ledger = current();
      await insert(ledger, [
        lease('l1', { requestId: 'r1', createdAtMs: 2000 }),
        lease('l2', { requestId: 'r1', createdAtMs: 1000, source: 'queue' }),
      ]);

      const found = await within(ledger, (tx) =>
        tx.findLeaseIds([
          { source: 'tickets', requestId: 'r1' },
          { source: 'queue', requestId: 'r1' },
          { source: undefined, requestId: 'r1' },
          { source: 'chat', requestId: 'r1' },
          { source: undefined, requestId: 'r2' },
          { source: 'tickets', requestId: undefined },
        ]),
      );
      expect(found).toEqual(['l1', 'l2', 'l1', undefined, undefined, undefined]);
    });

    it('are changed as a whole, several at once, and refuse a change of one that is not there', async () => {
      const ledger = current();
      await insert(ledger, [lease('l1', { reason: 'why' }), lease('l2')]);
      const changed = [lease('l1', { state: 'active', openedAtMs: 5 }), lease('l2', { expiresAtMs: 9 })];
      await within(ledger, (tx) => tx.updateLeases(changed));

      expect(await within(ledger, (tx) => tx.leases(['l1', 'l2']))).toEqual(changed);
      await expect(within(ledger, (tx) => tx.updateLeases([lease('l3')]))).rejects.toMatchObject({
        code: 'LEDGER_ROW_MISSING',
      });
    });

    it('are listed newest first, a page at a time, without a gap or a repeat', async () => {
      const ledger = current();
      const leases = ['a', 'b', 'c', 'd', 'e'].map((id, index) =>
        lease(id, { createdAtMs: 1000 + Math.floor(index / 2) }),
      );
      await insert(ledger, leases);

      const pages: string[][] = [];
      let before: LeaseFilter['before'];
      for (let page = 0; page < 3; page += 1) {
        const found = await within(ledger, (tx) => tx.listLeases({ limit: 2, before }));
        pages.push(ids(found));
        before = found.at(-1);
      }

      expect(pages).toEqual([['e', 'd'], ['c', 'b'], ['a']]);
    });

    it('are listed by when they end, the first instant not included', async () => {
      const ledger = current();
      await insert(
        ledger,
        [1_000, 2_000, 3_000].map((expiresAtMs) => lease(`e${expiresAtMs}`, { expiresAtMs })),
      );

      expect(await list(ledger, { endsIn: { afterMs: 1_000, untilMs: 2_000 } })).toEqual(['e2000']);
      expect(await list(ledger, { endsIn: { afterMs: 0, untilMs: 9_000 }, isLive: false })).toEqual([]);
    });

    it('are listed by state, group, requester and whether they live, all at once', async () => {
      const ledger = current();
      const mei = { id: 'mei@example.com' };
      await insert(ledger, [
        lease('a', { state: 'active' }),
        lease('b', { state: 'ended', requester: mei }),
        lease('c', { state: 'stuck', target: db, requester: mei }),
        lease('d', { state: 'scheduled', target: db }),
      ]);
      await within(ledger, (tx) => tx.updateLeases([lease('d', { state: 'cancelled', target: db })]));

      expect(await list(ledger, {})).toEqual(['d', 'c', 'b', 'a']);
      expect(await list(ledger, { states: ['active', 'ended'] })).toEqual(['b', 'a']);
      expect(await list(ledger, { states: [] })).toEqual([]);
      expect(await list(ledger, { securityGroupId: 'sg-db' })).toEqual(['d', 'c']);
      expect(await list(ledger, { requester: mei.id })).toEqual(['c', 'b']);
      expect(await list(ledger, { isLive: true })).toEqual(['c', 'a']);
      expect(await list(ledger, { isLive: false })).toEqual(['d', 'b']);
      expect(
        await list(ledger, { isLive: true, requester: mei.id, securityGroupId: 'sg-db', states: ['stuck'] }),
      ).toEqual(['c']);
    });
  });

  describe('what a group had open', () => {
    it('is every lease that is not over, and those that were open between two instants', async () => {
      const ledger = current();
      const span = (startsAtMs: number, expiresAtMs: number) => ({ startsAtMs, expiresAtMs });
      await insert(ledger, [
        lease('active', { state: 'active', ...span(0, 1_000) }),
        lease('before', { state: 'ended', ...span(1_000, 5_000) }),
        lease('cancelled', { state: 'cancelled', ...span(5_000, 9_000) }),
        lease('elsewhere', { state: 'active', target: db, ...span(5_000, 9_000) }),
        lease('ended', { state: 'ended', ...span(1_000, 5_001) }),
        lease('after', { state: 'ended', ...span(9_000, 9_500) }),
        lease('waiting', { state: 'awaiting-approval', ...span(5_000, 9_000) }),
        lease('withdrawn', { state: 'withdrawn', ...span(8_999, 9_500) }),
      ]);

      expect(ids(await within(ledger, (tx) => tx.leasesBetween(web, 5_000, 9_000)))).toEqual([
        'active',
        'ended',
        'withdrawn',
      ]);
    });
  });

  describe('what is still to be reviewed', () => {
    it('is what was asked for in an emergency, until somebody has', async () => {
      const ledger = current();
      const word = { source: 'api', by: { id: 'mei' }, atMs: 7 };
      await insert(ledger, [lease('a', { breakGlass: {} }), lease('b'), lease('c', { breakGlass: {} })]);

      expect(await list(ledger, { needsReview: true })).toEqual(['c', 'a']);
      await within(ledger, (tx) => tx.updateLeases([lease('c', { breakGlass: { reviewed: word } })]));
      expect(await list(ledger, { needsReview: true })).toEqual(['a']);
      expect(await list(ledger, {})).toEqual(['c', 'b', 'a']);
    });
  });

  describe('the links between leases and rules', () => {
    it('are found from either end, in order', async () => {
      const ledger = current();
      const [one, two] = [ruleRow(web, 22), ruleRow(web, 23)].sort((a, b) => (a.key < b.key ? -1 : 1)) as [
        ReturnType<typeof ruleRow>,
        ReturnType<typeof ruleRow>,
      ];
      await within(ledger, async (tx) => {
        await tx.insertRules([one, two]);
        const links = [link('l2', two), link('l2', one), link('l1', one, { isBorrowed: true })];
        await tx.insertLeases([lease('l2'), lease('l1')], links);
      });

      await within(ledger, async (tx) => {
        expect(await tx.linksOfRules([two.key, one.key, one.key], 'all')).toEqual([
          link('l1', one, { isBorrowed: true }),
          link('l2', one),
          link('l2', two),
        ]);
        expect(await tx.linksOfLeases(['l2', 'unknown'])).toEqual([link('l2', one), link('l2', two)]);
      });
    });

    it('are live while their lease is, however many have ended', async () => {
      const ledger = current();
      const row = ruleRow(web, 22);
      await within(ledger, async (tx) => {
        await tx.insertRules([row]);
        const leases = [lease('l1'), lease('l2'), lease('l0', { state: 'rejected' }), lease('l3')];
        const links = leases.map(({ id }) => link(id, row));
        await tx.insertLeases(leases, links);
      });
      const live = async () =>
        (await within(ledger, (tx) => tx.linksOfRules([row.key], 'live'))).map(({ leaseId }) => leaseId);

      expect(await live()).toEqual(['l1', 'l2', 'l3']);
      await within(ledger, (tx) => tx.updateLeases([lease('l1', { state: 'stuck' }), lease('l3', { state: 'ended' })]));
      expect(await live()).toEqual(['l1', 'l2']);
      await within(ledger, (tx) => tx.updateLinks([link('l3', row, { openedAtMs: 7 })]));
      expect(await live()).toEqual(['l1', 'l2']);
      expect(await within(ledger, (tx) => tx.linksOfRules([row.key], 'all'))).toHaveLength(4);
    });

    it('are changed as a whole, and refuse a change of one that is not there', async () => {
      const ledger = current();
      const row = ruleRow(web, 22);
      const error = { code: 'Quota', message: 'full', path: '' };
      const changed = link('l1', row, {
        openedAtMs: 1_700_000_000_001,
        isBorrowed: true,
        isWithdrawn: true,
        error,
      });
      await within(ledger, async (tx) => {
        await tx.insertRules([row]);
        await tx.insertLeases([lease('l1')], [link('l1', row)]);
        await tx.updateLinks([changed]);
      });

      expect(await within(ledger, (tx) => tx.linksOfLeases(['l1']))).toEqual([changed]);
      await within(ledger, (tx) => tx.updateLinks([link('l1', row)]));
      expect(await within(ledger, (tx) => tx.linksOfLeases(['l1']))).toEqual([link('l1', row)]);
      await expect(within(ledger, (tx) => tx.updateLinks([link('l2', row)]))).rejects.toMatchObject({
        code: 'LEDGER_ROW_MISSING',
      });
    });

    it('are refused to a rule that is not there, and so is their lease', async () => {
      const ledger = current();

      const lost = within(ledger, (tx) => tx.insertLeases([lease('l1')], [link('l1', ruleRow(web, 22))]));

      await expect(lost).rejects.toMatchObject({ code: 'LEDGER_ROW_MISSING' });
      expect(await within(ledger, (tx) => tx.leases(['l1']))).toEqual([]);
    });
  });
}
