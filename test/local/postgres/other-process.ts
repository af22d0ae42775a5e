import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';

const announcement = z.object({ url: z.string(), serverPid: z.number() });

export type StartedElsewhere = z.infer<typeof announcement> & { readonly parent: ChildProcess };

/** Starts a server from another Node.js process, which then waits to be killed. */
export async function startInChild(dataDir: string): Promise<StartedElsewhere> {
  const runner = fileURLToPath(new URL('../../../bin/run.js', import.meta.url));
  const script = fileURLToPath(new URL('start-in-child.ts', import.meta.url));
  const parent = spawn(process.execPath, [runner, script, dataDir], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = await once(parent.stdout, 'data');
  return { ...announcement.parse(JSON.parse(String(line))), parent };
}

export async function killParentOf({ parent }: StartedElsewhere): Promise<void> {
  const ended = once(parent, 'exit');
  parent.kill('SIGKILL');
  await ended;
}
