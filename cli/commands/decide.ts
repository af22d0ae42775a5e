import { takenSchema } from '../answers.ts';
import { askForLease } from '../ask-for-lease.ts';
import type { Context } from '../context.ts';
import { sayLease } from '../lease-text.ts';

type DecideOptions = {
  readonly reason?: string;
  readonly digest?: string;
  readonly id?: string;
  readonly wait?: boolean;
};
type Decide = (context: Context, options: DecideOptions, args: readonly string[]) => Promise<void>;

/** The last approval opens the lease: whoever gives it sees it open. */
export const approve: Decide = (context, { wait = true, ...body }, [id = '']) =>
  askForLease(context, body, wait, `/api/leases/${encodeURIComponent(id)}/approve`);

export const reject: Decide = async ({ client, out, lang }, { reason, id }, [leaseId = '']) => {
  const path = `/api/leases/${encodeURIComponent(leaseId)}/reject`;
  const taken = await client(path, takenSchema, { method: 'POST', body: { reason, id } });
  out.data(taken);
  sayLease({ out, lang }, taken.lease);
};
