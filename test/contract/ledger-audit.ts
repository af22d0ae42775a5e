import { describe, expect, it } from 'vitest';
import { auditHash, genesisHash } from '../../shared/ledger/audit-chain.ts';
import type { AuditPage, AuditWant } from '../../shared/reconcile/audit-trail.ts';
import { canonicalJson } from '../../shared/rule/canonical-json.ts';
import { type Current, entry, within } from './ledger-samples.ts';

export function ledgerAuditContract(current: Current): void {
  describe('the audit trail', () => {
    it('tells what happened to a lease, in order, and nothing of another', async () => {
      const ledger = current();
      const data = {
        from: 'scheduled',
        odd: '\u0000 \ud83d "',
        nested: { b: [1, null], a: 0.1 },
        left: undefined,
      };
      await within(ledger, (tx) => tx.appendAudit([entry({ step: 1 }, 'l1'), entry({}, 'l2')]));
      await within(ledger, (tx) => tx.appendAudit([entry(data, 'l1'), entry()]));

      const rows = await within(ledger, (tx) => tx.auditOf('l1'));

      expect(rows.map(({ n }) => n)).toEqual([1, 3]);
      expect(rows.map((row) => row.data)).toEqual([{ step: 1 }, data]);
      expect(rows[0]).toMatchObject({ kind: 'lease.accepted', actor: 'lin@example.com', leaseId: 'l1' });
    });

    it('chains each row to the one before', async () => {
      const ledger = current();
      await within(ledger, (tx) => tx.appendAudit([entry({ b: 1, a: 2 }, 'l1'), entry({}, 'l1')]));

      const rows = await within(ledger, (tx) => tx.auditOf('l1'));

      let previous = genesisHash;
      for (const { hash, ...body } of rows) {
        previous = auditHash(previous, canonicalJson(body));
        expect(hash).toBe(previous);
      }
      expect(await ledger.verifyAudit()).toEqual({ rows: 2, ok: true, hash: previous, isKeyed: false });
      expect(await ledger.auditHead()).toMatchObject({ n: 2, hash: previous });
    });

    it('has no fork when sixteen write at once, and its time never runs backwards', async () => {
      const ledger = current();

      await Promise.all(
        Array.from({ length: 16 }, async (_, writer) => {
          for (let turn = 0; turn < 10; turn += 1) {
            await within(ledger, (tx) => tx.appendAudit([entry({ writer, turn }, 'l1'), entry({}, 'l1')]));
          }
        }),
      );

      const rows = await within(ledger, (tx) => tx.auditOf('l1'));
      expect(rows.map(({ n }) => n)).toEqual(Array.from({ length: 320 }, (_, index) => index + 1));
      expect(rows.map(({ atMs }) => atMs)).toEqual(rows.map(({ atMs }) => atMs).sort((a, b) => a - b));
      expect(await ledger.verifyAudit()).toMatchObject({ rows: 320, ok: true });
    });

    it('leaves no gap when a transaction is rolled back', async () => {
      const ledger = current();
      const lost = within(ledger, async (tx) => {
        await tx.appendAudit([entry({}, 'l1')]);
        await tx.auditOf('l1');
        throw new Error('changed my mind');
      });
      await expect(lost).rejects.toThrow('changed my mind');
      await within(ledger, (tx) => tx.appendAudit([entry({ kept: true }, 'l1')]));

      const rows = await within(ledger, (tx) => tx.auditOf('l1'));
      expect(rows.map(({ n, data }) => [n, data])).toEqual([[1, { kept: true }]]);
    });

    it('is sound when it is empty', async () => {
      expect(await current().verifyAudit()).toEqual({ rows: 0, ok: true, hash: genesisHash, isKeyed: false });
      expect(await current().auditPage({ afterN: 0, limit: 10 })).toEqual({ rows: [] });
    });

    it('is held against heads that were written down elsewhere', async () => {
      const ledger = current();
      await within(ledger, (tx) => tx.appendAudit([entry({ step: 1 }), entry({ step: 2 })]));
      const { n, hash } = await ledger.auditHead();

      expect(await ledger.verifyAudit([{ n, hash }])).toMatchObject({ ok: true });
      expect(await ledger.verifyAudit([{ n, hash: genesisHash }])).toMatchObject({ ok: false, reason: 'anchor' });
      expect(await ledger.verifyAudit([{ n: 3, hash }])).toMatchObject({ ok: false, firstBad: 3, reason: 'anchor' });
    });

    it('is read page by page: all of it, of some kinds, of a lease, of a time', async () => {
      const ledger = current();
      const kinds = ['a', 'b', 'a', 'b', 'a'];
      for (const kind of kinds) {
        await within(ledger, (tx) => tx.appendAudit([{ ...entry({}, `l-${kind}`), kind }]));
      }
      const places = async (want: Partial<AuditWant>) => {
        const found: number[] = [];
        let nextN: number | undefined = 0;
        while (nextN !== undefined) {
          const page: AuditPage = await ledger.auditPage({ limit: 2, ...want, afterN: nextN });
          found.push(...page.rows.map(({ n }) => n));
          nextN = page.nextN;
        }
        return found;
      };
      const { rows } = await ledger.auditPage({ afterN: 0, limit: 10 });
      const lastMs = rows.at(-1)?.atMs ?? 0;
      const since = rows.filter((row) => row.atMs >= lastMs).map(({ n }) => n);

      expect(await places({})).toEqual([1, 2, 3, 4, 5]);
      expect(await places({ kinds: ['b'] })).toEqual([2, 4]);
      expect(await places({ leaseId: 'l-a' })).toEqual([1, 3, 5]);
      expect(await places({ fromMs: lastMs })).toEqual(since);
      expect(await places({ toMs: lastMs })).toEqual([1, 2, 3, 4, 5].filter((n) => !since.includes(n)));
      expect(await places({ fromMs: lastMs + 1 })).toEqual([]);
    });
  });
}
