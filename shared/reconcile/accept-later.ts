import { isFinal, type Lease } from '../lease/lease.ts';
import type { DecisionMessage, LaterMessage } from '../lease/message.ts';
import { type Refusal, refusal } from '../rule/refusal.ts';
import {
  type AcceptDeps,
  finish,
  type Incoming,
  inboxRow,
  lostRace,
  type Outcomes,
  refusedEntry,
  withoutLease,
} from './accepting.ts';
import { decideApproval } from './decide-approval.ts';
import { Draft } from './draft.ts';
import type { LedgerTx } from './ledger-port.ts';
import type { InboxRow } from './ledger-rows.ts';
import { moveEnd } from './move-end.ts';
import type { Decide } from './policy-port.ts';
import { HeldGroups } from './together.ts';

/** The policies are there for whatever may open more. */
type DecideDeps = AcceptDeps & { readonly decide?: Decide | undefined };
/** With the groups in which something may be prolonged or begun. */
export type LaterDeps = DecideDeps & { readonly held: HeldGroups };
/** What somebody said about a lease. */
export type Word<M = LaterMessage | DecisionMessage> = {
  readonly source: string;
  /** `all`: whoever speaks has proved who they are themselves; `own`: their system says so. */
  readonly reach: Incoming['reach'];
  readonly message: M;
  readonly groups: readonly string[];
};

/** A message of a run with the lease that it speaks of, or why it is refused; neither: its request is still to come. */
type Said = {
  readonly incoming: Incoming;
  readonly message: LaterMessage | DecisionMessage;
  readonly lease?: Lease | undefined;
  readonly error?: Refusal | undefined;
};
type Heard = Said & { readonly lease: Lease };

/**
 * What is said of leases that there are, or that are still to come: then it waits for the request that it is about, for
 * thirty days (forget-marks.ts).
 */
export async function acceptLater(tx: LedgerTx, deps: DecideDeps, messages: readonly Incoming[]): Promise<Outcomes> {
  const said = await find(tx, deps, messages);
  const longer = said.filter(({ message }) => message.action === 'extend' || message.action === 'approve');
  const held = await HeldGroups.hold(
    tx,
    deps,
    longer.flatMap(({ lease }) => lease?.target ?? []),
  );
  const links = await tx.linksOfLeases(said.flatMap(({ lease }) => lease?.id ?? []));
  const draft = await Draft.load(
    tx,
    links.map(({ ruleKey }) => ruleKey),
  );
  const outcomes = new Map(await park(tx, draft, said));
  const heard: Heard[] = [];
  for (const { incoming, message, lease, error } of said) {
    const refused = error ?? (lease && (await incoming.staleness?.(tx)));
    if (refused) {
      draft.audit.push(refusedEntry(incoming.source, message.id, refused));
      outcomes.set(incoming, { ...withoutLease(tx), error: refused });
    } else if (lease) {
      const { source, reach, groups = [] } = incoming;
      const word = { source, reach, message, groups };
      heard.push({ incoming, message, lease, error: await hear(tx, { ...deps, held }, draft, lease, word) });
    }
  }
  const isNew = await tx.insertMessages(
    heard.map(({ incoming, lease, error }) => inboxRow(incoming, { leaseId: lease.id, error }, tx.nowMs)),
  );
  if (isNew.includes(false)) return messages.length === 1 ? lostRace(tx, messages) : oneByOne();
  await held.save();
  const accepted = await finish(
    tx,
    deps,
    draft,
    heard.map(({ lease }) => lease.id),
  );
  for (const [index, { incoming, error }] of heard.entries())
    outcomes.set(incoming, { ...(accepted[index] ?? withoutLease(tx)), error });
  return outcomes;
}

/** What one of them changed in the draft cannot be told from what the others did: they are to come one by one. */
function oneByOne(): never {
  throw new Error('another delivery of some of these messages was quicker');
}

