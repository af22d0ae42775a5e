import type { LedgerTx } from '../reconcile/ledger-port.ts';
import { instant, jsonText, type Sql } from './sql.ts';

export type SettingsTx = Pick<LedgerTx, 'getSetting' | 'getSettings' | 'holdSettings' | 'setSetting'>;

type Stored = { name: string; value: unknown };

export function settingsTx(sql: Sql, nowMs: number): SettingsTx {
  return {
    async getSetting(name) {
      const { rows } = await sql<{ value: unknown }>('select value from curfew.setting where name = $1', [name]);
      return rows[0]?.value;
    },

    async getSettings(names) {
      const { rows } = await sql<Stored>('select name, value from curfew.setting where name = any($1)', [names]);
      return valuesOf(names, rows);
    },

    async holdSettings(names) {
      if (names.length === 0) return [];
      // Written, because only a row that is there can be locked; in order, so that no two wait for each other.
      const { rows } = await sql<Stored>(
        `insert into curfew.setting (name, value, changed_at)
         select name, 'null', $2 from unnest($1::text[]) as t (name) order by name
         on conflict (name) do update set name = excluded.name returning name, value`,
        [[...new Set(names)], instant(nowMs)],
      );
      return valuesOf(names, rows);
    },

    async setSetting(name, value) {
      await sql(
        `insert into curfew.setting (name, value, changed_at) values ($1, $2, $3)
         on conflict (name) do update set value = excluded.value, changed_at = excluded.changed_at`,
        [name, jsonText(value), instant(nowMs)],
      );
    },
  };
}

function valuesOf(names: readonly string[], rows: readonly Stored[]): readonly unknown[] {
  const values = new Map(rows.map(({ name, value }) => [name, value]));
  return names.map((name) => values.get(name) ?? null);
}
