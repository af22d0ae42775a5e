import { readFile, realpath, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PostgresError } from './postgres-error.ts';
import { isAlive, type PostgresProcess, postgresProcessesIn, signal } from './processes.ts';

/** What each signal asks of the server, mildest first: roll back and leave; leave at once; be gone. */
const LADDER = [
  { name: 'SIGINT', waitMs: 5_000 },
  { name: 'SIGQUIT', waitMs: 3_000 },
  { name: 'SIGKILL', waitMs: 3_000 },
] as const;
const OWNER_GRACE_MS = 1_000;
const POLL_MS = 20;

/**
 * Stops what a killed parent left running in this cluster, so that a new server may begin.
 *
 * Two servers on the same files would ruin them. So nothing is started before the last process of the old
 * one is gone, and its lock file is taken away only then.
 *
 * @param ownerPid who started the server last, if known: while that process lives, the folder is in use.
 */
export async function stopLeftovers(
  clusterDir: string,
  ownerPid: number | undefined,
  log: (message: string) => void,
): Promise<void> {
  const dir = await realpath(clusterDir);
  const running = await waitForOwner(dir, ownerPid);
  if (running.length > 0) {
    log(`stopping a database server that was left running (process ${running[0]?.pid})`);
    await stopAll(dir);
  }
  await removeStaleLock(dir);
}

/**
 * An orphan's parent is init or a subreaper, so a parent that is still the owner is an owner alive. But an
 * owner or a server killed a moment ago takes a while to vanish: only who stays is in the way.
 */
async function waitForOwner(dir: string, ownerPid: number | undefined): Promise<PostgresProcess[]> {
  for (let waitedMs = 0; waitedMs < OWNER_GRACE_MS; waitedMs += POLL_MS) {
    const running = await postgresProcessesIn(dir);
    if (running.every(({ parentPid }) => parentPid !== ownerPid)) return running;
    await sleep(POLL_MS);
  }
  throw new PostgresError('FOLDER_BUSY', `${dir} is in use by process ${ownerPid}: stop that first.`);
}

async function stopAll(dir: string): Promise<void> {
  for (const { name, waitMs } of LADDER) {
    const serverPid = await lockHolder(dir);
    const running = await postgresProcessesIn(dir);
    const server = running.filter(({ pid }) => pid === serverPid);
    // The server stops its own workers; orphaned workers have nobody left who would.
    for (const { pid } of server.length > 0 ? server : running) signal(pid, workerSafe(name, server.length > 0));
    if (await gone(dir, waitMs)) return;
  }
  throw new PostgresError('START_FAILED', `A database server in ${dir} cannot be stopped, not even by SIGKILL.`);
}

/** SIGINT only cancels a worker's query; SIGTERM is what makes a worker leave. */
function workerSafe(name: NodeJS.Signals, isServer: boolean): NodeJS.Signals {
  return name === 'SIGINT' && !isServer ? 'SIGTERM' : name;
}

async function gone(dir: string, waitMs: number): Promise<boolean> {
  for (let waitedMs = 0; waitedMs < waitMs; waitedMs += POLL_MS) {
    if ((await postgresProcessesIn(dir)).length === 0) return true;
    await sleep(POLL_MS);
  }
  return false;
}

/**
 * The server overwrites the lock of a dead process by itself, but refuses to start when the number in it has
 * been given to another program meanwhile. Nothing works in this cluster any more: the lock means nothing.
 */
async function removeStaleLock(dir: string): Promise<void> {
  const pid = await lockHolder(dir);
  if (pid !== undefined && isAlive(pid)) await rm(join(dir, 'postmaster.pid'), { force: true });
}

async function lockHolder(dir: string): Promise<number | undefined> {
  const text = await readFile(join(dir, 'postmaster.pid'), 'utf8').catch(() => '');
  const pid = Number.parseInt(text, 10);
  return Number.isNaN(pid) ? undefined : pid;
}
