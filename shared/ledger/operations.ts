import type { LedgerTx } from '../reconcile/ledger-port.ts';
import type { Operation } from '../reconcile/ledger-rows.ts';
import type { JournalMac } from './journal-mac.ts';
import { instant, jsonText, lastOfEach, type Sql, type SqlValue } from './sql.ts';

type Row = { doc: Omit<Operation, 'request'>; request: string; mac: string | null };
export type OperationsTx = Pick<LedgerTx, 'insertOperations' | 'openOperations' | 'updateOperations'>;

export function operationsTx(sql: Sql, mac: JournalMac): OperationsTx {
  return {
    async insertOperations(operations) {
      if (operations.length > 0) await sql(insertText, [...columnsOf(operations), ...insertOnlyOf(operations, mac)]);
    },

    async openOperations(ruleKeys) {
      if (ruleKeys.length === 0) return [];
      const { rows } = await sql<Row>(
        `select doc, request, mac from curfew.operation
         where id in (select operation_id from curfew.operation_rule where rule_key = any($1) and is_open)
         order by intended_at, id`,
        [ruleKeys],
      );
      return rows.map(({ doc, request, mac: code }) => {
        const operation: Operation = { ...doc, request };
        return mac.fits(operation, code) ? operation : { ...operation, isTampered: true };
      });
    },

    async updateOperations(operations) {
      if (operations.length === 0) return;
      const last = lastOfEach(operations, ({ id }) => id);
      await sql(updateText, columnsOf(last), { table: 'operation', rows: last.length });
    },
  };
}

const insertText = `with born as (
    insert into curfew.operation (id, state, doc, request, intended_at, mac)
    select * from unnest($1::text[], $2::text[], $3::json[], $4::json[], $5::timestamptz[], $9::text[])
  )
  insert into curfew.operation_rule (operation_id, rule_key, is_open)
  select * from unnest($6::text[], $7::text[], $8::boolean[])`;

/** The request is frozen: it stands in a column that no update touches. */
const updateText = `with t as (
    select * from unnest($1::text[], $2::text[], $3::json[]) as t (id, state, doc)
  ), links as (
    update curfew.operation_rule as l set is_open = (t.state = 'open')
    from t where l.operation_id = t.id and l.is_open <> (t.state = 'open')
  )
  update curfew.operation as o set state = t.state, doc = t.doc from t where o.id = t.id`;

const columnsOf = (operations: readonly Operation[]): SqlValue[] => [
  operations.map(({ id }) => id),
  operations.map(({ state }) => state),
  operations.map(({ request: _, isTampered: __, ...doc }) => jsonText(doc)),
];

function insertOnlyOf(operations: readonly Operation[], mac: JournalMac): SqlValue[] {
  const links = operations.flatMap(({ id, state, ruleKeys }) =>
    [...new Set(ruleKeys)].map((ruleKey) => ({ id, ruleKey, isOpen: state === 'open' })),
  );
  return [
    operations.map(({ request }) => jsonText(request)),
    operations.map(({ intendedAtMs }) => instant(intendedAtMs)),
    links.map(({ id }) => id),
    links.map(({ ruleKey }) => ruleKey),
    links.map(({ isOpen }) => isOpen),
    operations.map((operation) => mac.of(operation)),
  ];
}
