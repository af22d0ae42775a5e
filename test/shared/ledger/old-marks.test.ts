import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PostgresLedger } from '../../../shared/ledger/postgres-ledger.ts';
import { forgetMarks } from '../../../shared/reconcile/forget-marks.ts';
import { type TestDatabase, testDatabase, testLedger } from '../../support/postgres.ts';
import { query } from '../../support/query.ts';

/** Marks, or messages, that were received so many days ago. */
const fill = (source: string, count: number, days: number) => `
  insert into curfew.inbox (source, id, received_at, doc)
    select '${source}', '${days}-' || n, now() - interval '${days} days' - n * interval '1 ms', '{}'
    from generate_series(1, ${count}) as n;`;

describe('marks of what was seen, in PostgreSQL', () => {
  let database: TestDatabase;
  let ledger: PostgresLedger;
  beforeAll(async () => {
    database = await testDatabase();
    ledger = testLedger(database.url);
    await ledger.migrate();
  });
  afterAll(async () => {
    await ledger.close();
    await database.close();
  });

  const left = async (source: string): Promise<number> => {
    const [row] = await query<{ n: string }>(
      database.url,
      `select count(*) as n from curfew.inbox where source = '${source}'`,
    );
    return Number(row?.n);
  };

  it('go after 31 days and stay for 29, and messages stay for good', async () => {
    await query(database.url, `${fill('jira!seen', 3, 31)} ${fill('feishu!seen', 3, 29)} ${fill('jira', 3, 400)}`);

    const forgotten = await forgetMarks({ ledger }, () => true);

    expect(forgotten).toBe(3);
    expect([await left('jira!seen'), await left('feishu!seen'), await left('jira')]).toEqual([0, 3, 3]);
  });

  it('go with what was said of requests that never came, and leave what may still come', async () => {
    const parked = (days: number) => `
      ${fill('parked', 3, days)} update curfew.inbox set parked_for = 'OPS-' || id where source = 'parked';`;
    await query(database.url, `${parked(31)} ${parked(29)}`);

    const forgotten = await forgetMarks({ ledger }, () => true);

    expect([forgotten, await left('parked')]).toEqual([3, 3]);
  });

  it('do not stop a run, however many there are: it forgets a part of them and goes on', async () => {
    await query(database.url, `${fill('github!seen', 45_000, 40)} ${fill('github', 45_000, 40)} analyze curfew.inbox`);
    const mayGoOn = [true, true, true];

    const cut = await forgetMarks({ ledger }, () => mayGoOn.pop() === true);
    const run = await forgetMarks({ ledger }, () => true);

    expect([cut, run]).toEqual([1_500, 20_000]);
    expect(await left('github!seen')).toBe(23_500);
    const [plan] = await query<{ 'QUERY PLAN': string }>(
      database.url,
      `explain (format json) select source, id from curfew.inbox where source like '%!%' and parked_for is null
        and received_at < now() - interval '30 days' order by received_at limit 500`,
    );
    expect(JSON.stringify(plan)).toContain('inbox_marks');
  });
});
