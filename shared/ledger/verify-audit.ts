import type { AuditAnchor, AuditVerdict } from '../reconcile/audit-trail.ts';
import type { AuditRow } from '../reconcile/ledger-rows.ts';
import { readHead } from './audit.ts';
import { ChainCheck } from './chain-check.ts';
import { msOf, type Sql, withoutNul } from './sql.ts';

type Stored = { n: string; at: Date; lease_id: string | null; body: string; hash: string };
const pageRows = 2_000;

/**
 * Goes through the chain from its first row, a page at a time: finds rows that were changed, taken out, put in or put
 * elsewhere, columns that no longer say what was hashed, a tail that was cut while the head or an anchor remembers it.
 */
export async function verifyChain(
  sql: Sql,
  keys: readonly string[],
  anchors: readonly AuditAnchor[],
): Promise<AuditVerdict> {
  const check = new ChainCheck(keys, anchors);
  let after = 0;
  for (;;) {
    const page = await pageAfter(sql, after);
    for (const stored of page) {
      const isGood = check.add({ n: Number(stored.n), body: stored.body, hash: stored.hash });
      if (!isGood) return check.finish();
      after += 1;
    }
    if (page.length < pageRows) break;
  }
  return check.finish(await readHead(sql));
}

/** A column that says something else than the hashed text fails its row, as if the text had been changed. */
async function pageAfter(sql: Sql, n: number): Promise<readonly Stored[]> {
  const { rows } = await sql<Stored>(
    `select n, at, lease_id, body::text as body, hash from curfew.audit where chain = 'main' and n > $1
     order by n limit $2`,
    [n, pageRows],
  );
  return rows.map((row) => (saysTheSame(row) ? row : { ...row, hash: '' }));
}

function saysTheSame({ n, at, lease_id, body }: Stored): boolean {
  const row = JSON.parse(body) as AuditRow;
  const leaseId = row.leaseId === undefined ? null : withoutNul(row.leaseId);
  return row.n === Number(n) && row.atMs === msOf(at) && leaseId === lease_id;
}
