import type { AuditRow } from '../reconcile/ports.ts';
import type { StoredHead } from './audit.ts';
import { type AuditVerdict, auditHash, genesisHash } from './audit-chain.ts';
import { msOf, type Sql, searchText } from './sql.ts';

type Stored = { n: string; at: Date; lease_id: string | null; body: string; hash: string };
const pageRows = 2_000;

/**
 * Goes through the chain from its first row, a page at a time: finds rows that were changed, taken out, put in or put
 * elsewhere, columns that no longer say what was hashed, and a tail that was cut while the head remembers it.
 */
export async function verifyChain(sql: Sql, key?: string): Promise<AuditVerdict> {
  let hash = genesisHash;
  let rows = 0;
  for (;;) {
    const page = await pageAfter(sql, rows);
    for (const stored of page) {
      const isNext = Number(stored.n) === rows + 1;
      hash = auditHash(hash, stored.body, key);
      if (!isNext || hash !== stored.hash || !saysTheSame(stored)) return { rows, ok: false, firstBad: rows + 1, hash };
      rows += 1;
    }
    if (page.length < pageRows) break;
  }
  const head = await sql<StoredHead>(`select n, at, hash from curfew.audit_head where chain = 'main'`);
  const isWhole = Number(head.rows[0]?.n) === rows && head.rows[0]?.hash === hash;
  return isWhole ? { rows, ok: true, hash } : { rows, ok: false, firstBad: rows + 1, hash };
}

async function pageAfter(sql: Sql, n: number): Promise<readonly Stored[]> {
  const { rows } = await sql<Stored>(
    `select n, at, lease_id, body::text as body, hash from curfew.audit where chain = 'main' and n > $1
     order by n limit $2`,
    [n, pageRows],
  );
  return rows;
}

function saysTheSame({ n, at, lease_id, body }: Stored): boolean {
  const row = JSON.parse(body) as AuditRow;
  const leaseId = row.leaseId === undefined ? null : searchText(row.leaseId);
  return row.n === Number(n) && row.atMs === msOf(at) && leaseId === lease_id;
}
