import { execFile } from 'node:child_process';
import { readdir, readFile, readlink } from 'node:fs/promises';
import { promisify } from 'node:util';

/** A running process of PostgreSQL: the server itself or one of its workers. */
export type PostgresProcess = { readonly pid: number; readonly parentPid: number };

/**
 * Every PostgreSQL process that works in this cluster, the orphans of a killed server included.
 *
 * The current directory tells them apart: the server and all its workers enter the cluster's folder and
 * never leave it. A process number in a file proves nothing, for numbers are used again.
 */
export async function postgresProcessesIn(clusterDir: string): Promise<PostgresProcess[]> {
  return process.platform === 'linux' ? fromProc(clusterDir) : fromLsof(clusterDir);
}

async function fromProc(clusterDir: string): Promise<PostgresProcess[]> {
  const pids = (await readdir('/proc')).filter((entry) => /^\d+$/.test(entry)).map(Number);
  const found = await Promise.all(pids.map((pid) => inspect(pid, clusterDir)));
  return found.filter((entry) => entry !== undefined);
}

/** Processes come and go while we look, and some belong to others: what cannot be read is not ours. */
async function inspect(pid: number, clusterDir: string): Promise<PostgresProcess | undefined> {
  try {
    if ((await readlink(`/proc/${pid}/cwd`)) !== clusterDir) return undefined;
    const status = await readFile(`/proc/${pid}/status`, 'utf8');
    const parentPid = Number(/^PPid:\s*(\d+)$/m.exec(status)?.[1]);
    return /^Name:\s*postgres$/m.test(status) ? { pid, parentPid } : undefined;
  } catch {
    return undefined;
  }
}

/** macOS has no /proc; `lsof` belongs to the system there. It exits with 1 when nothing matches. */
async function fromLsof(clusterDir: string): Promise<PostgresProcess[]> {
  const args = ['-a', '-d', 'cwd', '-c', 'postgres', '-F', 'pRn'];
  const { stdout } = await promisify(execFile)('lsof', args).catch(() => ({ stdout: '' }));
  return parseLsof(stdout, clusterDir);
}

/** Reads `lsof -F pRn`: a field a line, its kind in the first letter; `p` begins a process. */
export function parseLsof(output: string, clusterDir: string): PostgresProcess[] {
  const found: PostgresProcess[] = [];
  let pid = 0;
  let parentPid = 0;
  for (const line of output.split('\n')) {
    const value = line.slice(1);
    if (line.startsWith('p')) pid = Number(value);
    else if (line.startsWith('R')) parentPid = Number(value);
    else if (line.startsWith('n') && value === clusterDir) found.push({ pid, parentPid });
  }
  return found;
}

/** False when the process is gone already: that is what was wanted. */
export function signal(pid: number, name: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, name);
  } catch {
    return false;
  }
}

/** Whether any process bears this number now; one of another user counts. */
export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
