import { isFinal, type Lease, needsReview } from '../lease/lease.ts';
import type { LedgerTx } from '../reconcile/ledger-port.ts';
import type { LeaseFilter } from '../reconcile/ledger-rows.ts';
import { insertLinksText, linkColumnsOf } from './links.ts';
import { instant, jsonText, lastOfEach, type Sql, type SqlValue, transpose } from './sql.ts';

type Row = { doc: Lease };
export type LeasesTx = Pick<
  LedgerTx,
  'insertLeases' | 'leases' | 'peekLeases' | 'findLeaseIds' | 'updateLeases' | 'listLeases' | 'leasesBetween'
>;

const columns = `id, source, request_id, state, is_final, cloud, account, region_id, group_id, requester_id, starts_at,
  ends_at, created_at, needs_review, doc`;

export function leasesTx(sql: Sql): LeasesTx {
  const select = async (ids: readonly string[], locking: string) => {
    if (ids.length === 0) return [];
    const { rows } = await sql<Row>(`select doc from curfew.lease where id = any($1) order by id ${locking}`, [ids]);
    return rows.map(({ doc }) => doc);
  };
  return {
    async insertLeases(leases, links) {
      if (leases.length === 0) return;
      const live = new Set(leases.filter(({ state }) => !isFinal(state)).map(({ id }) => id));
      await sql(
        `with added as (insert into curfew.lease (${columns}) select * from ${unnested})
         ${insertLinksText(16)}`,
        [...transpose(leases.map(valuesOf)), ...linkColumnsOf(links), links.map(({ leaseId }) => live.has(leaseId))],
      );
    },

    leases: (ids) => select(ids, 'for no key update'),
    peekLeases: (ids) => select(ids, ''),

    async findLeaseIds(requests) {
      if (requests.length === 0) return [];
      const { rows } = await sql<{ id: string | null }>(
        `select l.id from unnest($1::text[], $2::text[]) with ordinality as t (source, request_id, n)
         left join lateral (
           select id from curfew.lease where request_id = t.request_id and (t.source is null or source = t.source)
           order by created_at desc, id desc limit 1
         ) as l on true order by t.n`,
        [requests.map(({ source }) => source ?? null), requests.map(({ requestId }) => requestId ?? null)],
      );
      return rows.map(({ id }) => id ?? undefined);
    },

    async updateLeases(leases) {
      if (leases.length === 0) return;
      const last = lastOfEach(leases, ({ id }) => id);
      await sql(updateText, updateColumnsOf(last), { table: 'lease', rows: last.length });
    },

    async listLeases(filter) {
      const { where, values } = conditionsOf(filter);
      const { rows } = await sql<Row>(
        `select doc from curfew.lease where ${where} order by created_at desc, id desc limit $1`,
        values,
      );
      return rows.map(({ doc }) => doc);
    },

    async leasesBetween({ cloud, account, regionId, securityGroupId }, fromMs, untilMs) {
      const { rows } = await sql<Row>(
        `select doc from curfew.lease where group_id = $1 and cloud = $2 and account = $3 and region_id = $4
           and (not is_final and state not in ('requested', 'awaiting-approval')
             or state in ('ended', 'withdrawn') and ends_at > $5::timestamptz and starts_at < $6::timestamptz)
         order by id`,
        [securityGroupId, cloud, account, regionId, instant(fromMs), instant(untilMs)],
      );
      return rows.map(({ doc }) => doc);
    },
  };
}

const unnested = `unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::boolean[], $6::text[], $7::text[],
  $8::text[], $9::text[], $10::text[], $11::timestamptz[], $12::timestamptz[], $13::timestamptz[], $14::boolean[],
  $15::json[])`;

const valuesOf = (lease: Lease) => [
  lease.id,
  lease.source,
  lease.requestId,
  lease.state,
  isFinal(lease.state),
  lease.target.cloud,
  lease.target.account,
  lease.target.regionId,
  lease.target.securityGroupId,
  lease.requester.id,
  instant(lease.startsAtMs),
  instant(lease.expiresAtMs),
  instant(lease.createdAtMs),
  needsReview(lease),
  jsonText(lease),
];

/** Links say themselves whether their lease lives: finding a rule's live ones must not cost its whole past. */
const updateText = `with t as (
    select * from unnest($1::text[], $2::text[], $3::boolean[], $4::text[], $5::timestamptz[], $6::timestamptz[],
        $7::boolean[], $8::json[])
      as t (id, state, is_final, requester_id, starts_at, ends_at, needs_review, doc)
  ), links as (
    update curfew.lease_rule as l set is_live = not t.is_final from t where l.lease_id = t.id and l.is_live = t.is_final
  )
  update curfew.lease as l set state = t.state, is_final = t.is_final, requester_id = t.requester_id,
    starts_at = t.starts_at, ends_at = t.ends_at, needs_review = t.needs_review, doc = t.doc
  from t where l.id = t.id`;

const updateColumnsOf = (leases: readonly Lease[]): SqlValue[] => [
  leases.map(({ id }) => id),
  leases.map(({ state }) => state),
  leases.map(({ state }) => isFinal(state)),
  leases.map(({ requester }) => requester.id),
  leases.map(({ startsAtMs }) => instant(startsAtMs)),
  leases.map(({ expiresAtMs }) => instant(expiresAtMs)),
  leases.map(needsReview),
  leases.map(jsonText),
];

function conditionsOf(filter: LeaseFilter): { where: string; values: SqlValue[] } {
  const values: SqlValue[] = [filter.limit];
  const given = (value: SqlValue): string => `$${values.push(value)}`;
  const conditions = ['true'];
  if (filter.states !== undefined) conditions.push(`state = any(${given(filter.states)}::text[])`);
  if (filter.securityGroupId !== undefined) conditions.push(`group_id = ${given(filter.securityGroupId)}`);
  if (filter.requester !== undefined) conditions.push(`requester_id = ${given(filter.requester)}`);
  if (filter.isLive !== undefined) conditions.push(filter.isLive ? 'not is_final' : 'is_final');
  if (filter.needsReview === true) conditions.push('needs_review');
  if (filter.endsIn !== undefined) {
    const { afterMs, untilMs } = filter.endsIn;
    conditions.push(`ends_at > ${given(instant(afterMs))}::timestamptz`);
    conditions.push(`ends_at <= ${given(instant(untilMs))}::timestamptz`);
  }
  if (filter.before !== undefined) {
    const { createdAtMs, id } = filter.before;
    conditions.push(`(created_at, id) < (${given(instant(createdAtMs))}::timestamptz, ${given(id)}::text)`);
  }
  return { where: conditions.join(' and '), values };
}
