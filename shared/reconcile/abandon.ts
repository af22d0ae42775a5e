import { endOf, isFinal, type Lease } from '../lease/lease.ts';
import { type Refusal, refusal } from '../rule/refusal.ts';
import { Draft } from './draft.ts';
import type { LedgerTx } from './ledger-port.ts';
import type { RuleRow } from './ledger-rows.ts';
import { plan } from './plan.ts';
import type { Schedule } from './schedule.ts';
import { settleLeases } from './settle-leases.ts';

export type AbandonAsk = {
  readonly leaseId: string;
  readonly actor: string;
  readonly reason: string;
  /** Also a lease that is not stuck. */
  readonly isForced: boolean;
};

/**
 * A person settles by hand what the machine cannot: the lease is over, as `failed` with the code ABANDONED, and its
 * rules are tried no more, unless another lease still has to do with them. What is in the cloud stays there; the
 * audit says who took it upon themselves, and why (docs/decisions/0005).
 */
export async function abandon(tx: LedgerTx, ask: AbandonAsk, schedule: Schedule): Promise<Lease | Refusal> {
  const links = await tx.linksOfLeases([ask.leaseId]);
  const draft = await Draft.load(
    tx,
    links.map(({ ruleKey }) => ruleKey),
  );
  const lease = draft.leases.find(({ id, state }) => id === ask.leaseId && !isFinal(state));
  const refused = lease ? refuse(lease, ask) : await refuseMissing(tx, ask.leaseId);
  if (refused || !lease) return refused ?? notFound;
  const left = links.map(({ ruleKey }) => ruleKey).filter((key) => isLastOn(draft, key, lease.id));
  const rules = left.map((key) => draft.row(key)).map(({ key, ruleId, error }) => ({ key, ruleId, code: error?.code }));
  for (const key of left) leave(draft, key, ask, tx.nowMs);
  const error = {
    ...refusal('ABANDONED', `given up by ${ask.actor}: ${ask.reason}; what it did may still be there`),
    messageZh: `已被 ${ask.actor} 放弃：${ask.reason}；它所做的更改可能仍然存在`,
  };
  const cut = endOf(lease) <= tx.nowMs ? {} : { cutAtMs: tx.nowMs, cutReason: ask.reason };
  const over: Lease = { ...lease, state: 'failed', error, closedAtMs: tx.nowMs, ...cut };
  draft.setLease(over);
  const data = { reason: ask.reason, from: lease.state, to: over.state, isForced: ask.isForced, rules };
  draft.audit.push({ kind: 'lease.abandoned', leaseId: lease.id, actor: ask.actor, data });
  settleLeases(draft, tx.nowMs);
  plan(draft, tx.nowMs, schedule);
  await draft.save(tx);
  return over;
}

/** A rule with our stamp that a person took out of the machine's hands is no stray. */
export const isAbandoned = (row: Pick<RuleRow, 'abandoned'>, ruleId: string | undefined): boolean =>
  row.abandoned !== undefined && row.abandoned.ruleId === ruleId;

const notFound = refusal('LEASE_NOT_FOUND', 'there is no lease with this id');

function refuse({ id, state }: Lease, { isForced }: AbandonAsk): Refusal | undefined {
  if (state === 'stuck' || isForced) return undefined;
  const sentence = `lease ${id} is ${state}, not stuck: end it, or insist (--force), and its rules stay as they are`;
  return refusal('NOT_STUCK', sentence);
}

/** Leases that are over are not loaded. */
async function refuseMissing(tx: LedgerTx, id: string): Promise<Refusal> {
  const [lease] = await tx.leases([id]);
  return lease && isFinal(lease.state) ? refusal('LEASE_ENDED', `lease ${id} is over: ${lease.state}`) : notFound;
}

/** Another lease that is not over keeps its rules in the loop, whether it wants them or waits for them to go. */
const isLastOn = (draft: Draft, key: string, leaseId: string): boolean =>
  draft.claimants(key).every(({ lease, link }) => lease.id === leaseId || link.isBorrowed || isFinal(lease.state));

function leave(draft: Draft, key: string, { actor }: AbandonAsk, nowMs: number): void {
  for (const { id, ruleKeys } of draft.operations.filter((one) => one.ruleKeys.includes(key))) {
    const others = ruleKeys.filter((other) => other !== key);
    draft.setOperation(id, others.length === 0 ? { state: 'superseded' } : { ruleKeys: others, isPartlySettled: true });
  }
  draft.setRow(key, {
    abandoned: { ruleId: draft.row(key).ruleId, by: actor, atMs: nowMs },
    ...{ isPresent: false, isMaybePresent: false, ruleId: undefined, stamp: undefined, missingSinceMs: undefined },
    ...{ hotUntilMs: undefined, earlierHotUntilMs: undefined, batchMax: undefined, held: undefined },
    ...{ attempts: 0, isStuck: false, error: undefined },
    // A worker that is at it right now loses its claim, and sends nothing more.
    ...{ claimId: undefined, claimUntilMs: undefined },
  });
}
