import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Binaries } from './binaries.ts';
import type { ClusterPaths } from './cluster.ts';
import { PostgresError } from './postgres-error.ts';
import { signal } from './processes.ts';
import type { RunAs } from './run-as.ts';

/** What runs PostgreSQL's programs: which ones, as whom, in which surroundings. */
export type Programs = {
  readonly binaries: Binaries;
  readonly runAs: RunAs;
  readonly env: NodeJS.ProcessEnv;
};

export type ServerOptions = {
  readonly paths: ClusterPaths;
  readonly port: number;
  /** Settings of postgresql.conf on top of its defaults. */
  readonly settings: Readonly<Record<string, string>>;
};

export type Server = { readonly pid: number; stop(): Promise<void> };

/** Replaying the log after a crash takes its time; a healthy start takes a tenth of a second. */
const READY_WITHIN_MS = 120_000;
const STOP_LADDER = [
  { name: 'SIGINT', waitMs: 8_000 },
  { name: 'SIGQUIT', waitMs: 3_000 },
  { name: 'SIGKILL', waitMs: 3_000 },
] as const;

/** Starts the server and waits until it takes connections. */
export async function startServer(programs: Programs, options: ServerOptions): Promise<Server> {
  const child = launch(programs, options);
  const stop = stopOnce(child);
  try {
    await waitUntilReady(child, options);
  } catch (error) {
    await stop();
    throw error;
  }
  return { pid: child.pid ?? 0, stop };
}

function launch({ binaries, runAs, env }: Programs, { paths, port, settings }: ServerOptions): ChildProcess {
  const all = { listen_addresses: '127.0.0.1', unix_socket_directories: '', port: String(port), ...settings };
  const [file = binaries.postgres, ...args] = [
    ...runAs.prefix,
    binaries.postgres,
    '-D',
    paths.clusterDir,
    ...Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  ];
  const output = openSync(paths.logFile, 'w', 0o600);
  // Detached: Ctrl-C goes to the terminal's whole process group, and the database must outlive those who
  // still write to it. A file takes its messages, for a pipe would break with our death.
  const child = spawn(file, args, {
    ...runAs.ids,
    env,
    cwd: '/',
    detached: true,
    stdio: ['ignore', output, output],
  });
  closeSync(output);
  // A server that nobody stops must not keep this process from ending, but must not survive its end either.
  child.unref();
  const stopAtExit = () => child.kill('SIGINT');
  process.once('exit', stopAtExit);
  child.once('exit', () => process.off('exit', stopAtExit));
  child.once('error', () => process.off('exit', stopAtExit));
  return child;
}

async function waitUntilReady(child: ChildProcess, { paths, port }: ServerOptions): Promise<void> {
  let spawnError: Error | undefined;
  child.once('error', (error) => {
    spawnError = error;
  });
  for (let waitedMs = 0; waitedMs < READY_WITHIN_MS; waitedMs += 10) {
    if (await saysReady(paths.clusterDir, child.pid)) return;
    if (hasEnded(child) || spawnError !== undefined) break;
    await sleep(10);
  }
  throw await explain(paths.logFile, port, spawnError);
}

/** The server writes its state into the eighth line of its lock file, as `pg_ctl` reads it. */
async function saysReady(clusterDir: string, pid: number | undefined): Promise<boolean> {
  const lines = (await readFile(join(clusterDir, 'postmaster.pid'), 'utf8').catch(() => '')).split('\n');
  return lines[0] === String(pid) && lines[7]?.trim() === 'ready';
}

async function explain(logFile: string, port: number, cause: Error | undefined): Promise<PostgresError> {
  const text = (await readFile(logFile, 'utf8').catch(() => '')).trim();
  if (/could not bind .*Address already in use/.test(text)) {
    return new PostgresError('PORT_BUSY', `Port ${port} is in use: free it or choose another.`);
  }
  if (text.includes('lock file "postmaster.pid" already exists')) {
    return new PostgresError('FOLDER_BUSY', 'Another server has just been started on the same data folder.');
  }
  const tail = text.split('\n').slice(-8).join('\n') || cause?.message || 'it said nothing';
  return new PostgresError('START_FAILED', `PostgreSQL did not start: ${tail}`, { cause });
}

function hasEnded(child: ChildProcess): boolean {
  return child.pid === undefined || child.exitCode !== null || child.signalCode !== null;
}

/** However often it is called, the server is stopped once and every caller waits for it. */
function stopOnce(child: ChildProcess): () => Promise<void> {
  let stopping: Promise<void> | undefined;
  return () => {
    stopping ??= stopServer(child);
    return stopping;
  };
}

async function stopServer(child: ChildProcess): Promise<void> {
  child.ref();
  for (const { name, waitMs } of STOP_LADDER) {
    if (hasEnded(child)) return;
    signal(child.pid ?? 0, name);
    await Promise.race([once(child, 'exit'), sleep(waitMs, undefined, { ref: false })]);
  }
}
