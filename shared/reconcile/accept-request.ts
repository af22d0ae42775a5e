import type { Lease, Link } from '../lease/lease.ts';
import type { AuthorizeMessage, ChangeMessage } from '../lease/message.ts';
import { endPathOf, windowOf } from '../lease/read-message.ts';
import { waitForApproval } from '../lease/wait-for-approval.ts';
import { ruleKey } from '../rule/identity.ts';
import type { Refusal } from '../rule/refusal.ts';
import type { Rule } from '../rule/rule.ts';
import type { Target } from '../rule/target.ts';
import { unpark } from './accept-later.ts';
import {
  type AcceptDeps,
  type Accepted,
  finish,
  type Incoming,
  lostRace,
  refuse,
  refusedEntry,
  withoutLease,
} from './accepting.ts';
import { changeRow, renewChanges } from './change-rows.ts';
import { Draft } from './draft.ts';
import { haltOf } from './freeze.ts';
import { audited, isDecidedLater, judgeLease } from './judge-lease.ts';
import type { LedgerTx } from './ledger-port.ts';
import type { RuleRow } from './ledger-rows.ts';
import type { Decide, Decision } from './policy-port.ts';

type AskMessage = AuthorizeMessage | ChangeMessage;
type AskDeps = AcceptDeps & { readonly decide: Decide };

/** `authorize`, `modify` and `revoke`: a new lease, its rules and its share in each of them. */
export async function acceptRequest(
  tx: LedgerTx,
  deps: AskDeps,
  incoming: Incoming,
  message: AskMessage,
): Promise<Accepted> {
  const { source, read } = incoming;
  const halt = await haltOf(tx);
  if (halt) return refuse(tx, incoming, halt);
  const asked = leaseFor(deps.ids.ulid(tx.nowMs), incoming, message, tx.nowMs);
  const { refusal: error, decision } = await judgeLease(tx, deps, asked, endPathOf(message));
  const lease = error || !decision ? asked : decided(deps, asked, message, decision, tx.nowMs);
  const inbox = {
    source,
    id: message.id,
    digest: read.digest,
    action: message.action,
    leaseId: lease.id,
    receivedAtMs: tx.nowMs,
  };
  if (!(await tx.insertMessage({ ...inbox, error }))) return lostRace(tx, incoming);
  if (error) return reject(tx, deps, incoming, { lease, error, decision });
  return open(tx, deps, incoming, { lease, decision });
}

/** What is allowed begins at its time, or waits for those who must agree. */
function decided(
  deps: AcceptDeps,
  lease: Lease,
  message: AskMessage,
  { approvals, approvers }: Decision,
  nowMs: number,
): Lease {
  const isUndecided = isDecidedLater(deps, lease, nowMs) || undefined;
  if (approvals === 0) return { ...lease, isUndecided };
  const { startsAt, duration } = message;
  const named = { hasStart: startsAt !== undefined, hasDuration: duration !== undefined };
  return waitForApproval(
    { ...lease, isUndecided },
    { approvals, approvers, ...named, timeoutMs: deps.approvalTimeoutMs },
    nowMs,
  );
}

/** Whoever spoke of this request before it came is answered too: an `end` is fulfilled, to move its end is too late. */
async function reject(
  tx: LedgerTx,
  deps: AskDeps,
  { source }: Incoming,
  {
    lease,
    error,
    decision,
  }: { readonly lease: Lease; readonly error: Refusal; readonly decision?: Decision | undefined },
): Promise<Accepted> {
  const rejected: Lease = { ...lease, state: 'rejected', error, closedAtMs: tx.nowMs };
  await tx.insertLease(rejected, []);
  const entry = refusedEntry(source, lease.requestId, error);
  const data = { ...entry.data, decision: decision && audited(decision) };
  await tx.appendAudit([{ ...entry, data, leaseId: lease.id }]);
  const nothing = new Draft(tx.nowMs);
  for (const waiting of await tx.parkedFor(source, lease.requestId)) await unpark(tx, deps, nothing, rejected, waiting);
  return { ...withoutLease(tx), leaseId: lease.id, state: 'rejected', error };
}

async function open(
  tx: LedgerTx,
  deps: AskDeps,
  incoming: Incoming,
  { lease, decision }: { readonly lease: Lease; readonly decision: Decision | undefined },
): Promise<Accepted> {
  const { source, read } = incoming;
  const rows = [
    ...read.rules.map((rule) => freshRow(lease.target, rule)),
    ...read.changes.map((one) => changeRow(lease, one)),
  ];
  const links = rows.map(
    ({ key }): Link => ({ leaseId: lease.id, ruleKey: key, isBorrowed: false, isWithdrawn: false }),
  );
  await tx.insertRules(rows);
  await renewChanges(tx, rows);
  await tx.insertLease(lease, links);
  const draft = await Draft.load(
    tx,
    rows.map((row) => row.key),
  );
  draft.audit.push({
    kind: 'lease.accepted',
    leaseId: lease.id,
    actor: lease.requester.id,
    data: { ...acceptedData(incoming, lease), decision: decision && audited(decision) },
  });
  if (lease.breakGlass) {
    const message = `${lease.requester.id} asked for a lease in an emergency: ${lease.reason}`;
    draft.alarm({ code: 'BREAK_GLASS', message, leaseIds: [lease.id] });
  }
  for (const waiting of await tx.parkedFor(source, lease.requestId)) await unpark(tx, deps, draft, lease, waiting);
  return finish(tx, deps, draft, lease.id);
}

/** The lease that a request asks for, before anybody has judged it. */
export function leaseFor(id: string, { source, read, groups }: Incoming, message: AskMessage, nowMs: number): Lease {
  const { action, target, requester, reason, ticket, breakGlass } = message;
  const { rules, changes } = read;
  return {
    ...{ id, source, requestId: message.id, action, target, rules },
    ...(changes.length > 0 ? { changes } : {}),
    ...windowOf(message, nowMs),
    ...{ state: 'scheduled', requester, reason, ticket },
    ...(groups && groups.length > 0 ? { groups } : {}),
    ...(breakGlass ? { breakGlass: {} } : {}),
    createdAtMs: nowMs,
  };
}

const freshRow = (target: Target, rule: Rule): RuleRow => {
  // The requester's description is part of the request, not of the rule that leases share.
  const base = { key: ruleKey(target, rule), target, rule, isPresent: false, isMaybePresent: false };
  return { ...base, attempts: 0, isStuck: false, dueMs: {} };
};

const acceptedData = ({ source, read }: Incoming, lease: Lease) => ({
  source,
  digest: read.digest,
  target: lease.target,
  action: lease.action,
  rules: lease.rules,
  changes: lease.changes,
  startsAtMs: lease.startsAtMs,
  expiresAtMs: lease.expiresAtMs,
  isBreakGlass: lease.breakGlass !== undefined,
  approvals: lease.approvals && { needed: lease.approvals.needed, digest: lease.approvals.digest },
  reason: lease.reason,
  ticket: lease.ticket,
});
