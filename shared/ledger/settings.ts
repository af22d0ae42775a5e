import type { LedgerTx } from '../reconcile/ledger-port.ts';
import { instant, jsonText, type Sql } from './sql.ts';

export type SettingsTx = Pick<LedgerTx, 'getSetting' | 'holdSetting' | 'setSetting'>;

export function settingsTx(sql: Sql, nowMs: number): SettingsTx {
  return {
    async getSetting(name) {
      const { rows } = await sql<{ value: unknown }>('select value from curfew.setting where name = $1', [name]);
      return rows[0]?.value;
    },

    async holdSetting(name) {
      // Written, because only a row that is there can be locked.
      const { rows } = await sql<{ value: unknown }>(
        `insert into curfew.setting (name, value, changed_at) values ($1, 'null', $2)
         on conflict (name) do update set name = excluded.name returning value`,
        [name, instant(nowMs)],
      );
      return rows[0]?.value;
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
