import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

export type Outcome = {
  /** null when a signal ended it, our own time limit for one. */
  readonly exitStatus: number | null;
  readonly output: string;
};

export type Command = {
  readonly command: readonly [string, ...string[]];
  readonly cwd: string;
  /** A step that hangs must not hang the whole run. */
  readonly limitMs: number;
  /** Whether its words go to the terminal as they come, or are kept. */
  readonly isLive: boolean;
};

/** Runs one command to its end. A command that cannot be started is one that failed, with the reason. */
export async function runCommand({ command, cwd, limitMs, isLive }: Command): Promise<Outcome> {
  const [file, ...args] = command;
  const output: Buffer[] = [];
  const child = spawn(file, args, {
    cwd,
    timeout: limitMs,
    stdio: isLive ? 'inherit' : ['ignore', 'pipe', 'pipe'],
  });
  child.stdout?.on('data', (chunk: Buffer) => output.push(chunk));
  child.stderr?.on('data', (chunk: Buffer) => output.push(chunk));
  try {
    const closed = once(child, 'close').catch(() => undefined);
    const [exitStatus] = await once(child, 'exit');
    // Its last words usually follow at once; a grandchild that lives on could hold the pipe open for ever.
    await Promise.race([closed, sleep(1_000)]);
    child.stdout?.destroy();
    child.stderr?.destroy();
    return { exitStatus, output: Buffer.concat(output).toString('utf8') };
  } catch (error) {
    return { exitStatus: null, output: `${file} could not be started: ${String(error)}` };
  }
}
