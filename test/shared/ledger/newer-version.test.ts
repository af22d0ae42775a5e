import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { migrations } from '../../../shared/ledger/migrations/migrations.ts';
import type { PostgresLedger } from '../../../shared/ledger/postgres-ledger.ts';
import { ledgerContract } from '../../contract/ledger.ts';
import { lease, link, operation, ruleRow, web, within } from '../../contract/ledger-samples.ts';
import { emptyLedger } from '../../support/empty-ledger.ts';
import { type TestDatabase, testDatabase, testLedger } from '../../support/postgres.ts';
import { query } from '../../support/query.ts';

const tables = ['inbox', 'rule_group', 'rule', 'lease', 'lease_rule', 'operation', 'operation_rule', 'setting'];
/** A migration of the next version, as far as the rule for migrations goes. */
const next = `
  ${tables.map((name) => `alter table curfew.${name} add column of_the_next_version text;`).join('\n')}
  create table curfew.of_the_next_version (id text primary key);
  insert into curfew.migration (version, name) values (${migrations.length + 1}, 'next');`;

describe('on a database that a newer version has widened', () => {
  let database: TestDatabase;
  let ledger: PostgresLedger;
  beforeAll(async () => {
    database = await testDatabase();
    ledger = testLedger(database.url);
    await ledger.migrate();
    await query(database.url, next);
  });
  afterAll(async () => {
    await ledger.close();
    await database.close();
  });

  it('this version begins without a word, and leaves what it does not know as it is', async () => {
    const row = ruleRow(web, 22);
    const later = testLedger(database.url);
    await within(later, async (tx) => {
      await tx.insertRules([row]);
      await tx.insertLeases([lease('l-1')], [link('l-1', row)]);
      await tx.insertOperations([operation('o-1', [row])]);
    });
    for (const table of ['rule', 'lease', 'operation'])
      await query(database.url, `update curfew.${table} set doc = (doc::jsonb || '{"later": [1]}')::json`);

    await within(later, async (tx) => {
      const [rules, leases, operations] = [
        await tx.rules([row.key]),
        await tx.leases(['l-1']),
        await tx.openOperations([row.key]),
      ];
      await tx.updateRules(rules.map((one) => ({ ...one, attempts: 3 })));
      await tx.updateLeases(leases.map((one) => ({ ...one, state: 'active' as const })));
      await tx.updateOperations(operations.map((one) => ({ ...one, state: 'settled' as const })));
    });
    await later.close();

    for (const table of ['rule', 'lease', 'operation'])
      expect(await query(database.url, `select doc->'later' as kept from curfew.${table}`)).toEqual([{ kept: [1] }]);
  });

  ledgerContract('PostgreSQL, a version ahead', async () => {
    await emptyLedger(database.url);
    return { ledger, close: async () => undefined };
  });
});

it('no migration takes anything away, or asks the version before for what it does not write', () => {
  const narrowing = /\b(drop|rename|truncate|delete|set not null|alter column|unique|check|not null)\b/i;
  for (const { name, sql } of migrations.slice(1)) expect(narrowing.exec(sql)?.[0], name).toBeUndefined();
});
