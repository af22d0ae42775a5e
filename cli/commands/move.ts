import { takenSchema } from '../answers.ts';
import type { Context } from '../context.ts';
import { sayLease } from '../lease-text.ts';
import { oneEnd } from '../request-options.ts';

type MoveOptions = {
  readonly by?: string;
  readonly to?: string;
  readonly until?: string;
  readonly reason?: string;
  readonly id?: string;
};
type Move = (context: Context, options: MoveOptions, args: readonly string[]) => Promise<void>;

/** `extend` counts from the lease's end, `shorten` from now; the console does the sum. */
export const extend: Move = (context, options, [id = '']) =>
  move(context, `${encodeURIComponent(id)}/extend`, { ...options, ...oneEnd(timeOf(options.by, options), '--by') });
export const shorten: Move = (context, options, [id = '']) =>
  move(context, `${encodeURIComponent(id)}/shorten`, { ...options, ...oneEnd(timeOf(options.to, options), '--to') });

const timeOf = (duration: string | undefined, { until }: MoveOptions) => ({
  ...(duration !== undefined && { for: duration }),
  ...(until !== undefined && { until }),
});

type Moved = {
  readonly duration?: string;
  readonly expiresAt?: string;
  readonly reason?: string;
  readonly id?: string;
};

async function move(
  { client, out, lang }: Context,
  path: string,
  { id, duration, expiresAt, reason }: Moved,
): Promise<void> {
  const body = { id, duration, expiresAt, reason };
  const taken = await client(`/api/leases/${path}`, takenSchema, { method: 'POST', body });
  out.data(taken);
  sayLease({ out, lang }, taken.lease);
}
