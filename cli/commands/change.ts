import { askForLease } from '../ask-for-lease.ts';
import { type ChangeOptions, changeRequest } from '../change-options.ts';
import type { Context } from '../context.ts';

type Options = ChangeOptions & { readonly wait: boolean };

export const modify = (context: Context, options: Options): Promise<void> =>
  askForLease(context, changeRequest('modify', options), options.wait);
export const revoke = (context: Context, options: Options): Promise<void> =>
  askForLease(context, changeRequest('revoke', options), options.wait);
