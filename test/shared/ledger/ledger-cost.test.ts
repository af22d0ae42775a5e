import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PostgresLedger } from '../../../shared/ledger/postgres-ledger.ts';
import { within } from '../../contract/ledger-samples.ts';
import { type TestDatabase, testDatabase, testLedger } from '../../support/postgres.ts';
import { query } from '../../support/query.ts';

/** Rules that are open and end tomorrow, in 50 groups; `due` of them ended an hour ago. */
const fill = (count: number, due: number, prefix: string) => `
  insert into curfew.rule_group select 'ecs/default/cn-hangzhou/sg-' || g, 'ecs', 'default', 'cn-hangzhou', 'sg-' || g
    from generate_series(0, 49) as g on conflict do nothing;
  insert into curfew.rule (key, group_key, due_revoke, doc)
    select '${prefix}' || n, 'ecs/default/cn-hangzhou/sg-' || n % 50,
      case when n < ${due} then now() - interval '1 hour' + n * interval '1 ms' else now() + interval '1 day' + n * interval '1 ms' end,
      json_build_object('key', '${prefix}' || n, 'dueMs', json_build_object())
    from generate_series(0, ${count - 1}) as n;`;

describe('what the ledger costs', () => {
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

  /** Blocks that a transaction touches in the rule table and its indexes: no clock, no noise. */
  async function blocksOf(work: Parameters<typeof within>[1]): Promise<number> {
    const blocks = async () => {
      const [row] = await query<{ blocks: string }>(
        database.url,
        `select sum(heap_blks_hit + heap_blks_read + idx_blks_hit + idx_blks_read) as blocks
         from pg_statio_user_tables where schemaname = 'curfew' and relname = 'rule'`,
      );
      return Number(row?.blocks);
    };
    // A session reports its counts when it ends, so each measurement has one of its own.
    const before = await blocks();
    const measured = testLedger(database.url);
    await within(measured, work);
    await measured.close();
    return (await blocks()) - before;
  }

  it('does not grow with the rules that are open and not yet due', async () => {
    const claim = (claimId: string) =>
      blocksOf(async (tx) => {
        const rows = await tx.claimDue({ hand: 'revoke', claimId, untilMs: tx.nowMs + 45_000, limit: 20 });
        expect(rows).toHaveLength(20);
      });
    const nothingDue = () =>
      blocksOf(async (tx) => {
        expect(await tx.claimDue({ hand: 'grant', claimId: 'none', untilMs: tx.nowMs, limit: 20 })).toEqual([]);
      });
    const soon = () => blocksOf((tx) => tx.dueSoon('revoke', tx.nowMs, tx.nowMs + 90_000_000, 20));
    const measure = async (claimId: string) => [await claim(claimId), await nothingDue(), await soon()] as const;
    await query(database.url, `${fill(1_000, 1_000, 'due')} ${fill(1_000, 0, 'open')} analyze curfew.rule`);
    const few = await measure('few');

    await query(database.url, `${fill(60_000, 0, 'more')} analyze curfew.rule`);
    const many = await measure('many');

    expect(many[0]).toBeLessThan(few[0] * 2);
    expect(many[1]).toBeLessThan(few[1] + 10);
    expect(many[2]).toBeLessThan(few[2] * 2 + 10);
  });
});
