import type { Approval, Lease } from '../lease/lease.ts';
import { type Refusal, refusal } from '../rule/refusal.ts';
import type { LedgerTx } from './ledger-port.ts';
import { isSamePerson, type PersonOf } from './people-port.ts';
import type { Asker, Decide } from './policy-port.ts';
import { questionOf, requesterOf } from './question.ts';

export type ReviewAsk = {
  readonly leaseId: string;
  readonly source: string;
  readonly person: Asker;
  readonly reason: string;
};
type ReviewDeps = { readonly decide: Decide; readonly personOf: PersonOf };

/**
 * Somebody other than its requester has looked at an emergency afterwards and says what it was. Whoever may approve
 * such a lease may review it. Said twice, the first word stays.
 */
export async function review(tx: LedgerTx, deps: ReviewDeps, ask: ReviewAsk): Promise<Lease | Refusal> {
  const [lease] = await tx.leases([ask.leaseId]);
  if (!lease) return refusal('LEASE_NOT_FOUND', 'there is no lease with this id');
  if (!lease.breakGlass) return refusal('NOT_AN_EMERGENCY', 'this lease was no emergency: there is nothing to review');
  const refused = mayReview(deps, lease, ask, tx.nowMs);
  if (refused) return refused;
  if (lease.breakGlass.reviewed) return lease;
  const { source, person, reason } = ask;
  const reviewed: Approval = { source, by: { id: person.id }, atMs: tx.nowMs, reason };
  const done: Lease = { ...lease, breakGlass: { reviewed } };
  await tx.updateLeases([done]);
  await tx.appendAudit([{ kind: 'lease.review', leaseId: lease.id, actor: person.id, data: { source, reason } }]);
  return done;
}

function mayReview({ decide, personOf }: ReviewDeps, lease: Lease, ask: ReviewAsk, nowMs: number): Refusal | undefined {
  const { source } = ask;
  const person = { ...ask.person, id: personOf(source, ask.person.id) };
  const requester = requesterOf(personOf, lease);
  if (isSamePerson(person.id, requester.id)) {
    return refusal('OWN_REQUEST', 'nobody reviews their own emergency: let somebody else do it');
  }
  return decide({ ...questionOf(lease, personOf, nowMs), action: 'approve', source, person, requester }).refusal;
}
