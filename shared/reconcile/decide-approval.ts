import { type Approval, type Approvals, endOf, isWaiting, type Lease } from '../lease/lease.ts';
import type { DecisionMessage } from '../lease/message.ts';
import { windowedAt } from '../lease/wait-for-approval.ts';
import { type Refusal, refusal } from '../rule/refusal.ts';
import type { LaterDeps, Word } from './accept-later.ts';
import { loaded } from './accepting.ts';
import { changeRow } from './change-rows.ts';
import type { Draft } from './draft.ts';
import { haltOf } from './freeze.ts';
import { audited, isDecidedLater, judgeAlone, judgeBeside } from './judge-lease.ts';
import type { LedgerTx } from './ledger-port.ts';
import { isSamePerson } from './people-port.ts';
import type { Decision } from './policy-port.ts';
import { questionOf, requesterOf } from './question.ts';

/** A lease that waits, and who speaks of it. */
type Spoken = {
  readonly lease: Lease & { readonly approvals: Approvals };
  readonly word: Word<DecisionMessage>;
  readonly approval: Approval;
};

/**
 * `approve` and `reject`: a word of somebody for a lease that waits for it. Said twice it counts once. What is refused
 * here leaves the lease waiting: somebody else may still approve it.
 */
export async function decideApproval(
  tx: LedgerTx,
  deps: LaterDeps,
  draft: Draft,
  lease: Lease,
  word: Word<DecisionMessage>,
): Promise<Refusal | undefined> {
  const { message, source } = word;
  // Where a ticketing system's own workflow is the approval, it may not know a person who gave it.
  const by = message.by ?? message.requester ?? { id: `workflow:${source}` };
  const approval: Approval = { source, by, atMs: tx.nowMs, reason: message.reason };
  if (saidBefore(deps, lease, approval, message.action)) return undefined;
  const { approvals } = lease;
  if (!approvals || !isWaiting(lease) || endOf(lease) <= tx.nowMs) return notWaiting(lease, tx.nowMs);
  if (message.digest !== undefined && message.digest !== approvals.digest) return stale;
  const spoken = { lease: { ...lease, approvals }, word, approval };
  return message.action === 'approve' ? approve(tx, deps, draft, spoken) : reject(tx, deps, draft, spoken);
}

/** Where a word changes nothing any more because it was said, and nobody needs to be told that it is too late. */
function saidBefore({ personOf }: LaterDeps, lease: Lease, { source, by }: Approval, action: string): boolean {
  const { given = [], rejected } = lease.approvals ?? {};
  const said = action === 'approve' ? given : rejected ? [rejected] : [];
  if (action === 'approve' && (rejected || lease.state === 'rejected' || lease.state === 'cancelled')) return false;
  return said.some((one) => isSamePerson(personOf(one.source, one.by.id), personOf(source, by.id)));
}

async function approve(tx: LedgerTx, deps: LaterDeps, draft: Draft, spoken: Spoken): Promise<Refusal | undefined> {
  const { lease, approval } = spoken;
  const refused = (await haltOf(tx)) ?? mayDecide(deps, spoken, tx.nowMs);
  if (refused) return refused;
  const given = [...lease.approvals.given, approval];
  const begun = windowedAt(lease, tx.nowMs);
  const judged = judgeAlone({ ...deps, decide: loaded(deps.decide) }, begun, tx.nowMs, '/leaseId');
  const refusedBegin = judged.refusal ?? (await judgeBeside(tx, deps.held, begun, '/leaseId'));
  if (refusedBegin) return refusedBegin;
  // The policies may have come to ask for more people since; never for fewer than were asked.
  const needed = Math.max(lease.approvals.needed, judged.decision?.approvals ?? 0);
  const approvals = { ...lease.approvals, given, needed };
  const isOpen = given.length >= needed;
  if (isOpen) begin(deps, draft, { ...begun, approvals });
  else draft.setLease({ ...lease, approvals });
  note(draft, spoken, {
    needed,
    given: given.length,
    digest: approvals.digest,
    isOpen,
    decision: judged.decision && audited(judged.decision),
  });
  return undefined;
}

/** From here on it is a lease like any other. What it changes was perhaps changed by others while it waited. */
function begin(deps: LaterDeps, draft: Draft, lease: Lease): void {
  for (const change of lease.changes ?? []) draft.renewRow(changeRow(lease, change));
  deps.held.note(lease);
  draft.setLease({ ...lease, state: 'scheduled', isUndecided: isDecidedLater(deps, lease, draft.nowMs) });
}

function reject(tx: LedgerTx, deps: LaterDeps, draft: Draft, spoken: Spoken): Refusal | undefined {
  const { lease, approval } = spoken;
  const { personOf } = deps;
  const isOwn = isSamePerson(personOf(approval.source, approval.by.id), requesterOf(personOf, lease).id);
  // Whoever asked may think better of it.
  const refused = isOwn ? undefined : mayDecide(deps, spoken, tx.nowMs);
  if (refused) return refused;
  const error = rejectedBy(approval);
  const approvals = { ...lease.approvals, rejected: approval };
  draft.setLease({ ...lease, state: 'rejected', error, approvals, closedAtMs: tx.nowMs });
  note(draft, spoken, { digest: approvals.digest });
  draft.audit.push({
    kind: 'lease.state',
    leaseId: lease.id,
    actor: 'curfew',
    data: { from: lease.state, to: 'rejected', error },
  });
  return undefined;
}

function rejectedBy({ by, reason }: Approval): Refusal {
  const [why, whyZh] = reason === undefined ? ['', ''] : [`: ${reason}`, `：${reason}`];
  return { ...refusal('REJECTED', `rejected by ${by.id}${why}`), messageZh: `已被 ${by.id} 拒绝${whyZh}` };
}

/** Another person than the requester, whom the policies let decide this very change. */
function mayDecide(deps: LaterDeps, { lease, approval, word }: Spoken, nowMs: number): Refusal | undefined {
  const { personOf } = deps;
  const person = { id: personOf(approval.source, approval.by.id), groups: word.groups };
  const requester = requesterOf(personOf, lease);
  if (isSamePerson(person.id, requester.id)) return ownRequest;
  const { action } = word.message;
  const asked = { ...questionOf(lease, personOf, nowMs), action, source: approval.source, person, requester };
  const decision: Decision = loaded(deps.decide)({ ...asked, approvers: lease.approvals.approvers });
  return decision.refusal;
}

function note(draft: Draft, { lease, word, approval }: Spoken, more: Record<string, unknown>): void {
  const { message, source } = word;
  const data = { id: message.id, source, reason: message.reason, ...more };
  draft.audit.push({ kind: `lease.${message.action}`, leaseId: lease.id, actor: approval.by.id, data });
}

function notWaiting(lease: Lease, nowMs: number): Refusal {
  const isLate = isWaiting(lease) && endOf(lease) <= nowMs;
  const sentence = isLate ? 'its time for approval is over' : `the lease is ${lease.state}`;
  return refusal('NOT_AWAITING_APPROVAL', `there is nothing to decide: ${sentence}`, '/leaseId');
}

const stale = refusal('APPROVAL_STALE', 'the lease is not what this digest stands for: look at it again', '/digest');
const ownRequest = refusal('OWN_REQUEST', 'nobody approves what they asked for: let somebody else do it', '/by');
