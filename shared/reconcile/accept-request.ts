import type { Lease, Link } from '../lease/lease.ts';
import type { AuthorizeMessage, ChangeMessage } from '../lease/message.ts';
import { endPathOf, windowOf } from '../lease/read-message.ts';
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
import { changeRow, findConflict, renewChanges } from './change-rows.ts';
import { Draft } from './draft.ts';
import { haltOf } from './freeze.ts';
import type { LedgerTx } from './ledger-port.ts';
import type { RuleRow } from './ledger-rows.ts';
import type { Decide, Decision, Question } from './policy-port.ts';

type AskMessage = AuthorizeMessage | ChangeMessage;

/** `authorize`, `modify` and `revoke`: a new lease, its rules and its share in each of them. */
export async function acceptRequest(
  tx: LedgerTx,
  deps: AcceptDeps & { readonly decide: Decide },
  incoming: Incoming,
  message: AskMessage,
): Promise<Accepted> {
  const { source, read } = incoming;
  const halt = await haltOf(tx);
  if (halt) return refuse(tx, incoming, halt);
  const window = windowOf(message, tx.nowMs);
  const asked = { target: message.target, rules: read.rules, ...window, nowMs: tx.nowMs, endPath: endPathOf(message) };
  const limit = deps.guard(asked);
  const decision = limit ? undefined : deps.decide(questionOf(incoming, message, asked));
  const error = limit ?? decision?.refusal ?? (await findConflict(tx, message.target, read.changes));
  const lease = leaseFor(deps.ids.ulid(tx.nowMs), incoming, message, window, tx.nowMs);
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

const questionOf = (
  { source, read }: Incoming,
  { action, requester, reason, ticket }: AskMessage,
  { target, startsAtMs, expiresAtMs, nowMs }: Pick<Question, 'target' | 'startsAtMs' | 'expiresAtMs' | 'nowMs'>,
): Question => ({
  action,
  source,
  person: { id: requester.id, groups: [] },
  ...{ target, rules: read.rules, changes: read.changes, startsAtMs, expiresAtMs, nowMs, reason, ticket },
  isBreakGlass: false,
});

/** Whoever spoke of this request before it came is answered too: an `end` is fulfilled, to move its end is too late. */
async function reject(
  tx: LedgerTx,
  deps: AcceptDeps,
  { source }: Incoming,
  {
    lease,
    error,
    decision,
  }: { readonly lease: Lease; readonly error: Refusal; readonly decision?: Decision | undefined },
): Promise<Accepted> {
  await tx.insertLease({ ...lease, state: 'rejected', error, closedAtMs: tx.nowMs }, []);
  const entry = refusedEntry(source, lease.requestId, error);
  const data = { ...entry.data, decision: decision && audited(decision) };
  await tx.appendAudit([{ ...entry, data, leaseId: lease.id }]);
  const nothing = new Draft(tx.nowMs);
  for (const waiting of await tx.parkedFor(source, lease.requestId)) await unpark(tx, deps, nothing, lease.id, waiting);
  return { ...withoutLease(tx), leaseId: lease.id, state: 'rejected', error };
}

async function open(
  tx: LedgerTx,
  deps: AcceptDeps,
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
  for (const waiting of await tx.parkedFor(source, lease.requestId)) await unpark(tx, deps, draft, lease.id, waiting);
  return finish(tx, deps, draft, lease.id);
}

function leaseFor(
  id: string,
  { source, read }: Incoming,
  message: AskMessage,
  window: { startsAtMs: number; expiresAtMs: number },
  nowMs: number,
): Lease {
  const { target, requester, reason, ticket } = message;
  const born = {
    id,
    source,
    requestId: message.id,
    action: message.action,
    target,
    rules: read.rules,
    ...(read.changes.length > 0 ? { changes: read.changes } : {}),
    ...window,
  };
  return { ...born, state: 'scheduled', requester, reason, ticket, createdAtMs: nowMs };
}

const freshRow = (target: Target, rule: Rule): RuleRow => {
  // The requester's description is part of the request, not of the rule that leases share.
  const base = { key: ruleKey(target, rule), target, rule, isPresent: false, isMaybePresent: false };
  return { ...base, attempts: 0, isStuck: false, dueMs: {} };
};

/** Which policies decided, of which version: what was decided can be traced long after they changed. */
const audited = ({ policies, version, approvals, approvers }: Decision) => ({
  policies,
  version,
  approvals,
  approvers,
});

const acceptedData = ({ source, read }: Incoming, lease: Lease) => ({
  source,
  digest: read.digest,
  target: lease.target,
  action: lease.action,
  rules: lease.rules,
  changes: lease.changes,
  startsAtMs: lease.startsAtMs,
  expiresAtMs: lease.expiresAtMs,
  reason: lease.reason,
  ticket: lease.ticket,
});
