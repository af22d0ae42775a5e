import type { Staleness } from '../../shared/reconcile/accepting.ts';
import { type Received, receive } from '../../shared/reconcile/receive.ts';
import { refusal } from '../../shared/rule/refusal.ts';
import { type Actor, apiSource, type ConsoleDeps } from './console-app.ts';
import { type LeaseView, viewLeases } from './lease-view.ts';
import { refused } from './problem.ts';

type Fields = Readonly<Record<string, unknown>>;
export type Taken = {
  readonly result: Received['results'][number];
  readonly lease: LeaseView;
  readonly isRepeated: boolean;
};

/** What the API itself says of a message. A body that says it too is refused, for it might mean something else. */
const said: Readonly<Record<string, string>> = {
  version: 'the API speaks version 1',
  action: 'the address says what is asked for',
  requester: 'it is the name of the API token',
  by: 'it is the name of the API token',
  leaseId: 'the address names the lease',
  requestId: 'the address names the lease',
};

/** A message of version 1 made of a body, for whoever's token it is. */
export async function messageOf(deps: ConsoleDeps, actor: string, fields: Fields, body: Fields): Promise<Fields> {
  for (const [field, reason] of Object.entries(said)) {
    if (!Object.hasOwn(body, field)) continue;
    throw refused(refusal('UNKNOWN_FIELD', `there is no field "${field}" here: ${reason}`, `/${field}`));
  }
  const id = body.id ?? (await newIds(deps, 1))[0];
  const isDeciding = fields.action === 'approve' || fields.action === 'reject';
  return { version: 1, ...fields, ...body, id, [isDeciding ? 'by' : 'requester']: { id: actor } };
}

const asked = ['authorize', 'modify', 'revoke'] as const;

/** A message that asks for a lease: the body says which kind; without a word of it, rules are opened. */
export async function leaseMessageOf(deps: ConsoleDeps, actor: string, body: Fields): Promise<Fields> {
  const { action = 'authorize', ...rest } = body;
  if (asked.some((one) => one === action)) return messageOf(deps, actor, { action }, rest);
  const sentence = `action must be one of ${asked.join(', ')}; what is done to a lease has addresses of its own`;
  throw refused(refusal('INVALID_VALUE', sentence, '/action'));
}

type Speaker = Pick<Actor, 'groups'> & { readonly staleness?: Staleness | undefined };

/** Takes a message and shows the lease that it is about; a refusal is thrown as a problem. */
export async function ask(deps: ConsoleDeps, message: Fields, speaker: Speaker): Promise<Taken> {
  const { groups, staleness } = speaker;
  const said = { source: apiSource, reach: 'all', value: message, groups, staleness } as const;
  const received = await receive(deps, undefined, [said]);
  const [result] = received.results;
  const lease = result?.leaseId ? await leaseOf(deps, result.leaseId) : undefined;
  // A repeated message shows what became of its lease: that this failed later is no refusal of the message.
  const isOld = received.repeated > 0 && lease?.state !== 'rejected' && result?.error?.code === lease?.error?.code;
  if (result?.error && !isOld) throw refused(result.error, result.leaseId);
  if (!result || !lease) throw new Error('a message was taken and its lease is not there');
  return { result, lease, isRepeated: received.repeated > 0 };
}

/** Ids for messages that bring none: unique, and sortable by the ledger's time. */
export async function newIds(deps: ConsoleDeps, count: number): Promise<readonly string[]> {
  const nowMs = await deps.ledger.now();
  return Array.from({ length: count }, () => `api-${deps.ids.ulid(nowMs)}`);
}

async function leaseOf(deps: ConsoleDeps, id: string): Promise<LeaseView | undefined> {
  return deps.ledger.transaction('show', async (tx) => (await viewLeases(tx, await tx.leases([id])))[0]);
}
