import { changeLease } from '../lease/change-lease.ts';
import { endOf } from '../lease/lease.ts';
import type { LaterMessage } from '../lease/message.ts';
import { endPathOf } from '../lease/read-message.ts';
import { type Refusal, refusal } from '../rule/refusal.ts';
import { type AcceptDeps, type Accepted, finish, type Incoming, lostRace, refuse, withoutLease } from './accepting.ts';
import { Draft } from './draft.ts';
import type { LedgerTx } from './ledger-port.ts';
import type { InboxRow } from './ledger-rows.ts';

/** `extend`, `shorten` and `end`: moves a lease's end, or waits for the request that it is about. */
export async function acceptLater(
  tx: LedgerTx,
  deps: AcceptDeps,
  incoming: Incoming,
  message: LaterMessage,
): Promise<Accepted> {
  const { source, reach, read } = incoming;
  const leaseId = message.leaseId ?? (await find(tx, incoming, message.requestId ?? ''));
  const [lease] = leaseId === undefined ? [] : await tx.leases([leaseId]);
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
  const keys = (await tx.linksOfLeases([lease.id])).map((link) => link.ruleKey);
  const draft = await Draft.load(tx, keys);
  const error = change(draft, deps, lease.id, message, source, tx.nowMs);
  if (!(await tx.insertMessage({ ...inbox, leaseId: lease.id, error }))) return lostRace(tx, incoming);
  return { ...(await finish(tx, deps, draft, lease.id)), error };
}

const find = (tx: LedgerTx, { source, reach }: Incoming, requestId: string) =>
  tx.findLeaseId(reach === 'all' ? undefined : source, requestId);

/** A message that came before the request it is about takes effect now, as if it had come in its order. */
export async function unpark(
  tx: LedgerTx,
  deps: AcceptDeps,
  draft: Draft,
  leaseId: string,
  waiting: InboxRow,
): Promise<void> {
  const error = change(draft, deps, leaseId, waiting.message as LaterMessage, waiting.source, tx.nowMs);
  await tx.updateMessage({ ...waiting, leaseId, parkedFor: undefined, error });
}

function change(
  draft: Draft,
  deps: AcceptDeps,
  leaseId: string,
  message: LaterMessage,
  source: string,
  nowMs: number,
): Refusal | undefined {
  const lease = draft.leases.find((one) => one.id === leaseId);
  // Final leases are not loaded: ending one again is fulfilled already, moving its end is too late.
  if (!lease)
    return message.action === 'end'
      ? undefined
      : refusal('LEASE_ENDED', 'the lease has ended: ask for a new one', '/leaseId');
  const changed = changeLease(lease, message, nowMs);
  const actor = message.requester?.id ?? source;
  if ('code' in changed) {
    draft.audit.push({ kind: 'message.refused', leaseId, actor, data: { id: message.id, ...changed } });
    return changed;
  }
  const request = {
    target: lease.target,
    rules: lease.rules,
    startsAtMs: lease.startsAtMs,
    expiresAtMs: endOf(changed),
    nowMs,
  };
  const isLonger = endOf(changed) > endOf(lease);
  const error = isLonger
    ? deps.guard({ ...request, endPath: 'duration' in message ? endPathOf(message) : '/expiresAt' })
    : undefined;
  if (error) {
    draft.audit.push({ kind: 'message.refused', leaseId, actor, data: { id: message.id, ...error } });
    return error;
  }
  if (changed === lease) return undefined;
  draft.setLease(changed);
  const data = { id: message.id, from: endOf(lease), to: endOf(changed), reason: message.reason };
  draft.audit.push({ kind: `lease.${message.action}`, leaseId, actor, data });
  return undefined;
}
