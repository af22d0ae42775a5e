import { once } from 'node:events';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { resolve } from 'node:path';
import { type Binaries, copyBinaries, locateBinaries, repairBinaries } from './binaries.ts';
import { clusterPaths, ensureCluster, ensurePassword, exists } from './cluster.ts';
import { databaseUrl, ensureDatabase } from './database.ts';
import { stopLeftovers } from './leftovers.ts';
import { PostgresError } from './postgres-error.ts';
import { chooseRunAs, waysToRun } from './run-as.ts';
import { type Programs, startServer } from './server.ts';

export type PostgresOptions = {
  /** A folder of its own: cluster, password, log. Made if missing. */
  readonly dataDir: string;
  /** On 127.0.0.1; 0 takes any free port. */
  readonly port: number;
  /** What is being done, a sentence at a time. */
  readonly log?: (message: string) => void;
  /** Settings of postgresql.conf on top of its defaults, which are safe: commits are synced. */
  readonly settings?: Readonly<Record<string, string>>;
};

export type Postgres = {
  /** `postgres://curfew:…@127.0.0.1:PORT/curfew` */
  readonly url: string;
  readonly pid: number;
  /** Ends all sessions and the server; resolves when it is gone, however often it is called. */
  stop(): Promise<void>;
};

/**
 * Starts the PostgreSQL that npm brought, on a folder that holds everything it keeps.
 *
 * Whatever a killed run left behind, a server included, is cleared away first. Fails with `PORT_BUSY` or
 * `FOLDER_BUSY` when somebody alive holds what we need.
 */
export async function startPostgres(options: PostgresOptions): Promise<Postgres> {
  const dataDir = resolve(options.dataDir);
  const log = options.log ?? (() => undefined);
  const paths = clusterPaths(dataDir);
  await mkdir(dataDir, { recursive: true, mode: 0o700 });

  if (await exists(paths.clusterDir)) await stopLeftovers(paths.clusterDir, await readOwner(paths.ownerFile), log);
  const port = await freePort(options.port);
  const password = await ensurePassword(dataDir);
  const programs = await prepare(dataDir, log);
  if (!(await exists(paths.clusterDir))) log('creating the database on first use');
  await ensureCluster(dataDir, programs);

  await writeFile(paths.ownerFile, String(process.pid));
  const server = await startServer(programs, { paths, port, settings: options.settings ?? {} });
  try {
    await ensureDatabase(password, port, 'curfew');
  } catch (error) {
    await server.stop();
    throw error;
  }
  return { url: databaseUrl(password, port, 'curfew'), ...server };
}

/** Finds programs that run and somebody who may run them; failing that, tries once more with a copy of ours. */
async function prepare(dataDir: string, log: (message: string) => void): Promise<Programs> {
  const original = await locateBinaries();
  // A fixed language and time zone, and no PGDATA or PGOPTIONS of the user's: the same server everywhere.
  const env = { PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC' };
  const attempt = async (binaries: Binaries) => ({
    binaries,
    env,
    runAs: await chooseRunAs(await waysToRun(dataDir), binaries, dataDir),
  });
  try {
    await repairBinaries(original);
    return await attempt(original);
  } catch (error) {
    if (error instanceof PostgresError && error.code === 'NO_USER') throw error;
    log('copying PostgreSQL into the data folder: it cannot be run where npm put it');
    return attempt(await copyBinaries(original, dataDir));
  }
}

async function readOwner(file: string): Promise<number | undefined> {
  const pid = Number.parseInt(await readFile(file, 'utf8').catch(() => ''), 10);
  return Number.isNaN(pid) ? undefined : pid;
}

/** Asks before the server does: its own refusal comes later and reads worse. */
async function freePort(wanted: number): Promise<number> {
  const probe = createServer().listen(wanted, '127.0.0.1');
  try {
    await once(probe, 'listening');
  } catch (cause) {
    throw new PostgresError('PORT_BUSY', `Port ${wanted} is in use: free it or choose another.`, { cause });
  }
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}
