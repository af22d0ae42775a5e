import type { LedgerTx } from '../reconcile/ledger-port.ts';
import type { InboxRow } from '../reconcile/ledger-rows.ts';
import { instant, jsonText, type Sql } from './sql.ts';

type Row = { doc: InboxRow };
export type InboxTx = Pick<LedgerTx, 'insertMessage' | 'findMessage' | 'updateMessage' | 'parkedFor' | 'forgetMarks'>;

export function inboxTx(sql: Sql): InboxTx {
  return {
    /** A second one with this id waits here until the first is committed or undone. */
    async insertMessage(row) {
      const { count } = await sql(
        `insert into curfew.inbox (source, id, parked_for, received_at, doc) values ($1, $2, $3, $4, $5)
         on conflict (source, id) do nothing`,
        valuesOf(row),
      );
      return count === 1;
    },

    async findMessage(source, id) {
      const { rows } = await sql<Row>('select doc from curfew.inbox where source = $1 and id = $2', [source, id]);
      return rows[0]?.doc;
    },

    async updateMessage(row) {
      await sql(
        'update curfew.inbox set parked_for = $3, received_at = $4, doc = $5 where source = $1 and id = $2',
        valuesOf(row),
        { table: 'inbox', rows: 1 },
      );
    },

    async parkedFor(source, requestId) {
      const { rows } = await sql<Row>(
        `select doc from curfew.inbox where parked_for is not null and source = $1 and parked_for = $2
         order by received_at, id collate "C"`,
        [source, requestId],
      );
      return rows.map(({ doc }) => doc);
    },

    /** Whoever holds one just now keeps it until the next run. */
    async forgetMarks(beforeMs, limit) {
      const { count } = await sql(
        `delete from curfew.inbox where (source, id) in (
           select source, id from curfew.inbox where source like '%!%' and parked_for is null and received_at < $1
           order by received_at limit $2 for update skip locked)`,
        [instant(beforeMs), limit],
      );
      return count;
    },
  };
}

const valuesOf = (row: InboxRow) => [
  row.source,
  row.id,
  row.parkedFor ?? null,
  instant(row.receivedAtMs),
  jsonText(row),
];
