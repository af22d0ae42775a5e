import { randomUUID } from 'node:crypto';
import { inject, onTestFinished } from 'vitest';
import { withClient } from '../../local/postgres/database.ts';
import {
  createPostgresLedger,
  type PostgresLedger,
  type PostgresLedgerOptions,
} from '../../shared/ledger/postgres-ledger.ts';
import { systemClock } from '../../shared/runtime/clock.ts';
import './global-setup.ts';

export type TestDatabase = {
  readonly url: string;
  /** Drops the database; sessions still open are thrown out. */
  close(): Promise<void>;
};

/** An empty database of one's own, on the PostgreSQL that the whole test run shares. */
export async function testDatabase(): Promise<TestDatabase> {
  const answer = await fetch(inject('postgresDoor'));
  const serverUrl = await answer.text();
  if (!answer.ok) throw new Error(`The test run's PostgreSQL did not start: ${serverUrl}`);

  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await withClient(serverUrl, async (client) => {
    await client.query(`create database ${name}`);
  });
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return {
    url: url.href,
    close: () =>
      withClient(serverUrl, async (client) => {
        await client.query(`drop database if exists ${name} with (force)`);
      }),
  };
}

/** A ledger on it that retries without a wait. */
export const testLedger = (databaseUrl: string, more: Partial<PostgresLedgerOptions> = {}): PostgresLedger =>
  createPostgresLedger({ databaseUrl, sleep: async () => undefined, random: () => 0, ...more });

/** A ledger on a database of its own, with connections for many at once; both go when the test is over. */
export async function racingLedger(log?: PostgresLedgerOptions['log']) {
  const { url, close } = await testDatabase();
  const { sleep } = systemClock;
  const ledger = testLedger(url, { poolMax: 12, sleep, random: Math.random, log });
  onTestFinished(async () => {
    await ledger.close();
    await close();
  });
  return { ledger, url };
}
