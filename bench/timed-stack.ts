import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freeBasePort } from '../local/stack/free-ports.ts';
import type { StackFile } from '../local/stack/stack-file.ts';
import type { Bench } from './figure.ts';
import { EmulatedEcs } from './place.ts';
import { runChild } from './run-child.ts';

/** The whole product in processes of its own, as `npm start` runs it: with timers, nudges and webhooks. */
export async function startTimedStack(bench: Bench): Promise<StackFile & { readonly ecs: EmulatedEcs }> {
  const port = await freeBasePort();
  const data = join(bench.folder, `stack-${port}`);
  await runChild(bench, ['local/start.ts', '--port', String(port), '--data', data], 'Ctrl-C ends it');
  const file = JSON.parse(await readFile(join(data, 'stack.json'), 'utf8')) as StackFile;
  return { ...file, ecs: new EmulatedEcs(port + 1) };
}
