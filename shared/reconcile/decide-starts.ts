import { endOf, isWaiting, type Lease } from '../lease/lease.ts';
import type { AcceptDeps } from './accepting.ts';
import type { Draft } from './draft.ts';
import { type AloneDeps, audited, judgeAlone } from './judge-lease.ts';
import { type Counted, countAgainAt, instancesOf } from './reach.ts';
import { decidedBeforeMs } from './schedule.ts';

/** Whether its time has come, or is about to, and the policy of this moment was not asked yet. */
export const isToBeDecided = (lease: Lease, nowMs: number): boolean =>
  lease.isUndecided === true &&
  !isWaiting(lease) &&
  lease.startsAtMs - decidedBeforeMs <= nowMs &&
  nowMs < endOf(lease);

/** Who decides on what begins, and how many instances there are in the group, where that is limited. */
export type StartDeps = AloneDeps & Pick<AcceptDeps, 'reach'> & { readonly counted: Counted };
/** A lease that could not be decided: the hand lets its rules be until then, whatever it saw of them. */
type Postponed = { readonly leaseId: string; readonly untilMs: number };
const askAgainMs = 5_000;
type Start = { readonly nowMs: number; readonly isGroupGone: boolean };

/**
 * What was allowed days ago is decided again at its start: whoever lost a right meanwhile opens nothing with it.
 * Approvals stay given. Without policies, or while the instances that it reaches could not be counted, nothing of it
 * begins, and everything else goes on.
 */
export function decideStarts(
  draft: Draft,
  deps: StartDeps | undefined,
  { nowMs, isGroupGone }: Start,
): readonly Postponed[] {
  const postponed: Postponed[] = [];
  for (const lease of draft.wholeLeases.filter((one) => isToBeDecided(one, nowMs))) {
    const judged = judgeStart(deps, lease, { nowMs, isGroupGone });
    if ('againMs' in judged) {
      postponed.push({ leaseId: lease.id, untilMs: judged.againMs });
      continue;
    }
    const { error, decision, instances } = judged;
    const decided: Lease = { ...lease, isUndecided: undefined };
    draft.setLease(error ? { ...decided, state: 'rejected', error, closedAtMs: nowMs } : decided);
    const entry = { leaseId: lease.id, actor: 'curfew' };
    const data = { ...error, decision: decision && audited(decision), instances };
    draft.audit.push({ ...entry, kind: 'lease.decided', data });
    if (error) draft.audit.push({ ...entry, kind: 'lease.state', data: { from: lease.state, to: 'rejected', error } });
  }
  return postponed;
}

/** What is said to a lease that begins, or when to ask again. */
function judgeStart(deps: StartDeps | undefined, lease: Lease, { nowMs, isGroupGone }: Start) {
  if (!deps) return { againMs: nowMs + askAgainMs };
  const { refusal, decision } = judgeAlone(deps, lease, Math.max(nowMs, lease.startsAtMs));
  // There is nothing to count in a group that is gone: the look says so, and that is what its lease is told.
  const reach = !isGroupGone && deps.reach?.isCounted(lease) ? deps.reach : undefined;
  const againMs = refusal || !reach ? undefined : countAgainAt(deps.counted, nowMs);
  if (againMs !== undefined) return { againMs };
  const instances = reach && instancesOf(deps.counted);
  return { error: refusal ?? reach?.check(instances), decision, instances };
}
