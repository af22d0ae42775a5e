import { cutShort } from '../lease/cut-short.ts';
import { wants } from '../lease/lease.ts';
import { type Refusal, refusal } from '../rule/refusal.ts';
import type { Answer } from './cloud-port.ts';
import type { Draft } from './draft.ts';
import type { Hand } from './hand.ts';
import { handsOf } from './hands-of.ts';
import { rememberLateRemoval } from './late-removal.ts';
import type { Operation, RuleRow } from './ledger-rows.ts';
import { isWanted } from './schedule.ts';

export const handOf = { authorize: 'grant', revoke: 'revoke', modify: 'modify' } as const;
/** Overdue for so long, a lease is called stuck even if nobody ever said no. */
const stuckAfterMs = 3 * 60_000;

/** How long a failing undo waits: growing to two minutes, for so long a door may stay open after an outage; never giving up. */
function pauseMs(attempts: number): number {
  const steps = [5_000, 5_000, 15_000, 30_000];
  if (attempts < steps.length) return steps[attempts] ?? 5_000;
  return attempts < 10 ? 60_000 : 120_000;
}

/** Throttled in a minute means refused until the next one, unless the cloud names its own pause (milliseconds). */
export function throttledUntil(nowMs: number, retryAfterMs: number | undefined): number {
  if (retryAfterMs !== undefined) return nowMs + Math.min(Math.max(retryAfterMs, 100), 120_000);
  return (Math.floor(nowMs / 60_000) + 1) * 60_000;
}

/** Writes what the cloud answered into the draft. What really happened is for the next look to say. */
export function applyAnswer(draft: Draft, operation: Operation, answer: Answer, nowMs: number): void {
  const isAnswered = answer.kind !== 'unknown';
  // It was journaled before its claim had sent others and waited for answers: it landed at the latest now, and only
  // from now on does a listing that lags count as one from after it.
  draft.setOperation(operation.id, {
    answer,
    lastSentAtMs: nowMs,
    sends: operation.sends + (answer.unanswered ?? 0),
    answers: operation.answers + (isAnswered ? 1 : 0),
  });
  const { sends, answers } = draft.operation(operation.id);
  draft.audit.push({
    kind: 'operation.answered',
    actor: 'curfew',
    data: { operationId: operation.id, ...answer },
  });
  for (const key of operation.ruleKeys) {
    const isChange = draft.row(key).change !== undefined;
    const isOpening = operation.kind === 'authorize' && !isChange;
    if (isOpening || (isChange && operation.purpose === 'apply')) draft.setRow(key, { lastAuthorizeAtMs: nowMs });
    if (operation.kind === 'revoke' && !isChange) draft.setRow(key, { lastRevokeAtMs: nowMs });
    // Only a request without an answer can still land later.
    const makes = isOpening || (isChange && operation.purpose === 'apply');
    if (makes && sends === answers) draft.setRow(key, { hotUntilMs: draft.row(key).earlierHotUntilMs });
  }
  if (answer.kind === 'refused') applyRefusal(draft, operation, answer, nowMs);
  if (answer.kind === 'unknown')
    for (const key of operation.ruleKeys) fail(draft, key, handOf[operation.kind], answer, nowMs);
}

type Refused = Extract<Answer, { kind: 'refused' }>;

function applyRefusal(draft: Draft, operation: Operation, answer: Refused, nowMs: number): void {
  const hand = handOf[operation.kind];
  switch (answer.class) {
    case 'throttled': {
      const untilMs = throttledUntil(nowMs, answer.retryAfterMs);
      const { sends, answers } = draft.operation(operation.id);
      for (const key of operation.ruleKeys) {
        draft.hold(key, hand, untilMs);
        // Nothing is on its way: the rule still waits for its removal, and comes before those that only need a look.
        if (operation.kind === 'revoke' && sends === answers && !draft.row(key).change)
          draft.setRow(key, { lastRevokeAtMs: undefined });
      }
      return;
    }
    case 'busy':
      for (const key of operation.ruleKeys) waitForFirst(draft, key, hand, nowMs);
      return;
    case 'credentials':
      for (const key of operation.ruleKeys)
        fail(draft, key, hand, { code: answer.code, message: answer.message }, nowMs);
      return;
    case 'exists':
      applyExists(draft, operation);
      return;
    case 'mismatch':
      giveUp(draft, operation, 'superseded');
      draft.alarm({
        code: answer.code,
        message: `operation ${operation.id}: ${answer.message}`,
        leaseIds: [],
      });
      return;
    default:
      giveUp(draft, operation, 'refused');
      refuse(draft, operation, answer, nowMs);
  }
}

function giveUp(draft: Draft, { id, ruleKeys }: Operation, state: 'superseded' | 'refused'): void {
  for (const key of ruleKeys) rememberLateRemoval(draft, key, draft.operation(id));
  draft.setOperation(id, { state });
}

