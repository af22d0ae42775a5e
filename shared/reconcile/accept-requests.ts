import { isWaiting, type Lease, type Link } from '../lease/lease.ts';
import type { AuthorizeMessage, ChangeMessage } from '../lease/message.ts';
import { endPathOf, windowOf } from '../lease/read-message.ts';
import { waitForApproval } from '../lease/wait-for-approval.ts';
import { ruleKey } from '../rule/identity.ts';
import type { Refusal } from '../rule/refusal.ts';
import type { Rule } from '../rule/rule.ts';
import type { Target } from '../rule/target.ts';
import { type LaterDeps, unpark } from './accept-later.ts';
import {
  type AcceptDeps,
  type Accepted,
  finish,
  type Incoming,
  inboxRow,
  lostRace,
  type Outcomes,
  refusedEntry,
  withoutLease,
} from './accepting.ts';
import { changeRow, renewChanges } from './change-rows.ts';
import { Draft } from './draft.ts';
import { haltOf } from './freeze.ts';
import { audited, isDecidedLater, judgeAlone, judgeBeside } from './judge-lease.ts';
import type { LedgerTx } from './ledger-port.ts';
import type { AuditEntry, RuleRow } from './ledger-rows.ts';
import type { Decide, Decision } from './policy-port.ts';
import { HeldGroups, opens } from './together.ts';

type AskMessage = AuthorizeMessage | ChangeMessage;
type AskDeps = AcceptDeps & { readonly decide: Decide };
type HoldingDeps = AskDeps & Pick<LaterDeps, 'held'>;
/** A request, the lease that it asks for, and what was said to it. */
type Judged = {
  readonly incoming: Incoming;
  readonly message: AskMessage;
  readonly lease: Lease;
  readonly error?: Refusal | undefined;
  readonly decision?: Decision | undefined;
};

/** `authorize`, `modify` and `revoke`: new leases, their rules and their shares in each of them. */
export async function acceptRequests(tx: LedgerTx, deps: AskDeps, messages: readonly Incoming[]): Promise<Outcomes> {
  const outcomes = new Map<Incoming, Accepted>();
  const refusals: AuditEntry[] = [];
  const asked: Judged[] = [];
  const halt = await haltOf(tx);
  for (const incoming of messages) {
    const message = incoming.read.message as AskMessage;
    const error = deps.serves(message.action, message.target) ?? halt;
    if (error) outcomes.set(incoming, { ...withoutLease(tx), error });
    if (error) refusals.push(refusedEntry(incoming.source, message.id, error));
    else asked.push(judgedAlone(tx, deps, incoming, message));
  }
  const held = await HeldGroups.hold(tx, deps, asked.flatMap(groupToHold));
  const judged = await judgeTogether(tx, { ...deps, held }, asked);
  const isNew = await tx.insertMessages(
    judged.map(({ incoming, lease, error }) => inboxRow(incoming, { leaseId: lease.id, error }, tx.nowMs)),
  );
  const late = judged.filter((_, index) => !isNew[index]).map(({ incoming }) => incoming);
  const taken = judged.filter((_, index) => isNew[index]);
  for (const [incoming, outcome] of await lostRace(tx, late)) outcomes.set(incoming, outcome);
  const draft = await write(tx, { ...deps, held }, taken);
  draft.audit.unshift(...refusals);
  await held.save();
  const accepted = await finish(
    tx,
    deps,
    draft,
    taken.map(({ lease }) => lease.id),
  );
  for (const [index, outcome] of accepted.entries()) {
    const one = taken[index];
    if (one) outcomes.set(one.incoming, outcome);
  }
  return outcomes;
}

function judgedAlone(tx: LedgerTx, deps: AskDeps, incoming: Incoming, message: AskMessage): Judged {
  const lease = leaseFor(deps.ids.ulid(tx.nowMs), incoming, message, tx.nowMs);
  const { refusal: error, decision } = judgeAlone(deps, lease, tx.nowMs, endPathOf(message));
  return { incoming, message, lease, error, decision };
}

