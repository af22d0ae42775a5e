import type { AuditPage, AuditWant } from '../reconcile/audit-trail.ts';
import type { AuditRow } from '../reconcile/ledger-rows.ts';
import type { StoredEntry } from './audit.ts';
import { instant, type Sql } from './sql.ts';

/** So many rows are looked at for one page: a kind that is rare never makes a statement run into its time limit. */
const spanRows = 20_000;

/** One page of the trail. Time in the chain never runs backwards, so that an instant is a place in it. */
export async function auditPage(sql: Sql, want: AuditWant): Promise<AuditPage> {
  return want.leaseId === undefined ? pageOfAll(sql, want) : pageOfLease(sql, want, want.leaseId);
}

async function pageOfAll(sql: Sql, want: AuditWant): Promise<AuditPage> {
  const first = Math.max(want.afterN + 1, await firstSince(sql, want.fromMs));
  const end = want.toMs === undefined ? Number.MAX_SAFE_INTEGER : await firstSince(sql, want.toMs);
  const spanEnd = Math.min(end, first + spanRows);
  const { rows } = await sql<StoredEntry>(
    `select body, hash from curfew.audit
     where chain = 'main' and n >= $1 and n < $2 and ($3::text[] is null or body->>'kind' = any($3::text[]))
     order by n limit $4`,
    [first, spanEnd, want.kinds ?? null, want.limit],
  );
  const found = rows.map(rowOf);
  const last = found.at(-1);
  if (found.length === want.limit && last) return { rows: found, nextN: last.n };
  const isEnd = spanEnd === end || spanEnd > (await lastN(sql));
  return isEnd ? { rows: found } : { rows: found, nextN: spanEnd - 1 };
}

async function pageOfLease(sql: Sql, want: AuditWant, leaseId: string): Promise<AuditPage> {
  const { rows } = await sql<StoredEntry>(
    `select body, hash from curfew.audit
     where chain = 'main' and lease_id = $1 and n > $2 and at >= $3::timestamptz and at < $4::timestamptz
       and ($5::text[] is null or body->>'kind' = any($5::text[]))
     order by n limit $6`,
    [
      leaseId,
      want.afterN,
      instant(want.fromMs ?? Number.NEGATIVE_INFINITY),
      instant(want.toMs ?? Number.POSITIVE_INFINITY),
      want.kinds ?? null,
      want.limit,
    ],
  );
  const found = rows.map(rowOf);
  const last = found.at(-1);
  return found.length === want.limit && last ? { rows: found, nextN: last.n } : { rows: found };
}

/** The first row at or after an instant; one past the last where there is none yet. */
async function firstSince(sql: Sql, atMs: number | undefined): Promise<number> {
  if (atMs === undefined) return 1;
  const { rows } = await sql<{ n: string }>(
    `select n from curfew.audit where chain = 'main' and at >= $1::timestamptz order by at, n limit 1`,
    [instant(atMs)],
  );
  return rows[0] === undefined ? (await lastN(sql)) + 1 : Number(rows[0].n);
}

async function lastN(sql: Sql): Promise<number> {
  const { rows } = await sql<{ n: string }>(`select n from curfew.audit where chain = 'main' order by n desc limit 1`);
  return Number(rows[0]?.n ?? 0);
}

const rowOf = ({ body, hash }: StoredEntry): AuditRow => ({ ...body, hash });
