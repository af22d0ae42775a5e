import type { Command } from 'commander';
import { createClient } from './client.ts';
import { type ConnectionOptions, findConnection } from './connection.ts';
import type { Context, Lang } from './context.ts';
import { createOutput } from './output.ts';

type GlobalOptions = ConnectionOptions & { readonly json?: boolean; readonly lang?: Lang };
type Run<Options> = (context: Context, options: Options, args: readonly string[]) => Promise<void>;

/** Loads what a command does only when it is called: start-up pays for one command, not for all. */
export function lazily<Options>(load: () => Promise<Run<Options>>): (this: Command) => Promise<void> {
  return async function (this: Command) {
    const { json, server, token, lang = 'en' } = this.optsWithGlobals<GlobalOptions>();
    const run = await load();
    const client = createClient(() => findConnection({ server, token }), lang);
    await run({ client, out: createOutput(json === true), lang }, this.opts() as Options, this.args);
  };
}

export const examples = (...lines: string[]): string =>
  `\nExamples:\n${lines.map((line) => `  curfew ${line}`).join('\n')}`;
