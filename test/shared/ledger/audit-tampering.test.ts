import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PostgresLedger } from '../../../shared/ledger/postgres-ledger.ts';
import { entry, operation, ruleRow, web, within } from '../../contract/ledger-samples.ts';
import { type TestDatabase, testDatabase, testLedger } from '../../support/postgres.ts';
import { query } from '../../support/query.ts';

const rows = 12;
const ssh = ruleRow(web, 22);

describe('the audit trail in the database', () => {
  let database: TestDatabase;
  let ledger: PostgresLedger;
  const open = (...auditKeys: string[]) => testLedger(database.url, { auditKeys });

  beforeEach(async () => {
    database = await testDatabase();
    ledger = open();
    for (let turn = 0; turn < rows; turn += 1) {
      await within(ledger, (tx) => tx.appendAudit([entry({ turn, note: 'as it was' }, `lease-${turn % 3}`)]));
    }
  });
  afterEach(async () => {
    await ledger.close();
    await database.close();
  });

  /** As somebody with the owner's rights, who can switch the guard off. */
  const tamper = (sql: string) =>
    query(database.url, `alter table curfew.audit disable trigger audit_only_grows; ${sql}`);

  it.each([
    'update curfew.audit set hash = hash where n = 1',
    'delete from curfew.audit where n = 12',
    'truncate curfew.audit',
  ])('refuses to be changed: %s', async (sql) => {
    await expect(query(database.url, sql)).rejects.toThrow('the audit trail only grows');
    expect(await ledger.verifyAudit()).toMatchObject({ rows, ok: true });
  });

  it.each([
    [
      'a changed word',
      `update curfew.audit set body = replace(body::text, 'as it was', 'as it is')::json where n = 5`,
      5,
    ],
    ['a blank more', `update curfew.audit set body = (body::text || ' ')::json where n = 5`, 5],
    ['another time in the column', `update curfew.audit set at = at + interval '1 second' where n = 6`, 6],
    ['another lease in the column', `update curfew.audit set lease_id = 'lease-9' where n = 7`, 7],
    ['another hash', `update curfew.audit set hash = repeat('a', 64) where n = 8`, 8],
    ['a row taken out', 'delete from curfew.audit where n = 4', 4],
    ['the first row taken out', 'delete from curfew.audit where n = 1', 1],
    ['a tail cut off', 'delete from curfew.audit where n > 10', 11],
    ['everything gone', 'delete from curfew.audit', 1],
    [
      'a row put in',
      `insert into curfew.audit select chain, 13, at, lease_id, body, hash from curfew.audit where n = 3`,
      13,
    ],
    [
      'two rows swapped',
      'update curfew.audit set n = 5 - n where n in (2, 3) and false; update curfew.audit set n = -n where n in (2, 3); update curfew.audit set n = 5 + n where n in (-2, -3)',
      2,
    ],
    ['a head moved', `update curfew.audit_head set n = 11`, 13],
  ])('finds %s', async (_what, sql, firstBad) => {
    await tamper(sql);

    expect(await ledger.verifyAudit()).toMatchObject({ ok: false, firstBad });
  });

  it('finds a chain that was made without the key', async () => {
    const keyed = open('secret');

    expect(await keyed.verifyAudit()).toMatchObject({ ok: false, firstBad: 1, isKeyed: true });
    await keyed.close();
  });

  it('takes what was written before the first key up to a head that was written down', async () => {
    const { n, hash } = await ledger.auditHead();
    const keyed = open('secret');
    await within(keyed, (tx) => tx.appendAudit([entry({ note: 'keyed' })]));

    expect(await keyed.verifyAudit()).toMatchObject({ ok: false, firstBad: 1 });
    expect(await keyed.verifyAudit([{ n, hash }])).toMatchObject({ ok: true, rows: rows + 1 });
    await keyed.close();
  });

  it('finds a tail that was cut together with its head by what was written down', async () => {
    const { n, hash } = await ledger.auditHead();
    await tamper(`delete from curfew.audit where n > 10;
      update curfew.audit_head set n = 10, hash = (select hash from curfew.audit where n = 10)`);

    expect(await ledger.verifyAudit()).toMatchObject({ ok: true, rows: 10 });
    expect(await ledger.verifyAudit([{ n, hash }])).toMatchObject({ ok: false, firstBad: 11, reason: 'anchor' });
  });
});

describe('the journal in the database', () => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await testDatabase();
  });
  afterEach(() => database.close());

  const open = (...auditKeys: string[]) => testLedger(database.url, { auditKeys });
  const isTampered = async (ledger: PostgresLedger) =>
    (await within(ledger, (tx) => tx.openOperations([ssh.key]))).map((one) => one.isTampered === true);

  it('proves a call under the key that made it, also once there is a newer one', async () => {
    const [first, later, none] = [open('one'), open('two', 'one'), open()];
    await within(first, (tx) => tx.insertOperations([operation('op', [ssh])]));

    expect([await isTampered(first), await isTampered(later), await isTampered(none)]).toEqual([
      [false],
      [false],
      [false],
    ]);
    await Promise.all([first.close(), later.close(), none.close()]);
  });

  it('keeps proving it while it is repeated and answered', async () => {
    const ledger = open('one');
    await within(ledger, (tx) => tx.insertOperations([operation('op', [ssh])]));
    const [read] = await within(ledger, (tx) => tx.openOperations([ssh.key]));
    if (read) await within(ledger, (tx) => tx.updateOperations([{ ...read, sends: 2, lastSentAtMs: 9 }]));

    expect(await isTampered(ledger)).toEqual([false]);
    await ledger.close();
  });

  it.each([
    ['another request', `update curfew.operation set request = '"else"'`],
    ['no code', 'update curfew.operation set mac = null'],
    ['another token', `update curfew.operation set doc = replace(doc::text, 'token', 'nekot')::json`],
    ['another group', `update curfew.operation set doc = replace(doc::text, 'sg-', 'sg-x')::json`],
    [
      'another verb',
      `update curfew.operation set doc = replace(doc::text, '"kind":"authorize"', '"kind":"revoke"')::json`,
    ],
    [
      'a later intent',
      `update curfew.operation set doc = replace(doc::text, '"intendedAtMs":', '"intendedAtMs":9')::json`,
    ],
  ])('says which call is not the one that was journaled: %s', async (_what, sql) => {
    const ledger = open('one');
    await within(ledger, (tx) => tx.insertOperations([operation('op', [ssh])]));
    await query(database.url, sql);

    expect(await isTampered(ledger)).toEqual([true]);
    await ledger.close();
  });
});
