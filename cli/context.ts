import type { Client } from './client.ts';
import type { Output } from './output.ts';

/** What every command is given. */
export type Context = { readonly client: Client; readonly out: Output };
