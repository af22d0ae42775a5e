import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Bench } from './figure.ts';
import { cleanEnvironment, root } from './whole-process.ts';

/** Runs one of the project's programs in a process of its own; resolves once it has said a text. Ended with the part. */
export async function runChild(bench: Bench, program: readonly string[], until: string): Promise<void> {
  const child = spawn(process.execPath, ['bin/run.js', ...program], {
    cwd: root,
    env: cleanEnvironment(),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  bench.onEnd(async () => {
    child.kill('SIGINT');
    await exited;
  });
  let said = '';
  await new Promise<void>((resolve, reject) => {
    // Read to its end: a program whose words nobody takes is stopped by them.
    child.stdout.on('data', (chunk) => {
      said = `${said}${chunk}`.slice(-10_000);
      if (said.includes(until)) resolve();
    });
    void exited.then(() => reject(new Error(`${program.join(' ')} ended too early: ${said}`)));
  });
}
