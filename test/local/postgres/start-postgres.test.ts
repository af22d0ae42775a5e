import { once } from 'node:events';
import { chmod, chown, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { withClient } from '../../../local/postgres/database.ts';
import { postgresProcessesIn } from '../../../local/postgres/processes.ts';
import { type Postgres, startPostgres } from '../../../local/postgres/start-postgres.ts';
import { testDatabase } from '../../support/postgres.ts';
import { killParentOf, startInChild } from './other-process.ts';

let folder: string;
let running: Postgres[] = [];

async function start(dataDir = join(folder, 'postgres'), port = 0): Promise<Postgres> {
  const postgres = await startPostgres({ dataDir, port });
  running.push(postgres);
  return postgres;
}

async function ask<T>(url: string, sql: string): Promise<T[]> {
  return withClient(url, async (client) => (await client.query(sql)).rows);
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'curfew-postgres-'));
});

afterEach(async () => {
  await Promise.all(running.map((postgres) => postgres.stop()));
  running = [];
  await rm(folder, { recursive: true, force: true });
});

describe('a first start', () => {
  it('makes a UTF-8 database called curfew with commits synced and only loopback open', async () => {
    const { url } = await start();

    const [row] = await ask(
      url,
      `select current_database() as database, current_setting('fsync') as fsync,
        current_setting('synchronous_commit') as commit, current_setting('server_encoding') as encoding,
        current_setting('listen_addresses') as addresses, current_setting('unix_socket_directories') as sockets,
        current_setting('TimeZone') as zone`,
    );

    expect(url).toMatch(/^postgres:\/\/curfew:[\w-]{32}@127\.0\.0\.1:\d+\/curfew$/);
    expect(row).toEqual({
      database: 'curfew',
      fsync: 'on',
      commit: 'on',
      encoding: 'UTF8',
      addresses: '127.0.0.1',
      sockets: '',
      zone: 'UTC',
    });
  });

  it('lets nobody in without the password, which only its owner can read', async () => {
    const { url } = await start();
    const wrong = new URL(url);
    wrong.password = 'guess';

    await expect(ask(wrong.href, 'select 1')).rejects.toMatchObject({ code: '28P01' });
    expect((await stat(join(folder, 'postgres', 'password'))).mode & 0o777).toBe(0o600);
  });

  it('works below a folder that others cannot enter', async () => {
    const closed = join(folder, 'closed');
    await mkdir(closed, { mode: 0o700 });

    const { url } = await start(join(closed, 'deep', 'postgres'));

    expect(await ask(url, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  it('begins again where initdb was cut short', async () => {
    const unfinished = join(folder, 'postgres', 'cluster.new-1');
    await mkdir(unfinished, { recursive: true });
    await writeFile(join(unfinished, 'PG_VERSION'), '18');

    const { url } = await start();

    expect(await ask(url, 'select 1 as one')).toEqual([{ one: 1 }]);
    await expect(stat(unfinished)).rejects.toMatchObject({ code: 'ENOENT' });
  });
});

describe('a busy place', () => {
  it('names the port that somebody else holds', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as { port: number };

    await expect(start(join(folder, 'postgres'), port)).rejects.toMatchObject({
      code: 'PORT_BUSY',
      message: expect.stringContaining(String(port)),
    });
    other.close();
  });

  it('leaves a folder alone that a living process uses', async () => {
    const first = await start();

    await expect(start()).rejects.toMatchObject({ code: 'FOLDER_BUSY' });
    expect(await ask(first.url, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  it('says what PostgreSQL said when it does not start', async () => {
    const options = { dataDir: join(folder, 'postgres'), port: 0, settings: { shared_buffers: 'plenty' } };

    await expect(startPostgres(options)).rejects.toMatchObject({
      code: 'START_FAILED',
      message: expect.stringContaining('shared_buffers'),
    });
  });
});

describe('a stop', () => {
  it('ends the server once, with sessions open, however often it is asked for', async () => {
    const { url, pid, stop } = await start();
    const sleeper = ask(url, 'select pg_sleep(60)').catch((error) => error.code);

    await Promise.all([stop(), stop()]);
    await stop();

    expect(() => process.kill(pid, 0)).toThrow('ESRCH');
    expect(['57P01', 'ECONNREFUSED', 'ECONNRESET', '57P03']).toContain(await sleeper);
  });

  it('keeps data, password and port for the next start', async () => {
    const first = await start();
    await ask(first.url, 'create table kept as select 42 as answer');
    await first.stop();

    const second = await start(undefined, Number(new URL(first.url).port));

    expect(second.url).toBe(first.url);
    expect(await ask(second.url, 'select answer from kept')).toEqual([{ answer: 42 }]);
  });
});

describe('after a kill -9', () => {
  it('keeps every acknowledged commit when the server dies', async () => {
    const first = await start();
    await ask(first.url, 'create table kept (n int)');
    for (let n = 0; n < 20; n += 1) await ask(first.url, `insert into kept values (${n})`);

    process.kill(first.pid, 'SIGKILL');
    const second = await start();

    expect(await ask(second.url, 'select count(*)::int as n from kept')).toEqual([{ n: 20 }]);
  });

  it('clears away the workers of a dead server, busy ones too', async () => {
    const first = await start();
    const busy = ask(first.url, 'select count(*) from generate_series(1, 10000000000)').catch(() => 'lost');
    await expect
      .poll(() => ask(first.url, `select 1 from pg_stat_activity where query like '%generate_series(1,%'`))
      .not.toHaveLength(0);

    process.kill(first.pid, 'SIGKILL');
    const second = await start();

    expect(await busy).toBe('lost');
    expect(await ask(second.url, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  it('stops the server that a dead parent left running, and keeps its data', async () => {
    const child = await startInChild(join(folder, 'postgres'));
    await ask(child.url, 'create table kept as select 42 as answer');

    await killParentOf(child);
    expect(await ask(child.url, 'select answer from kept')).toEqual([{ answer: 42 }]);
    const next = await start(undefined, Number(new URL(child.url).port));

    const servers = (await postgresProcessesIn(join(folder, 'postgres', 'cluster'))).map(({ pid }) => pid);
    expect(servers).toContain(next.pid);
    expect(servers).not.toContain(child.serverPid);
    expect(await ask(next.url, 'select answer from kept')).toEqual([{ answer: 42 }]);
  });

  it('is not stopped by a lock whose number belongs to another program now', async () => {
    const first = await start();
    const lock = join(folder, 'postgres', 'cluster', 'postmaster.pid');
    const text = await readFile(lock, 'utf8');
    process.kill(first.pid, 'SIGKILL');
    await first.stop();
    await writeFile(lock, text.replace(/^\d+/, String(process.pid)));

    const second = await start();

    expect(await ask(second.url, 'select 1 as one')).toEqual([{ one: 1 }]);
  });
});

describe('the test run', () => {
  it('gives every caller an empty database of its own', async () => {
    const [one, two] = await Promise.all([testDatabase(), testDatabase()]);
    await ask(one.url, 'create table mine (n int)');

    await expect(ask(two.url, 'select * from mine')).rejects.toMatchObject({ code: '42P01' });
    await Promise.all([one.close(), two.close()]);
    await expect(ask(one.url, 'select 1')).rejects.toMatchObject({ code: '3D000' });
  });
});

it.runIf(process.getuid?.() === 0)('lets another owner’s folder be taken over by root', async () => {
  const dataDir = join(folder, 'postgres');
  const first = await start(dataDir);
  await first.stop();
  await chmod(folder, 0o755);
  await chown(dataDir, 65534, 65534);

  const second = await start(dataDir);

  expect(await ask(second.url, 'select 1 as one')).toEqual([{ one: 1 }]);
});
