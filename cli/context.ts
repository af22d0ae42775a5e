import type { Client } from './client.ts';
import type { Output } from './output.ts';

/** The language of why something is refused or was ended. */
export type Lang = 'en' | 'zh';

/** What every command is given. */
export type Context = { readonly client: Client; readonly out: Output; readonly lang: Lang };
