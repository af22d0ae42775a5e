import type { Lease } from '../lease/lease.ts';
import type { Refusal } from '../rule/refusal.ts';
import type { AcceptDeps } from './accepting.ts';
import { findConflict } from './change-rows.ts';
import type { LedgerTx } from './ledger-port.ts';
import type { Decide, Decision } from './policy-port.ts';
import { questionOf } from './question.ts';
import type { HeldGroups } from './together.ts';

/** What it takes to tell of a lease whether it may be, without looking at others. */
export type AloneDeps = Pick<AcceptDeps, 'guard' | 'personOf'> & { readonly decide: Decide };
export type Judged = { readonly refusal?: Refusal | undefined; readonly decision?: Decision | undefined };

/** The limits that nothing lifts, then the policies. */
export function judgeAlone(deps: AloneDeps, lease: Lease, nowMs: number, endPath = '/expiresAt'): Judged {
  const { target, rules, startsAtMs, expiresAtMs, breakGlass } = lease;
  const isBreakGlass = breakGlass !== undefined;
  const limit = deps.guard({ target, rules, startsAtMs, expiresAtMs, nowMs, endPath, isBreakGlass });
  if (limit) return { refusal: limit };
  const decision = deps.decide(questionOf(lease, deps.personOf, nowMs));
  return { refusal: decision.refusal, decision };
}

/** Whether a lease that may be alone may begin beside those that are there. Asked in the transaction that lets it. */
export const judgeBeside = async (
  tx: LedgerTx,
  held: HeldGroups,
  lease: Lease,
  endPath?: string,
): Promise<Refusal | undefined> =>
  (await held.check(lease, endPath)) ?? (await findConflict(tx, lease.target, lease.changes ?? [], lease.id));

/**
 * What opens something later is decided again when it begins, by the policy of that moment; so is at once what reaches
 * instances that have to be counted, for whoever accepts calls no cloud. What removes is not: it opens nothing, and
 * nothing on the way to a removal asks the policies.
 */
export const isDecidedLater = ({ reach }: Pick<AcceptDeps, 'reach'>, lease: Lease, nowMs: number): boolean =>
  lease.action !== 'revoke' && (lease.startsAtMs > nowMs || reach?.isCounted(lease) === true);

/** Which policies decided, of which version: what was decided can be traced long after they changed. */
export const audited = ({ policies, version, approvals, approvers }: Decision) => ({
  policies,
  version,
  approvals,
  approvers,
});
