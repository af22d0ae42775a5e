import { wants } from '../lease/lease.ts';
import type { Target } from '../rule/target.ts';
import { targetKey } from '../rule/target.ts';
import type { AcceptDeps } from './accepting.ts';
import type { RuleApi } from './cloud-port.ts';
import { isToBeDecided, type StartDeps } from './decide-starts.ts';
import type { Hand } from './hand.ts';
import { isLedgerGone } from './ledger-away.ts';
import type { Ledger } from './ledger-port.ts';
import type { RuleRow } from './ledger-rows.ts';
import type { Nudger, Wake } from './nudge-port.ts';
import type { Counted } from './reach.ts';
import type { Ids, Log, Stopwatch } from './runtime-ports.ts';
import { type Schedule, wakeAt, wakesOf } from './schedule.ts';
import { type Claim, type LookAnswer, type Sent, type TurnContext, type TurnResult, turn } from './turn.ts';

export type WorkDeps = {
  readonly ledger: Ledger;
  /** The adapter for a target's cloud, account and region. */
  readonly apiFor: (target: Target) => RuleApi;
  readonly nudger: Nudger;
  readonly stopwatch: Stopwatch;
  readonly ids: Ids;
  readonly log: Log;
  readonly stampKeys: readonly string[];
  readonly schedule: Schedule;
  readonly changeGuard: TurnContext['changeGuard'];
} & Pick<AcceptDeps, 'guard' | 'policy' | 'personOf' | 'reach'>;

/** Shorter than the sweep's minute, so that a crash costs one sweep and not two. */
const claimMs = 45_000;
/** No call is begun with a claim older than this: it must not outlive the claim. */
const fenceMs = 30_000;
const rulesPerClaim = 1_000;
/** A removal that was sent since then, and did not fail, only remains to be seen. */
const sentLongAgoMs = 30 * 60_000;
const turnsMax = 14;
/** Work that falls due before the next sweep is nudged; a little more than a minute, as timers jitter. */
export const horizonMs = 75_000;

export type WorkReport = {
  readonly target: Target;
  readonly rules: number;
  readonly calls: number;
  /** Rules that could not be worked at all; the others were. */
  readonly failures: number;
};

/**
 * Claims what is due for a hand in one group, and brings the group to what the ledger wants: look, decide, journal,
 * send, look again. Undefined when nothing was due. Dying anywhere is safe: the claim runs out, and the next one
 * finds the journal and the cloud as they are.
 */
export async function workGroup(deps: WorkDeps, hand: Hand, target?: Target): Promise<WorkReport | undefined> {
  const claim = await claimGroup(deps, hand, target);
  if (!claim) return undefined;
  const began = deps.stopwatch.monotonicMs();
  const mayGoOn = () => deps.stopwatch.monotonicMs() - began < fenceMs;
  return { target: claim.target, rules: claim.keys.length, ...(await workApart(deps, hand, claim, mayGoOn)) };
}

type Worked = { readonly calls: number; readonly failures: number };

/**
 * One rule that nobody expected must not keep its neighbours waiting: where work on a claim throws, its halves are
 * worked on their own, until that rule stands alone. It stays claimed, and is tried again by a later sweep.
 */
async function workApart(deps: WorkDeps, hand: Hand, claim: Claimed, mayGoOn: () => boolean): Promise<Worked> {
  try {
    return { calls: await workClaimed(deps, hand, claim, mayGoOn), failures: 0 };
  } catch (error) {
    if (isLedgerGone(error)) throw error;
    const { keys, target } = claim;
    if (keys.length === 1 || !mayGoOn()) {
      const about = { alarm: true, code: 'NOT_WORKED', hand, target: targetKey(target), rules: keys, error };
      deps.log.event('error', 'a rule could not be worked; its neighbours were', about);
      return { calls: 0, failures: keys.length };
    }
    const middle = Math.ceil(keys.length / 2);
    const first = await workApart(deps, hand, { ...claim, keys: keys.slice(0, middle) }, mayGoOn);
    const second = await workApart(deps, hand, { ...claim, keys: keys.slice(middle) }, mayGoOn);
    return { calls: first.calls + second.calls, failures: first.failures + second.failures };
  }
}

async function workClaimed(deps: WorkDeps, hand: Hand, claim: Claimed, mayGoOn: () => boolean): Promise<number> {
  const api = deps.apiFor(claim.target);
  const judge = claim.needsDecision ? await judgeOf(deps, api, claim.target) : undefined;
  let sent: readonly Sent[] = [];
  let calls = 0;
  const alreadySent = new Set<string>();
  for (let count = 1; ; count += 1) {
    const look = claim.needsLook || count > 1 ? await lookAt(deps, api, claim, count === 1) : undefined;
    const isLast = count >= turnsMax || !mayGoOn();
    const input = { claim, look, sent, alreadySent, isLast };
    const result = await deps.ledger.transaction('turn', (tx) => turn(tx, input, { ...deps, api, judge }));
    tell(deps, hand, claim.target, result);
    if (result.toSend.length === 0) {
      if (!result.isLost) await nudgeOn(deps, hand, result);
      return calls;
    }
    const answers: Sent[] = [];
    for (const operation of result.toSend) {
      alreadySent.add(operation.id);
      if (!mayGoOn()) break;
      const { target: where, kind, direction, request, clientToken } = operation;
      calls += 1;
      answers.push({
        operationId: operation.id,
        answer: await api.send(where, kind, direction, request, clientToken),
      });
    }
    sent = answers;
  }
}

