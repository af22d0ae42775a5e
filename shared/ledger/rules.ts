import type { LedgerTx } from '../reconcile/ledger-port.ts';
import type { RuleFilter, RuleRow } from '../reconcile/ledger-rows.ts';
import { type Target, targetKey } from '../rule/target.ts';
import { instantOrNull, jsonText, lastOfEach, msOf, type Sql, type SqlValue } from './sql.ts';

export type RulesTx = Pick<
  LedgerTx,
  'insertRules' | 'rules' | 'peekRules' | 'updateRules' | 'listRules' | 'knownTargets'
>;

/** So many rules are looked at for one page: a filter that few pass never makes a statement run into its time limit. */
const spanRows = 20_000;

/** A rule as it is stored: the claim lives in its columns alone, because claiming writes nothing else. */
export type StoredRule = { doc: RuleRow; claim_id: string | null; claim_until: Date | null };

export function rulesTx(sql: Sql): RulesTx {
  const select = async (keys: readonly string[], locking: string) => {
    if (keys.length === 0) return [];
    // The locks are taken after the sort, so every transaction takes them in key order.
    const { rows } = await sql<StoredRule>(
      `select doc, claim_id, claim_until from curfew.rule where key = any($1) order by key ${locking}`,
      [keys],
    );
    return rows.map(ruleOf);
  };
  return {
    async insertRules(rows) {
      if (rows.length === 0) return [];
      // In key order, as they are locked: two who add the same rules wait, and never for each other.
      const added = await sql<{ key: string }>(
        `with named as (${insertGroups})
         insert into curfew.rule (key, group_key, due_grant, due_revoke, due_modify, claim_id, claim_until, doc)
         select * from ${unnested} order by key on conflict (key) do nothing returning key`,
        [...columnsOf(rows), ...groupColumnsOf(rows)],
      );
      const isNew = new Set(added.rows.map(({ key }) => key));
      return rows.map(({ key }) => isNew.has(key));
    },
    // Nobody changes keys, so readers that only check a foreign key need not wait for this lock.
    rules: (keys) => select(keys, 'for no key update'),
    peekRules: (keys) => select(keys, ''),

    async updateRules(rows) {
      if (rows.length === 0) return;
      const last = lastOfEach(rows, ({ key }) => key);
      await sql(
        `update curfew.rule as r set group_key = t.group_key, due_grant = t.due_grant, due_revoke = t.due_revoke,
           due_modify = t.due_modify, claim_id = t.claim_id, claim_until = t.claim_until, doc = t.doc
         from ${unnested} where r.key = t.key`,
        columnsOf(last),
        { table: 'rule', rows: last.length },
      );
    },

    async listRules(filter) {
      const { afterKey = '', limit } = filter;
      const { where, values } = conditionsOf(filter);
      const { rows } = await sql<StoredRule>(
        `select doc, claim_id, claim_until from (select * from curfew.rule where key > $1 order by key limit $2) as r
         where ${where} order by key limit $3`,
        [afterKey, spanRows, limit, ...values],
      );
      const found = rows.map(ruleOf);
      const last = found.at(-1);
      if (found.length === limit && last) return { rows: found, nextKey: last.key };
      const end = await sql<{ key: string }>(
        'select key from curfew.rule where key > $1 order by key offset $2 limit 1',
        [afterKey, spanRows - 1],
      );
      const [spanEnd] = end.rows;
      return spanEnd ? { rows: found, nextKey: spanEnd.key } : { rows: found };
    },

    async knownTargets() {
      const { rows } = await sql<StoredGroup>(
        'select cloud, account, region_id, group_id from curfew.rule_group order by group_key',
      );
      return rows.map(targetOf);
    },
  };
}

/** $1 to $3 are those of the page. */
function conditionsOf({ securityGroupId, isLive, isPresent, isStuck }: RuleFilter) {
  const values: SqlValue[] = [];
  const given = (value: SqlValue): string => `$${3 + values.push(value)}`;
  const conditions = ['true'];
  if (securityGroupId !== undefined) {
    const id = given(securityGroupId);
    conditions.push(`group_key in (select group_key from curfew.rule_group where group_id = ${id})`);
  }
  if (isLive !== undefined) {
    const links = 'exists (select from curfew.lease_rule as l where l.rule_key = r.key and l.is_live)';
    conditions.push(isLive ? links : `not ${links}`);
  }
  if (isPresent !== undefined) conditions.push(`(doc->>'isPresent')::boolean = ${given(isPresent)}::boolean`);
  if (isStuck !== undefined) conditions.push(`(doc->>'isStuck')::boolean = ${given(isStuck)}::boolean`);
  return { where: conditions.join(' and '), values };
}

export type StoredGroup = { cloud: Target['cloud']; account: string; region_id: string; group_id: string };

export const targetOf = (row: StoredGroup): Target => ({
  cloud: row.cloud,
  account: row.account,
  regionId: row.region_id,
  securityGroupId: row.group_id,
});

export function ruleOf({ doc, claim_id, claim_until }: StoredRule): RuleRow {
  return {
    ...doc,
    ...(claim_id === null ? {} : { claimId: claim_id }),
    ...(claim_until === null ? {} : { claimUntilMs: msOf(claim_until) }),
  };
}

const unnested = `unnest($1::text[], $2::text[], $3::timestamptz[], $4::timestamptz[], $5::timestamptz[], $6::text[],
  $7::timestamptz[], $8::json[])
  as t (key, group_key, due_grant, due_revoke, due_modify, claim_id, claim_until, doc)`;

const columnsOf = (rows: readonly RuleRow[]): SqlValue[] => [
  rows.map(({ key }) => key),
  rows.map(({ target }) => targetKey(target)),
  rows.map(({ dueMs }) => instantOrNull(dueMs.grant)),
  rows.map(({ dueMs }) => instantOrNull(dueMs.revoke)),
  rows.map(({ dueMs }) => instantOrNull(dueMs.modify)),
  rows.map(({ claimId }) => claimId ?? null),
  rows.map(({ claimUntilMs }) => instantOrNull(claimUntilMs)),
  rows.map(({ claimId: _, claimUntilMs: __, ...doc }) => jsonText(doc)),
];

/** Groups have a table of their own, so that naming them all does not mean reading every rule. */
const insertGroups = `insert into curfew.rule_group (group_key, cloud, account, region_id, group_id)
  select * from unnest($9::text[], $10::text[], $11::text[], $12::text[], $13::text[]) as t (group_key)
  order by group_key collate "C" on conflict do nothing`;

function groupColumnsOf(rows: readonly RuleRow[]): SqlValue[] {
  const targets = lastOfEach(
    rows.map(({ target }) => target),
    targetKey,
  );
  return [
    targets.map(targetKey),
    targets.map(({ cloud }) => cloud),
    targets.map(({ account }) => account),
    targets.map(({ regionId }) => regionId),
    targets.map(({ securityGroupId }) => securityGroupId),
  ];
}
