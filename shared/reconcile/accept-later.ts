import type { Lease } from '../lease/lease.ts';
import type { DecisionMessage, LaterMessage } from '../lease/message.ts';
import { type Refusal, refusal } from '../rule/refusal.ts';
import { type AcceptDeps, type Accepted, finish, type Incoming, lostRace, refuse, withoutLease } from './accepting.ts';
import { decideApproval } from './decide-approval.ts';
import { Draft } from './draft.ts';
import type { LedgerTx } from './ledger-port.ts';
import type { InboxRow } from './ledger-rows.ts';
import { moveEnd } from './move-end.ts';
import type { Decide } from './policy-port.ts';
import { holdGroup } from './together.ts';

/** The policies are there for whatever may open more. */
export type LaterDeps = AcceptDeps & { readonly decide?: Decide | undefined };
/** What somebody said about a lease. */
export type Word<M = LaterMessage | DecisionMessage> = {
  readonly source: string;
  /** `all`: whoever speaks has proved who they are themselves; `own`: their system says so. */
  readonly reach: Incoming['reach'];
  readonly message: M;
  readonly groups: readonly string[];
};

/** What is said of a lease that there is, or that is still to come: then it waits for the request that it is about. */
export async function acceptLater(
  tx: LedgerTx,
  deps: LaterDeps,
  incoming: Incoming,
  message: LaterMessage | DecisionMessage,
): Promise<Accepted> {
  const { source, reach, read, groups = [] } = incoming;
  const leaseId = message.leaseId ?? (await find(tx, incoming, message.requestId ?? ''));
  const [lease] = leaseId === undefined ? [] : await tx.peekLeases([leaseId]);
  const isReached = lease !== undefined && (reach === 'all' || lease.source === source);
  const inbox = {
    source,
    id: message.id,
    digest: read.digest,
    action: message.action,
    receivedAtMs: tx.nowMs,
  };
  if (!isReached) {
    if (message.requestId === undefined || lease !== undefined) {
      const path = message.leaseId === undefined ? '/requestId' : '/leaseId';
      return refuse(tx, incoming, refusal('LEASE_NOT_FOUND', 'there is no such lease for this source', path));
    }
    if (!(await tx.insertMessage({ ...inbox, parkedFor: message.requestId, message }))) return lostRace(tx, incoming);
    await tx.appendAudit([
      { kind: 'message.parked', actor: source, data: { id: message.id, requestId: message.requestId } },
    ]);
    return withoutLease(tx);
  }
  // First, always: whoever asks for a lease holds it before any rule.
  if (message.action === 'extend' || message.action === 'approve') await holdGroup(tx, lease.target);
  const keys = (await tx.linksOfLeases([lease.id])).map((link) => link.ruleKey);
  const draft = await Draft.load(tx, keys);
  const stale = await incoming.staleness?.(tx);
  if (stale) return refuse(tx, incoming, stale);
  const error = await hear(tx, deps, draft, lease, { source, reach, message, groups });
  if (!(await tx.insertMessage({ ...inbox, leaseId: lease.id, error }))) return lostRace(tx, incoming);
  return { ...(await finish(tx, deps, draft, lease.id)), error };
}

const find = (tx: LedgerTx, { source, reach }: Incoming, requestId: string) =>
  tx.findLeaseId(reach === 'all' ? undefined : source, requestId);

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

/** `seen` is as the lease was before anything was locked: it counts only where the lease is over. */
async function hear(
  tx: LedgerTx,
  deps: LaterDeps,
  draft: Draft,
  seen: Lease,
  word: Word,
): Promise<Refusal | undefined> {
  const { message, source } = word;
  const lease = draft.leases.find((one) => one.id === seen.id) ?? seen;
  const isDeciding = message.action === 'approve' || message.action === 'reject';
  const error = isDeciding
    ? await decideApproval(tx, deps, draft, lease, { ...word, message })
    : await moveEnd(tx, deps, draft, lease, { ...word, message });
  if (!error) return undefined;
  const actor = (isDeciding ? message.by : message.requester)?.id ?? source;
  draft.audit.push({ kind: 'message.refused', leaseId: lease.id, actor, data: { id: message.id, ...error } });
  return error;
}
