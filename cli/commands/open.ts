import { askForLease } from '../ask-for-lease.ts';
import type { Context } from '../context.ts';
import { type OpenOptions, openRequest } from '../request-options.ts';

export const open = (context: Context, options: OpenOptions & { readonly wait: boolean }): Promise<void> =>
  askForLease(context, openRequest(options), options.wait);
