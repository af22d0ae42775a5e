import { changeLease } from '../lease/change-lease.ts';
import { endOf, isFinal, type Lease } from '../lease/lease.ts';
import type { LaterMessage } from '../lease/message.ts';
import { endPathOf } from '../lease/read-message.ts';
import { type Refusal, refusal } from '../rule/refusal.ts';
import type { LaterDeps, Word } from './accept-later.ts';
import { loaded } from './accepting.ts';
import type { Draft } from './draft.ts';
import type { LedgerTx } from './ledger-port.ts';
import { isSamePerson } from './people-port.ts';
import { questionOf, requesterOf } from './question.ts';

/** `extend`, `shorten` and `end`. Whatever would let it last longer is decided on anew. */
export async function moveEnd(
  tx: LedgerTx,
  deps: LaterDeps,
  draft: Draft,
  lease: Lease,
  word: Word<LaterMessage>,
): Promise<Refusal | undefined> {
  const { source, message } = word;
  if (isFinal(lease.state)) return message.action === 'end' ? undefined : ended;
  const changed = changeLease(lease, message, tx.nowMs);
  if ('code' in changed) return changed;
  const isLonger = endOf(changed) > endOf(lease);
  const refused = isLonger ? await judgeExtension(tx, deps, changed, word) : undefined;
  if (refused || changed === lease) return refused;
  if (isLonger) deps.held.note(changed);
  draft.setLease(changed);
  const data = { id: message.id, from: endOf(lease), to: endOf(changed), reason: message.reason };
  const actor = message.requester?.id ?? source;
  draft.audit.push({ kind: `lease.${message.action}`, leaseId: lease.id, actor, data });
  return undefined;
}

const ended = refusal('LEASE_ENDED', 'the lease has ended: ask for a new one', '/leaseId');

/**
 * The guards and the policies, of the lease as it would become. Nobody waits for an approval of an extension: either
 * it needs none, or whoever extends is one who may approve it and did not ask for the lease. A ticketing system's word
 * for who extends is not enough: it would approve what came through itself.
 */
async function judgeExtension(
  tx: LedgerTx,
  deps: LaterDeps,
  changed: Lease,
  { source, reach, message, groups }: Word<LaterMessage>,
): Promise<Refusal | undefined> {
  const { personOf } = deps;
  const decide = loaded(deps.decide);
  const endPath = 'duration' in message ? endPathOf(message) : '/expiresAt';
  const { target, rules, startsAtMs, expiresAtMs, breakGlass } = changed;
  const isBreakGlass = breakGlass !== undefined;
  const limit =
    deps.guard({ target, rules, startsAtMs, expiresAtMs, nowMs: tx.nowMs, endPath, isBreakGlass }) ??
    (await deps.held.check(changed, endPath));
  if (limit) return limit;
  const asked = questionOf(changed, personOf, tx.nowMs);
  const requester = requesterOf(personOf, changed);
  // Who did not say who they are speaks for whoever asked.
  const person = message.requester ? { id: personOf(source, message.requester.id), groups } : requester;
  const decision = decide({ ...asked, action: 'extend', source, person, requester });
  if (decision.refusal || decision.approvals === 0) return decision.refusal;
  const { approvers } = decision;
  const isApprover =
    reach === 'all' &&
    !isSamePerson(person.id, requester.id) &&
    decide({ ...asked, action: 'approve', source, person, requester, approvers }).refusal === undefined;
  return decision.approvals === 1 && isApprover ? undefined : approvalNeeded;
}

const approvalNeeded = refusal(
  'APPROVAL_NEEDED',
  'to last longer it needs approval: ask for a new lease, or let somebody extend it who may approve it',
  '/action',
);
