import { freezeSchema } from '../answers.ts';
import type { Context } from '../context.ts';
import { Failure } from '../failure.ts';

export type FreezeOptions = { readonly reason?: string; readonly lift?: boolean; readonly status?: boolean };

export async function freeze({ client, out }: Context, { reason, lift, status }: FreezeOptions): Promise<void> {
  if ([lift, status, reason !== undefined].filter(Boolean).length > 1) {
    throw new Failure('usage', 'USAGE', 'give only one of --reason, --lift and --status');
  }
  const method = status ? 'GET' : lift ? 'DELETE' : 'PUT';
  const body = method === 'PUT' ? { body: { reason } } : {};
  const found = await client('/api/freeze', freezeSchema, { method, ...body });
  out.data(found);
  if (!found.frozen) return out.say('not frozen: new leases are taken');
  const why = found.reason === undefined ? '' : `: ${found.reason}`;
  out.say(`${out.paint('cyan', 'frozen')} by ${found.by ?? 'somebody'} since ${found.since ?? 'some time'}${why}`);
  out.say('nothing new is taken or opened; what is open ends as it should');
}
