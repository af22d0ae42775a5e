import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as z from 'zod/mini';
import { parseJson } from '../shared/runtime/parse-json.ts';
import { Failure } from './failure.ts';

export type Connection = { readonly server: string; readonly token: string };
export type ConnectionOptions = { readonly server?: string | undefined; readonly token?: string | undefined };

/** What we need of the file that a running local stack leaves. */
const stackSchema = z.object({ console: z.string(), token: z.string() });

/** A console that was named, by option or environment; else the local stack. */
export async function findConnection(options: ConnectionOptions): Promise<Connection> {
  const server = options.server ?? (process.env.CURFEW_SERVER || undefined);
  const token = options.token ?? (process.env.CURFEW_TOKEN || undefined);
  if (server !== undefined) {
    // The local stack's token is for the local stack: no other server gets to see it.
    if (token !== undefined) return { server: addressOf(server), token };
    throw new Failure('usage', 'NO_TOKEN', 'a server without a token: give --token, or set CURFEW_TOKEN');
  }
  const stack = await localStack();
  return { server: addressOf(stack.console), token: token ?? stack.token };
}

function addressOf(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') {
    throw new Failure('usage', 'BAD_SERVER', `"${text}" is no address of a console, such as http://127.0.0.1:8700`);
  }
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
}

async function localStack(): Promise<z.infer<typeof stackSchema>> {
  const folders = [process.cwd(), fileURLToPath(new URL('..', import.meta.url))];
  for (const folder of folders) {
    const text = await readFile(resolve(folder, '.curfew', 'stack.json'), 'utf8').catch(() => undefined);
    const stack = text === undefined ? undefined : stackSchema.safeParse(parseJson(text)).data;
    if (stack) return stack;
  }
  const hint = 'start one with npm start, or name a console with --server and --token (CURFEW_SERVER, CURFEW_TOKEN)';
  throw new Failure('unreachable', 'NO_STACK', `no local stack is running here: ${hint}`);
}