async function find(tx: LedgerTx, { serves }: DecideDeps, messages: readonly Incoming[]): Promise<readonly Said[]> {
  const spoken = messages.map((incoming) => ({ incoming, message: incoming.read.message as Said['message'] }));
  const ids = await leaseIdsOf(tx, spoken);
  const leases = new Map((await tx.peekLeases(ids.filter((id) => id !== undefined))).map((one) => [one.id, one]));
  return spoken.map(({ incoming, message }, index): Said => {
    const error = serves(message.action, undefined);
    const lease = leases.get(ids[index] ?? '');
    if (error) return { incoming, message, error };
    if (lease && (incoming.reach === 'all' || lease.source === incoming.source)) return { incoming, message, lease };
    const isToCome = message.requestId !== undefined && lease === undefined;
    return isToCome ? { incoming, message } : { incoming, message, error: notFound(message) };
  });
}

/** Of one that is not there its request may be on its way just now, unseen: then it is waited for. */
async function leaseIdsOf(tx: LedgerTx, said: readonly Said[]): Promise<readonly (string | undefined)[]> {
  const asked = said.map(({ incoming: { source, reach }, message: { leaseId, requestId } }) => ({
    source: reach === 'all' ? undefined : source,
    requestId: leaseId === undefined ? requestId : undefined,
  }));
  const find = async () => (await tx.findLeaseIds(asked)).map((found, index) => said[index]?.message.leaseId ?? found);
  const found = await find();
  const toCome = said.flatMap(({ incoming: { source }, message: { requestId } }, index) =>
    found[index] === undefined && requestId !== undefined ? [{ source, requestId }] : [],
  );
  if (toCome.length === 0) return found;
  await tx.holdRequests(toCome);
  return find();
}

const notFound = ({ leaseId }: Said['message']): Refusal =>
  refusal(
    'LEASE_NOT_FOUND',
    'there is no such lease for this source',
    leaseId === undefined ? '/requestId' : '/leaseId',
  );

async function park(tx: LedgerTx, draft: Draft, said: readonly Said[]): Promise<Outcomes> {
  const early = said.filter(({ lease, error }) => !lease && !error);
  const isNew = await tx.insertMessages(
    early.map(({ incoming, message }) => inboxRow(incoming, { parkedFor: message.requestId, message }, tx.nowMs)),
  );
  const outcomes = new Map(
    await lostRace(
      tx,
      early.filter((_, index) => !isNew[index]).map(({ incoming }) => incoming),
    ),
  );
  for (const { incoming, message } of early) {
    if (outcomes.has(incoming)) continue;
    const { id, requestId } = message;
    draft.audit.push({ kind: 'message.parked', actor: incoming.source, data: { id, requestId } });
    outcomes.set(incoming, withoutLease(tx));
  }
  return outcomes;
}

/** A message that came before the request it is about takes effect now, as if it had come in its order. */
export async function unpark(
  tx: LedgerTx,
  deps: LaterDeps,
  draft: Draft,
  lease: Lease,
  waiting: InboxRow,
): Promise<void> {
  const message = waiting.message as LaterMessage | DecisionMessage;
  const error = await hear(tx, deps, draft, lease, { source: waiting.source, reach: 'own', message, groups: [] });
  await tx.updateMessage({ ...waiting, leaseId: lease.id, parkedFor: undefined, error });
}

/** It is not in the draft: it was over before, or ended since it was seen, when nothing was locked yet. */
async function asItIs(tx: LedgerTx, seen: Lease): Promise<Lease> {
  if (isFinal(seen.state)) return seen;
  const [lease = seen] = await tx.leases([seen.id]);
  return lease;
}

/** `seen`: as the lease was before anything was locked. */
async function hear(
  tx: LedgerTx,
  deps: LaterDeps,
  draft: Draft,
  seen: Lease,
  word: Word,
): Promise<Refusal | undefined> {
  const { message, source } = word;
  const lease = draft.leases.find((one) => one.id === seen.id) ?? (await asItIs(tx, seen));
  const isDeciding = message.action === 'approve' || message.action === 'reject';
  const error = isDeciding
    ? await decideApproval(tx, deps, draft, lease, { ...word, message })
    : await moveEnd(tx, deps, draft, lease, { ...word, message });
  if (!error) return undefined;
  const actor = (isDeciding ? message.by : message.requester)?.id ?? source;
  draft.audit.push({ kind: 'message.refused', leaseId: lease.id, actor, data: { id: message.id, ...error } });
  return error;
}
