import type { LedgerTx } from '../reconcile/ledger-port.ts';
import type { InboxRow } from '../reconcile/ledger-rows.ts';
import { instant, jsonText, type Sql, transpose, withoutNul } from './sql.ts';

type Row = { doc: InboxRow };
export type InboxTx = Pick<
  LedgerTx,
  'insertMessages' | 'findMessages' | 'updateMessage' | 'holdRequests' | 'parkedFor' | 'forgetMarks'
>;

export function inboxTx(sql: Sql): InboxTx {
  return {
    /** A second one with this id waits here until the first is committed or undone; by name, so that no two wait for each other. */
    async insertMessages(messages) {
      if (messages.length === 0) return [];
      // Counted, for what a statement does not read of itself is never run.
      const { rows } = await sql<{ source: string; id: string }>(
        `with held as (${holdNames})
         insert into curfew.inbox (source, id, parked_for, received_at, doc)
         select * from unnest($1::text[], $2::text[], $3::text[], $4::timestamptz[], $5::json[]) as t (source, id)
         where (select count(*) from held) > 0
         order by source, id on conflict (source, id) do nothing returning source, id`,
        transpose(messages.map(valuesOf)),
      );
      const written = new Set(rows.map(nameOf));
      return messages.map((one) => written.has(withoutNul(nameOf(one))));
    },

    async findMessages(names) {
      if (names.length === 0) return [];
      const { rows } = await sql<Row>(
        `select doc from curfew.inbox join unnest($1::text[], $2::text[]) as t (source, id) using (source, id)`,
        [names.map(({ source }) => source), names.map(({ id }) => id)],
      );
      return rows.map(({ doc }) => doc);
    },

    async updateMessage(row) {
      await sql(
        'update curfew.inbox set parked_for = $3, received_at = $4, doc = $5 where source = $1 and id = $2',
        valuesOf(row),
        { table: 'inbox', rows: 1 },
      );
    },

    async holdRequests(requests) {
      if (requests.length === 0) return;
      await sql(holdNames, [requests.map(({ source }) => source), requests.map(({ requestId }) => requestId)]);
    },

    /** Locked: what is about to take effect is not forgotten meanwhile. */
    async parkedFor(requests) {
      if (requests.length === 0) return [];
      const { rows } = await sql<Row>(
        `select doc from curfew.inbox join unnest($1::text[], $2::text[]) as t (source, parked_for)
           using (source, parked_for)
         where parked_for is not null order by received_at, id collate "C" for update`,
        [requests.map(({ source }) => source), requests.map(({ requestId }) => requestId)],
      );
      return rows.map(({ doc }) => doc);
    },

    /** Each part by an index of its own. Whoever holds a row just now keeps it until the next run. */
    async forgetMarks(beforeMs, limit) {
      let forgotten = 0;
      for (const which of ["source like '%!%' and parked_for is null", 'parked_for is not null']) {
        const { count } = await sql(
          `delete from curfew.inbox where (source, id) in (
             select source, id from curfew.inbox where ${which} and received_at < $1
             order by received_at limit $2 for update skip locked)`,
          [instant(beforeMs), limit - forgotten],
        );
        forgotten += count;
      }
      return forgotten;
    },
  };
}

/** In one order, so that no two wait for each other; behind poolers too, for it ends with the transaction. */
const holdNames = `select pg_advisory_xact_lock(name) from (
    select distinct hashtextextended(source || ' ' || id, 0) as name from unnest($1::text[], $2::text[]) as t (source, id)
    order by name
  ) as names`;

const nameOf = ({ source, id }: { readonly source: string; readonly id: string }): string => `${source} ${id}`;

const valuesOf = (row: InboxRow) => [
  row.source,
  row.id,
  row.parkedFor ?? null,
  instant(row.receivedAtMs),
  jsonText(row),
];
