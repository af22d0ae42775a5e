import type { Client } from './client.ts';
import type { Output } from './output.ts';

/** The language of plans and reasons: why something is refused, was ended, or is as it is. */
export type Lang = 'en' | 'zh';

/** What every command is given. */
export type Context = { readonly client: Client; readonly out: Output; readonly lang: Lang };