const groupToHold = ({ lease: { target, rules, changes }, error }: Judged): Target[] =>
  !error && (changes || opens(rules)) ? [target] : [];

/** In their order: each has those before it beside it, as if they had come one after the other. */
async function judgeTogether(tx: LedgerTx, deps: HoldingDeps, asked: readonly Judged[]): Promise<readonly Judged[]> {
  const judged: Judged[] = [];
  for (const one of asked) {
    const error = one.error ?? (await judgeBeside(tx, deps.held, one.lease, endPathOf(one.message)));
    const lease = error ? rejected(one.lease, error, tx.nowMs) : decided(deps, one, tx.nowMs);
    if (!error && !isWaiting(lease)) deps.held.note(lease);
    judged.push({ ...one, lease, error });
  }
  return judged;
}

const rejected = (lease: Lease, error: Refusal, nowMs: number): Lease => ({
  ...lease,
  state: 'rejected',
  error,
  closedAtMs: nowMs,
});

/** What is allowed begins at its time, or waits for those who must agree. */
function decided(deps: AcceptDeps, { lease, message, decision }: Judged, nowMs: number): Lease {
  const { approvals = 0, approvers = [] } = decision ?? {};
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

/** Whoever spoke of a request before it came is answered too: of one that is refused, an `end` is fulfilled. */
async function write(tx: LedgerTx, deps: HoldingDeps, judged: readonly Judged[]): Promise<Draft> {
  const allowed = judged.filter(({ error }) => error === undefined);
  const shares = allowed.map(({ lease, incoming: { read } }) => ({
    lease,
    rows: [
      ...read.rules.map((rule) => freshRow(lease.target, rule)),
      ...read.changes.map((one) => changeRow(lease, one)),
    ],
  }));
  const rows = [...new Map(shares.flatMap((one) => one.rows).map((row) => [row.key, row])).values()];
  const links = shares.flatMap(({ lease, rows: own }) => own.map(({ key }): Link => shareIn(key, lease)));
  const isNew = await tx.insertRules(rows);
  const known = rows.filter((_, index) => isNew[index] === false);
  await renewChanges(tx, known);
  await tx.insertLeases(
    judged.map(({ lease }) => lease),
    links,
  );
  const begun = allowed.map(({ lease }) => lease);
  const keys = rows.map(({ key }) => key);
  const draft = known.length > 0 ? await Draft.load(tx, keys) : Draft.ofNew(tx.nowMs, rows, begun, links);
  for (const one of judged) note(draft, one);
  const leases = new Map(judged.map(({ lease }) => [`${lease.source} ${lease.requestId}`, lease]));
  for (const waiting of await tx.parkedFor([...leases.values()])) {
    const lease = leases.get(`${waiting.source} ${waiting.parkedFor}`);
    if (lease) await unpark(tx, deps, draft, lease, waiting);
  }
  return draft;
}

const shareIn = (ruleKey: string, lease: Lease): Link => ({
  leaseId: lease.id,
  ruleKey,
  isBorrowed: false,
  isWithdrawn: false,
});

function note(draft: Draft, { incoming, lease, error, decision }: Judged): void {
  const told = decision && audited(decision);
  if (error) {
    const entry = refusedEntry(incoming.source, lease.requestId, error);
    draft.audit.push({ ...entry, data: { ...entry.data, decision: told }, leaseId: lease.id });
    return;
  }
  const data = { ...acceptedData(incoming, lease), decision: told };
  draft.audit.push({ kind: 'lease.accepted', leaseId: lease.id, actor: lease.requester.id, data });
  if (!lease.breakGlass) return;
  const message = `${lease.requester.id} asked for a lease in an emergency: ${lease.reason}`;
  draft.alarm({ code: 'BREAK_GLASS', message, leaseIds: [lease.id] });
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
