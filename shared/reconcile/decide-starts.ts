import { endOf, isWaiting, type Lease } from '../lease/lease.ts';
import type { Draft } from './draft.ts';
import { type AloneDeps, audited, judgeAlone } from './judge-lease.ts';
import { decidedBeforeMs } from './schedule.ts';

/** Whether its time has come, or is about to, and the policy of this moment was not asked yet. */
export const isToBeDecided = (lease: Lease, nowMs: number): boolean =>
  lease.isUndecided === true &&
  !isWaiting(lease) &&
  lease.startsAtMs - decidedBeforeMs <= nowMs &&
  nowMs < endOf(lease);

/**
 * What was allowed days ago is decided again at its start: whoever lost a right meanwhile opens nothing with it.
 * Approvals stay given. Without policies nothing of it begins, and everything else goes on.
 */
export function decideStarts(draft: Draft, deps: AloneDeps | undefined, nowMs: number): void {
  for (const lease of draft.wholeLeases.filter((one) => isToBeDecided(one, nowMs))) {
    if (!deps) {
      for (const { ruleKey } of draft.linksOf(lease.id)) draft.hold(ruleKey, 'grant', nowMs + 30_000);
      continue;
    }
    const { refusal: error, decision } = judgeAlone(deps, lease, Math.max(nowMs, lease.startsAtMs));
    const decided: Lease = { ...lease, isUndecided: undefined };
    draft.setLease(error ? { ...decided, state: 'rejected', error, closedAtMs: nowMs } : decided);
    const entry = { leaseId: lease.id, actor: 'curfew' };
    draft.audit.push({ ...entry, kind: 'lease.decided', data: { ...error, decision: decision && audited(decision) } });
    if (error) draft.audit.push({ ...entry, kind: 'lease.state', data: { from: lease.state, to: 'rejected', error } });
  }
}
