import type { Link } from '../lease/lease.ts';
import type { LedgerTx } from '../reconcile/ledger-port.ts';
import type { Refusal } from '../rule/refusal.ts';
import { instantOrNull, jsonText, lastOfEach, msOf, type Sql, type SqlValue } from './sql.ts';

type Row = {
  lease_id: string;
  rule_key: string;
  opened_at: Date | null;
  is_borrowed: boolean;
  is_withdrawn: boolean;
  error: Refusal | null;
};
export type LinksTx = Pick<LedgerTx, 'linksOfRules' | 'linksOfLeases' | 'updateLinks'>;

const columns = 'lease_id, rule_key, opened_at, is_borrowed, is_withdrawn, error';
const types = ['text', 'text', 'timestamptz', 'boolean', 'boolean', 'json'];
const listed = (typed: readonly string[], first = 1): string =>
  typed.map((type, index) => `$${first + index}::${type}[]`).join(', ');
const unnested = `unnest(${listed(types)}) as t (${columns})`;

export function linksTx(sql: Sql): LinksTx {
  const select = async (keys: readonly string[], where: string, order: string) => {
    if (keys.length === 0) return [];
    const text = `select ${columns} from curfew.lease_rule where ${where} order by ${order}`;
    return (await sql<Row>(text, [keys])).rows.map(linkOf);
  };
  return {
    linksOfRules: (keys, of) =>
      select(keys, `rule_key = any($1) ${of === 'live' ? 'and is_live' : ''}`, 'rule_key, lease_id'),
    linksOfLeases: (ids) => select(ids, 'lease_id = any($1)', 'lease_id, rule_key'),

    async updateLinks(links) {
      if (links.length === 0) return;
      const last = lastOfEach(links, ({ leaseId, ruleKey }) => `${leaseId} ${ruleKey}`);
      await sql(
        `update curfew.lease_rule as l set opened_at = t.opened_at, is_borrowed = t.is_borrowed,
           is_withdrawn = t.is_withdrawn, error = t.error
         from ${unnested} where l.lease_id = t.lease_id and l.rule_key = t.rule_key`,
        linkColumnsOf(last),
        { table: 'lease_rule', rows: last.length },
      );
    },
  };
}

/** What `linkColumnsOf` has, and whether the link's lease lives, from the parameter of this number on. */
export const insertLinksText = (first: number): string =>
  `insert into curfew.lease_rule (${columns}, is_live) select * from unnest(${listed([...types, 'boolean'], first)})`;

export const linkColumnsOf = (links: readonly Link[]): SqlValue[] => [
  links.map(({ leaseId }) => leaseId),
  links.map(({ ruleKey }) => ruleKey),
  links.map(({ openedAtMs }) => instantOrNull(openedAtMs)),
  links.map(({ isBorrowed }) => isBorrowed),
  links.map(({ isWithdrawn }) => isWithdrawn),
  links.map(({ error }) => (error === undefined ? null : jsonText(error))),
];

const linkOf = (row: Row): Link => ({
  leaseId: row.lease_id,
  ruleKey: row.rule_key,
  isBorrowed: row.is_borrowed,
  isWithdrawn: row.is_withdrawn,
  ...(row.opened_at === null ? {} : { openedAtMs: msOf(row.opened_at) }),
  ...(row.error === null ? {} : { error: row.error }),
});
