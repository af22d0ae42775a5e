import { execFile } from 'node:child_process';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import * as z from 'zod';
import { StackBusy } from './stack-error.ts';

const run = promisify(execFile);

/** What `<data>/stack.json` says of a running stack. */
const stackSchema = z.object({
  url: z.string(),
  console: z.string(),
  hooks: z.string(),
  clouds: z.record(z.string(), z.string()),
  functions: z.string(),
  /** The OpenID Connect provider's issuer. */
  login: z.string(),
  DATABASE_URL: z.string(),
  token: z.string(),
  pid: z.number(),
  /** When that process began, as the system says it: a process id alone may be somebody else's by now. */
  startedAt: z.string(),
  pids: z.record(z.string(), z.number()),
});
export type StackFile = z.infer<typeof stackSchema>;

export const stackFile = (dataDir: string): string => join(dataDir, 'stack.json');

export async function readStackFile(dataDir: string): Promise<StackFile | undefined> {
  try {
    return stackSchema.parse(JSON.parse(await readFile(stackFile(dataDir), 'utf8')));
  } catch {
    return undefined;
  }
}

/** Refuses a folder whose stack is alive; what a killed one left is no obstacle. */
export async function claimFolder(dataDir: string): Promise<void> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const other = await readStackFile(dataDir);
  if (other && other.pid !== process.pid && (await isSameProcess(other))) {
    throw new StackBusy(
      `${dataDir} is in use by the stack at ${other.url} (process ${other.pid}); stop it, or give another folder with --data`,
    );
  }
  await rm(stackFile(dataDir), { force: true });
}

/** Readable by its owner alone: it holds the token and the database's password. */
export async function writeStackFile(dataDir: string, stack: Omit<StackFile, 'pid' | 'startedAt'>): Promise<void> {
  const whole: StackFile = { ...stack, pid: process.pid, startedAt: (await startOf(process.pid)) ?? '' };
  const fresh = `${stackFile(dataDir)}.new`;
  await writeFile(fresh, `${JSON.stringify(whole, null, 2)}\n`, { mode: 0o600 });
  await rename(fresh, stackFile(dataDir));
}

async function isSameProcess({ pid, startedAt }: StackFile): Promise<boolean> {
  const now = await startOf(pid);
  return now !== undefined && now === startedAt;
}

/** When a process began, in the system's own words; undefined when there is none. */
async function startOf(pid: number): Promise<string | undefined> {
  if (process.platform === 'linux') {
    // The 22nd field; the second is a name that may hold anything, in parentheses.
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  }
  try {
    const env = { ...process.env, LC_ALL: 'C', TZ: 'UTC' };
    const { stdout } = await run('ps', ['-o', 'lstart=', '-p', String(pid)], { env });
    return stdout.trim() || undefined;
  } catch {
    return undefined;
  }
}
