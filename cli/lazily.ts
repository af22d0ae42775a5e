import type { Command } from 'commander';
import { createClient } from './client.ts';
import { type ConnectionOptions, findConnection } from './connection.ts';
import type { Context } from './context.ts';
import { createOutput } from './output.ts';

type Run<Options> = (context: Context, options: Options, args: readonly string[]) => Promise<void>;

/** Loads what a command does only when it is called: start-up pays for one command, not for all. */
export function lazily<Options>(load: () => Promise<Run<Options>>): (this: Command) => Promise<void> {
  return async function (this: Command) {
    const { json, server, token } = this.optsWithGlobals<ConnectionOptions & { readonly json?: boolean }>();
    const run = await load();
    const client = createClient(() => findConnection({ server, token }));
    await run({ client, out: createOutput(json === true) }, this.opts() as Options, this.args);
  };
}

export const examples = (...lines: string[]): string =>
  `\nExamples:\n${lines.map((line) => `  curfew ${line}`).join('\n')}`;