/** Loaded for the hand that opens, and only when something begins: a failure keeps that from opening, and no more. */
async function judgeOf(deps: WorkDeps, api: RuleApi, target: Target): Promise<StartDeps | undefined> {
  const { guard, personOf, reach } = deps;
  try {
    const decide = await deps.policy();
    return { guard, personOf, reach, decide, counted: reach && (await countIn(deps, api, target)) };
  } catch (error) {
    deps.log.event('error', 'the policies could not be asked: what begins now waits', { error, alarm: true });
    return undefined;
  }
}

async function countIn({ log }: WorkDeps, api: RuleApi, target: Target): Promise<Counted> {
  const counted = await api.countInstances?.(target);
  if (counted === undefined || counted.kind === 'counted') return counted;
  const alarm = counted.kind === 'refused' && counted.class !== 'throttled' && counted.class !== 'busy';
  const about = { target: targetKey(target), code: counted.code, alarm: alarm || undefined };
  log.event(alarm ? 'error' : 'warn', 'the instances could not be counted: what begins now waits', about);
  return counted;
}

type Claimed = Claim & {
  readonly target: Target;
  readonly needsLook: boolean;
  readonly needsDecision: boolean;
  /** A rule waits for its removal to be sent; what only remains to be seen can wait for those of other groups. */
  readonly isRemoval: boolean;
};

async function claimGroup(deps: WorkDeps, hand: Hand, target: Target | undefined): Promise<Claimed | undefined> {
  return deps.ledger.transaction('claim', async (tx) => {
    const id = deps.ids.ulid(tx.nowMs);
    const rows = await tx.claimDue({
      hand,
      target,
      claimId: id,
      untilMs: tx.nowMs + claimMs,
      limit: rulesPerClaim,
    });
    const [first] = rows;
    if (!first) return undefined;
    const keys = rows.map((row) => row.key);
    const links = await tx.linksOfRules(keys, 'live');
    const leases = new Map(
      (await tx.leases([...new Set(links.map((link) => link.leaseId))])).map((lease) => [lease.id, lease]),
    );
    const isWanted = (row: RuleRow) =>
      links.some((link) => {
        const lease = leases.get(link.leaseId);
        return link.ruleKey === row.key && lease !== undefined && wants(lease, link, tx.nowMs);
      });
    const isIdle = (row: RuleRow) => !row.isPresent && !row.isMaybePresent && row.hotUntilMs === undefined;
    // A lease may end while another keeps its rule, or while its rule is not ours: then there is nothing to look at.
    const canSkip =
      hand === 'revoke' && rows.every((row) => row.change === undefined && (isWanted(row) || isIdle(row)));
    const needsDecision = hand === 'grant' && [...leases.values()].some((lease) => isToBeDecided(lease, tx.nowMs));
    const isToGo = (row: RuleRow) => row.isPresent && !isWanted(row) && !isOnItsWay(row, tx.nowMs);
    const isRemoval = hand === 'revoke' && rows.some(isToGo);
    return { id, hand, keys, target: first.target, needsLook: !canSkip, needsDecision, isRemoval };
  });
}

function isOnItsWay({ attempts, lastRevokeAtMs = 0, lastAuthorizeAtMs = 0 }: RuleRow, nowMs: number): boolean {
  return attempts === 0 && lastRevokeAtMs > lastAuthorizeAtMs && nowMs - lastRevokeAtMs <= sentLongAgoMs;
}

async function lookAt(deps: WorkDeps, api: RuleApi, { target, isRemoval }: Claimed, isFirst: boolean) {
  const began = deps.stopwatch.monotonicMs();
  const look: LookAnswer = await api.describe(target, isRemoval && isFirst);
  const durationMs = Math.round(deps.stopwatch.monotonicMs() - began);
  const code = look.kind === 'listed' ? undefined : look.code;
  deps.log.event(code === undefined ? 'info' : 'warn', 'looked at a group', {
    target: targetKey(target),
    code,
    durationMs,
  });
  return look;
}

function tell(deps: WorkDeps, hand: Hand, target: Target, result: TurnResult): void {
  for (const { code, message, leaseIds } of result.alarms) {
    deps.log.event('error', message, { alarm: true, code, leaseIds, hand, target: targetKey(target) });
  }
  if (result.isLost) deps.log.event('warn', 'lost the claim to another worker', { hand, target: targetKey(target) });
}

/** Wakes whichever hand has work here before its next sweep; at once where its instant is now. */
async function nudgeOn(deps: WorkDeps, hand: Hand, result: TurnResult): Promise<void> {
  const { rows, nowMs } = result;
  // Never itself at once: what it could not finish now it does not finish by being asked again in the same second.
  const later = (wake: Wake): Wake =>
    wake.hand === hand ? { ...wake, atMs: Math.max(wake.atMs, wakeAt(nowMs + 1_000, nowMs)) } : wake;
  const wakes = wakesOf(rows, nowMs, horizonMs).map(later);
  if (wakes.length > 0) await deps.nudger.nudge(wakes, result.nowMs);
}