/**
 * "It is there already": this call added nothing. Alone and asked once, that proves the rule is somebody else's; in a
 * batch it says so of one of them, which has to stand alone first.
 */
function applyExists(draft: Draft, operation: Operation): void {
  if (operation.ruleKeys.length > 1) {
    draft.setOperation(operation.id, { state: 'refused' });
    const batchMax = Math.max(1, Math.floor(operation.ruleKeys.length / 2));
    for (const key of operation.ruleKeys) draft.setRow(key, { batchMax });
    return;
  }
  if (draft.operation(operation.id).sends > 1) return;
  for (const key of operation.ruleKeys) {
    if (!draft.row(key).change) draft.setRow(key, { isMaybePresent: false, stamp: undefined });
  }
}

/** The first request is not through yet: usually a matter of seconds, but not worth a call every two if it is not. */
function waitForFirst(draft: Draft, key: string, hand: Hand, nowMs: number): void {
  const { attempts } = draft.row(key);
  const untilMs = nowMs + (attempts === 0 ? 2_000 : pauseMs(attempts));
  draft.setRow(key, { attempts: attempts + 1 });
  draft.hold(key, hand, untilMs);
}

function refuse(draft: Draft, operation: Operation, answer: Refused, nowMs: number): void {
  const isAboutAll = answer.class === 'permission' || answer.class === 'group-gone';
  if (operation.ruleKeys.length > 1 && !isAboutAll) {
    // One bad rule refuses the whole batch: halve until it stands alone.
    const batchMax = Math.max(1, Math.floor(operation.ruleKeys.length / 2));
    for (const key of operation.ruleKeys) draft.setRow(key, { batchMax });
    return;
  }
  for (const key of operation.ruleKeys) {
    const isOpening = operation.kind === 'authorize' && operation.purpose === 'apply';
    const isMaking = isOpening || (draft.row(key).change !== undefined && operation.purpose === 'apply');
    if (isMaking && answer.class !== 'rule-gone') refuseLinks(draft, key, answer, nowMs);
    else if (answer.class !== 'rule-gone') fail(draft, key, handOf[operation.kind], answer, nowMs);
    // Gone, says the call; the next look has to agree. It may lag, so not at once.
    else draft.hold(key, handOf[operation.kind], nowMs + 1_000);
    if (isMaking && draft.row(key).hotUntilMs === undefined) draft.setRow(key, { isMaybePresent: false });
  }
}

/** The cloud will not add this rule: every lease that wants it now ends with that reason. */
export function refuseLinks(draft: Draft, key: string, why: { code: string; message: string }, nowMs: number): void {
  const error = refusal(why.code, `the cloud refused the rule: ${why.message}`);
  refuseWanting(draft, key, { ...error, messageZh: `云拒绝了该规则：“${why.message}”` }, nowMs);
}

/** Every lease that wants this now and has it not yet ends with the reason. */
export function refuseWanting(draft: Draft, key: string, error: Refusal, nowMs: number): void {
  for (const { lease, link } of draft.claimants(key)) {
    if (!wants(lease, link, nowMs) || link.openedAtMs !== undefined) continue;
    draft.setLink({ ...link, error });
    draft.setLease({ ...lease, error, ...cutShort(error, nowMs) });
    draft.audit.push({
      kind: 'lease.refused',
      leaseId: lease.id,
      actor: 'curfew',
      data: { ...error },
    });
  }
}

/** A try that did not succeed: put down with a growing pause; an undo that is overdue becomes stuck, loudly, once. */
export function fail(
  draft: Draft,
  key: string,
  hand: Hand,
  why: { kind?: string; code: string; message: string },
  nowMs: number,
): void {
  const row = draft.row(key);
  const attempts = row.attempts + 1;
  const isUndoing = hand === handsOf(row).undo && !isWanted(draft.claimants(key), nowMs);
  draft.setRow(key, {
    attempts,
    error: refusal(why.code, why.message),
    ...(isUndoing && isNowStuck(draft, row, why.kind === 'refused', nowMs) ? { isStuck: true } : {}),
  });
  draft.hold(key, hand, nowMs + pauseMs(attempts));
  if (draft.row(key).isStuck && !row.isStuck) {
    const leaseIds = draft.claimants(key).map(({ lease }) => lease.id);
    draft.alarm({
      code: 'STUCK',
      message: `what a lease did cannot be undone: ${why.code}: ${why.message}`,
      leaseIds,
    });
  }
}

function isNowStuck(draft: Draft, row: RuleRow, isRefused: boolean, nowMs: number): boolean {
  if (isRefused) return true;
  const ends = draft
    .claimants(row.key)
    .map(({ lease }) => Math.min(lease.expiresAtMs, lease.cutAtMs ?? lease.expiresAtMs));
  return ends.some((end) => nowMs - end > stuckAfterMs);
}
