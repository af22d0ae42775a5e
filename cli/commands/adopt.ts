import { askForLease } from '../ask-for-lease.ts';
import type { Context } from '../context.ts';
import { type CommonOptions, commonRequest, oneEnd } from '../request-options.ts';

type AdoptOptions = CommonOptions & { readonly rule: string; readonly wait: boolean };

export const adopt = (context: Context, options: AdoptOptions): Promise<void> =>
  askForLease(
    context,
    { ...commonRequest(options), securityGroupRuleId: options.rule, ...oneEnd(options, '--for') },
    options.wait,
    '/api/adopt',
  );
