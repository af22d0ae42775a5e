import { endedSchema, type Lease, takenSchema } from '../answers.ts';
import type { Client } from '../client.ts';
import type { Context } from '../context.ts';
import { Failure } from '../failure.ts';
import { sayLease } from '../lease-text.ts';
import type { Texts } from '../texts/en.ts';
import { textsOf } from '../texts/texts-of.ts';
import { isOver, lookAt, waitUntil } from '../waiting.ts';

export type EndOptions = {
  readonly all?: boolean;
  readonly group?: string;
  readonly requester?: string;
  readonly reason?: string;
  readonly wait: boolean;
};
type Told = { readonly ids: readonly string[]; readonly failed: readonly FailedEnd[] };
type FailedEnd = { readonly leaseId: string; readonly error: { readonly code: string; readonly message: string } };

/** Its rule goes within 2 s; then complete listings have to prove it. */
const waitMs = 60_000;

export async function end({ client, out, lang }: Context, options: EndOptions, ids: readonly string[]): Promise<void> {
  const which = [ids.length > 0, options.all, options.group, options.requester].filter(Boolean).length;
  if (which !== 1) {
    throw new Failure(
      'usage',
      'USAGE',
      'say which leases: their ids, or one of --all, --group sg-… and --requester NAME',
    );
  }
  const told = ids.length > 0 ? await endEach(client, ids, options.reason) : await endMany(client, options);
  const leases = await lookAtAll(client, told.ids, options.wait);
  for (const lease of leases) sayLease({ out, lang }, lease);
  const { ended } = textsOf(lang);
  if (leases.length === 0 && told.failed.length === 0) out.say(ended.nothing);
  judge(leases, told.failed, { isWaiting: options.wait, texts: ended });
  out.data({ leases, failed: told.failed });
}

/** One that is refused keeps no other from ending. */
async function endEach(client: Client, ids: readonly string[], reason: string | undefined): Promise<Told> {
  const failed: FailedEnd[] = [];
  const ended: string[] = [];
  for (const id of new Set(ids)) {
    try {
      await client(`/api/leases/${encodeURIComponent(id)}/end`, takenSchema, { method: 'POST', body: { reason } });
      ended.push(id);
    } catch (error) {
      if (!(error instanceof Failure) || error.code === 'UNREACHABLE') throw error;
      failed.push({ leaseId: id, error: { code: error.code, message: error.message } });
    }
  }
  return { ids: ended, failed };
}

async function endMany(client: Client, { all, group, requester, reason }: EndOptions): Promise<Told> {
  const body = { all, group, requester, reason };
  const { ended, failed } = await client('/api/leases/end', endedSchema, { method: 'POST', body });
  return { ids: ended, failed };
}

async function lookAtAll(client: Client, ids: readonly string[], isWaiting: boolean): Promise<Lease[]> {
  const endMs = performance.now() + (isWaiting ? waitMs : 0);
  const leases: Lease[] = [];
  for (const id of ids) {
    leases.push(
      await waitUntil(
        () => lookAt(client, id),
        (lease) => isOver(lease),
        endMs - performance.now(),
      ),
    );
  }
  return leases;
}

type Saying = { readonly isWaiting: boolean; readonly texts: Texts['ended'] };

function judge(leases: readonly Lease[], failed: readonly FailedEnd[], { isWaiting, texts }: Saying): void {
  const found = { leases, failed };
  const [first] = failed;
  if (first) {
    const sentence = failed.map(({ leaseId, error }) => `${leaseId}: ${error.message}`).join('; ');
    throw new Failure('refused', first.error.code, texts.refused(sentence), { found });
  }
  const stuck = leases.filter((lease) => lease.state === 'stuck').map(({ id }) => id);
  if (isWaiting && stuck.length > 0) {
    throw new Failure('refused', 'STUCK', texts.stuck(stuck.join(', ')), { found });
  }
  const open = leases.filter((lease) => !isOver(lease)).map(({ id }) => id);
  if (isWaiting && open.length > 0) {
    throw new Failure('unreachable', 'NOT_GONE_YET', texts.notYet(open.join(', ')), { found });
  }
}
