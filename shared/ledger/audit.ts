import type { AuditHead } from '../reconcile/audit-trail.ts';
import type { LedgerTx } from '../reconcile/ledger-port.ts';
import type { AuditRow } from '../reconcile/ledger-rows.ts';
import { chain } from './audit-chain.ts';
import { instant, msOf, type Sql } from './sql.ts';

export type AuditTx = Pick<LedgerTx, 'appendAudit' | 'auditOf'>;
type StoredHead = { n: string; at: Date; hash: string };
export type StoredEntry = { body: Omit<AuditRow, 'hash'>; hash: string };

export function auditTx(sql: Sql, nowMs: number, key?: string): AuditTx {
  return {
    async appendAudit(entries) {
      if (entries.length === 0) return;
      // Whoever holds the head is the only one to add: no two rows can follow the same one.
      const head = await readHead(sql, 'for update');
      const added = chain(head, nowMs, entries, key);
      await sql(appendText, [
        added.map(({ row }) => row.n),
        added.map(({ row }) => instant(row.atMs)),
        added.map(({ row }) => row.leaseId ?? null),
        added.map(({ body }) => body),
        added.map(({ row }) => row.hash),
      ]);
    },

    async auditOf(leaseId) {
      const { rows } = await sql<StoredEntry>(
        `select body, hash from curfew.audit where lease_id = $1 and chain = 'main' order by n`,
        [leaseId],
      );
      return rows.map(({ body, hash }) => ({ ...body, hash }));
    },
  };
}

export async function readHead(sql: Sql, locking: '' | 'for update' = ''): Promise<AuditHead> {
  const { rows } = await sql<StoredHead>(`select n, at, hash from curfew.audit_head where chain = 'main' ${locking}`);
  const [head] = rows;
  if (head === undefined) throw new Error('the audit chain has lost its head');
  return { n: Number(head.n), atMs: msOf(head.at), hash: head.hash };
}

const appendText = `with added as (
    insert into curfew.audit (chain, n, at, lease_id, body, hash)
    select 'main', t.* from unnest($1::bigint[], $2::timestamptz[], $3::text[], $4::json[], $5::text[]) as t
    returning n, at, hash
  )
  update curfew.audit_head as h set n = last.n, at = last.at, hash = last.hash
  from (select n, at, hash from added order by n desc limit 1) as last where h.chain = 'main'`;
