import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { lchown, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { PostgresError } from './postgres-error.ts';
import type { Programs } from './server.ts';

/** The names inside a data folder. */
export type ClusterPaths = {
  readonly clusterDir: string;
  readonly passwordFile: string;
  readonly ownerFile: string;
  readonly logFile: string;
};

export function clusterPaths(dataDir: string): ClusterPaths {
  return {
    clusterDir: join(dataDir, 'cluster'),
    passwordFile: join(dataDir, 'password'),
    ownerFile: join(dataDir, 'owner'),
    logFile: join(dataDir, 'postgres.log'),
  };
}

export async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}

/**
 * Makes an empty cluster with one superuser, `curfew`, if there is none yet; twice does no harm.
 *
 * It is made under another name and renamed when whole, so a start that was killed half-way leaves nothing
 * that looks like a cluster.
 */
export async function ensureCluster(dataDir: string, programs: Programs): Promise<void> {
  const { clusterDir, passwordFile } = clusterPaths(dataDir);
  if (await exists(clusterDir)) return;
  await removeUnfinished(dataDir);
  const unfinished = join(dataDir, `cluster.new-${process.pid}`);
  const { runAs, binaries } = programs;
  const [file = binaries.initdb, ...args] = [
    ...runAs.prefix,
    binaries.initdb,
    `--pgdata=${unfinished}`,
    '--username=curfew',
    `--pwfile=${passwordFile}`,
    '--auth-local=reject',
    '--auth-host=scram-sha-256',
    '--encoding=UTF8',
    // Sorting by code point and full Unicode letters, the same on every machine: the system's locales differ.
    '--locale=C',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    // An empty cluster is no loss in a power failure; commits are synced as ever.
    '--no-sync',
  ];
  await promisify(execFile)(file, args, { ...runAs.ids, cwd: dataDir, env: programs.env }).catch((cause) => {
    throw new PostgresError('START_FAILED', `initdb failed: ${cause.stderr || cause.message}`, { cause });
  });
  await rename(unfinished, clusterDir);
}

async function removeUnfinished(dataDir: string): Promise<void> {
  const entries = await readdir(dataDir);
  const unfinished = entries.filter((entry) => entry.startsWith('cluster.new-'));
  await Promise.all(unfinished.map((entry) => rm(join(dataDir, entry), { recursive: true, force: true })));
}

/** The password of this cluster, made on first use. Whoever can read the file owns the data anyway. */
export async function ensurePassword(dataDir: string): Promise<string> {
  const { passwordFile, clusterDir } = clusterPaths(dataDir);
  const stored = await readFile(passwordFile, 'utf8').catch(() => '');
  if (stored.trim() !== '') return stored.trim();
  if (await exists(clusterDir)) {
    throw new PostgresError('START_FAILED', `${passwordFile} is missing, but ${clusterDir} needs it: bring it back.`);
  }
  const password = randomBytes(24).toString('base64url');
  // Renamed into place: a password cut short by a kill would lock us out of the cluster made with it.
  const unfinished = `${passwordFile}.${process.pid}`;
  await writeFile(unfinished, `${password}\n`, { mode: 0o600 });
  const { uid, gid } = await stat(dataDir);
  await lchown(unfinished, uid, gid);
  await rename(unfinished, passwordFile);
  return password;
}
