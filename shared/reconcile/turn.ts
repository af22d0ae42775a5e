import { type Refusal, refusal } from '../rule/refusal.ts';
import type { Rule } from '../rule/rule.ts';
import type { Target } from '../rule/target.ts';
import { isAbandoned } from './abandon.ts';
import { applyAnswer, fail, handOf, refuseLinks, throttledUntil } from './apply-answer.ts';
import type { Answer, Listing, NotListed, RuleApi } from './cloud-port.ts';
import { resendForMs } from './decide.ts';
import type { ChangeCell } from './decide-change.ts';
import { decideStarts, type StartDeps } from './decide-starts.ts';
import type { Alarm, Draft } from './draft.ts';
import { restingOf } from './freeze.ts';
import { isGroupGone } from './groups.ts';
import type { Hand } from './hand.ts';
import { handsOf } from './hands-of.ts';
import { journalAgain, journalAuthorize, journalRestamp, journalRevoke } from './journal.ts';
import { journalChange } from './journal-change.ts';
import type { ChangeGuard } from './judge-change.ts';
import type { LedgerTx } from './ledger-port.ts';
import type { Operation, RuleRow } from './ledger-rows.ts';
import { groupIsGone, type Judged, observe, verbOf } from './observe.ts';
import { loadWithOthers } from './other-changes.ts';
import { identify, type Look } from './ownership.ts';
import { plan } from './plan.ts';
import type { Ids } from './runtime-ports.ts';
import { type Schedule, wantEnd } from './schedule.ts';
import { settleLeases } from './settle-leases.ts';
import { dropTampered } from './tampered.ts';

export type Claim = { readonly id: string; readonly hand: Hand; readonly keys: readonly string[] };
export type Sent = { readonly operationId: string; readonly answer: Answer };
export type LookAnswer = Listing | NotListed;

export type TurnInput = {
  readonly claim: Claim;
  /** Undefined where nothing needed a look: leases that end while others keep their rules. */
  readonly look?: LookAnswer | undefined;
  readonly sent: readonly Sent[];
  /** Operations that this claim has sent already: each at most once a claim. */
  readonly alreadySent: ReadonlySet<string>;
  /** No more calls: write down what is known and let go. */
  readonly isLast: boolean;
};
export type TurnContext = {
  readonly api: RuleApi;
  readonly ids: Ids;
  readonly stampKeys: readonly string[];
  readonly schedule: Schedule;
  /** For what begins; absent where the policies could not be asked. */
  readonly judge?: StartDeps | undefined;
  /** Limits on what a modification or a removal may let through; asked with the rule as it is now. */
  readonly changeGuard: (target: Target, before: Rule, after: Rule | undefined) => Refusal | undefined;
};
export type TurnResult = {
  readonly toSend: readonly Operation[];
  readonly alarms: readonly Alarm[];
  readonly rows: readonly RuleRow[];
  readonly nowMs: number;
  readonly isLost: boolean;
};

/**
 * One transaction of the loop: takes in the answers, believes the look, decides, journals what is to be sent,
 * settles the leases and plans the next visit. Lets the claim go when there is nothing to send.
 */
export async function turn(tx: LedgerTx, input: TurnInput, context: TurnContext): Promise<TurnResult> {
  const { claim } = input;
  const { nowMs } = tx;
  const listed = input.look?.kind === 'listed' ? input.look.rules : [];
  const draft = await loadWithOthers(tx, claim.keys, listed, context.stampKeys);
  dropTampered(draft);
  const held = new Set(draft.rows.filter((row) => holds(row, claim.id, nowMs)).map(({ key }) => key));
  const keys = claim.keys.filter((key) => held.has(key));
  for (const { operationId, answer } of input.sent) {
    const operation = draft.operations.find((one) => one.id === operationId);
    if (operation) applyAnswer(draft, operation, answer, nowMs);
  }
  const isGone = input.look !== undefined && input.look.kind !== 'listed' && isGroupGone(input.look);
  const postponed = claim.hand === 'grant' ? decideStarts(draft, context.judge, { nowMs, isGroupGone: isGone }) : [];
  const toSend = keys.length === 0 ? [] : await step(tx, draft, keys, input, context);
  settleLeases(draft, nowMs);
  for (const { leaseId, untilMs } of postponed) {
    for (const { ruleKey } of draft.linksOf(leaseId)) draft.hold(ruleKey, 'grant', untilMs);
  }
  plan(draft, nowMs, context.schedule);
  if (toSend.length === 0) for (const key of keys) release(draft, key, claim.hand, nowMs);
  await draft.save(tx);
  const operations = toSend.map((id) => draft.operation(id));
  return { toSend: operations, alarms: draft.alarms, rows: draft.rows, nowMs, isLost: keys.length === 0 };
}

/** What a hand could not finish now is not due again in the same instant, or it would claim it for ever. */
function release(draft: Draft, key: string, hand: Hand, nowMs: number): void {
  const { dueMs } = draft.row(key);
  const due = dueMs[hand];
  const later = due === undefined ? dueMs : { ...dueMs, [hand]: Math.max(due, nowMs + 1_000) };
  draft.setRow(key, { claimId: undefined, claimUntilMs: undefined, dueMs: later });
}

const holds = ({ claimId, claimUntilMs = 0 }: RuleRow, ownId: string, nowMs: number): boolean =>
  claimId === ownId && claimUntilMs > nowMs;

async function step(tx: LedgerTx, draft: Draft, keys: readonly string[], input: TurnInput, context: TurnContext) {
  const { nowMs } = tx;
  const look = readLook(draft, keys, input, context);
  if (!look) return isThrottled(input.look) && !input.isLast ? revokeUnseen(draft, keys, input, context) : [];
  if (look.isGroupGone) groupIsGone(draft, keys, nowMs);
  const { target } = draft.row(keys[0] ?? '');
  const guard: ChangeGuard = (before, after) => context.changeGuard(target, before, after);
  const at = { abilities: context.api.abilities, guard, nowMs };
  const judged = keys.map((key) => observe(draft, key, look, at));
  const { hand } = input.claim;
  const rests = hand === 'grant' ? await restingOf(tx) : () => false;
  for (const one of judged) wait(draft, one, nowMs, context, rests(one.cell));
  if (input.isLast) return putDown(draft, judged, hand, nowMs);
  const ready = judged.filter(({ key, cell }) => verbOf(cell) === hand && !isHeld(draft.row(key), hand, nowMs));
  return journal(draft, ready, input, context, nowMs, look);
}

const isThrottled = (look: LookAnswer | undefined): boolean => look?.kind === 'refused' && look.class === 'throttled';

/**
 * Listing shares its quota with everybody who opens and looks; revoking does not. So what is unwanted and known by its
 * id goes without a look, at its second, and the next look proves it: an id that our stamp was once seen on stays
 * ours, and one that is gone is refused. Once for each look (and
 * again in the halves of a batch that was refused); whatever is not so simple waits for a listing.
 */
function revokeUnseen(draft: Draft, keys: readonly string[], { claim }: TurnInput, context: TurnContext) {
  if (claim.hand !== 'revoke' || !context.api.abilities.hasRuleIds) return [];
  const { nowMs } = draft;
  const ready = keys.flatMap((key): Judged[] => {
    const row = draft.row(key);
    const isPlain = !row.change && row.isPresent && row.attempts === 0 && !isAbandoned(row, row.ruleId);
    const isUnwanted = wantEnd(draft.claimants(key), nowMs) === undefined;
    const isFirst = (row.lastRevokeAtMs ?? 0) <= (row.lookedAtMs ?? 0) || (row.batchMax ?? 0) > 1;
    const isSent = draft.operationOn(key)?.kind === 'revoke' || !isFirst;
    if (!isPlain || !isUnwanted || isSent || row.ruleId === undefined) return [];
    return [{ key, cell: 'revoke', ruleIds: [row.ruleId] }];
  });
  return journalRevoke(draft, ready, { api: context.api, ids: context.ids, stampKeys: context.stampKeys, nowMs });
}

/** What the look says; undefined when it says nothing, with the rules put down until the next try. */
function readLook(draft: Draft, keys: readonly string[], input: TurnInput, context: TurnContext): Look | undefined {
  const { look } = input;
  const nowMs = draft.nowMs;
  if (look === undefined) return undefined;
  if (look.kind === 'listed') {
    const { target } = draft.row(keys[0] ?? '');
    return { rules: identify(target, look.rules, context.stampKeys), isGroupGone: false };
  }
  if (isGroupGone(look)) return { rules: [], isGroupGone: true };
  const { hand } = input.claim;
  for (const key of keys) {
    if (look.kind === 'refused' && (look.class === 'throttled' || look.class === 'busy')) {
      draft.hold(key, hand, throttledUntil(nowMs, look.class === 'busy' ? 2_000 : look.retryAfterMs));
    } else {
      fail(draft, key, hand, look, nowMs);
      const isForbidden =
        look.kind === 'refused' && look.class !== 'credentials' && hand === 'grant' && !draft.row(key).isPresent;
      if (isForbidden) refuseLinks(draft, key, look, nowMs);
    }
  }
  return undefined;
}

/** Cells that wait for the cloud to show what it did: a short pause, not a busy loop. */
function wait(draft: Draft, { key, cell }: Judged, nowMs: number, context: TurnContext, isResting: boolean): void {
  const { readLagMs } = context.api.abilities;
  const row = draft.row(key);
  if (cell === 'await-listing') draft.hold(key, 'grant', nowMs + 2_000);
  if (cell === 'await-removal') draft.hold(key, 'revoke', nowMs + 1_000);
  const operation = draft.operationOn(key);
  if (cell === 'restamp' && operation?.kind === 'modify' && operation.answer?.kind === 'done') {
    if (nowMs - operation.lastSentAtMs < readLagMs) draft.hold(key, 'modify', nowMs + 2_000);
  }
  if (cell === 'await-change' || cell === 'await-undo') {
    const hand = cell === 'await-change' ? handsOf(row).apply : handsOf(row).undo;
    draft.hold(key, hand, nowMs + 2_000);
  }
  if (cell === 'await-turn') draft.hold(key, 'grant', nowMs + 60_000);
  if (cell === 'await-proof') {
    const untilMs = (row.lastAuthorizeAtMs ?? nowMs) + readLagMs;
    draft.hold(key, 'revoke', untilMs);
  }
  if (isResting && verbOf(cell) === 'grant') draft.hold(key, 'grant', nowMs + 30_000);
}

const isHeld = (row: RuleRow, hand: Hand, nowMs: number): boolean => (row.held?.[hand] ?? 0) > nowMs;

function putDown(draft: Draft, judged: readonly Judged[], hand: Hand, nowMs: number): readonly string[] {
  for (const { key, cell } of judged) {
    if (verbOf(cell) === hand && !isHeld(draft.row(key), hand, nowMs)) {
      draft.hold(key, hand, nowMs + 2_000);
    }
  }
  return [];
}

function journal(
  draft: Draft,
  ready: readonly Judged[],
  input: TurnInput,
  context: TurnContext,
  nowMs: number,
  look: Look,
) {
  const journalOf = { api: context.api, ids: context.ids, stampKeys: context.stampKeys, nowMs };
  const repeated = repeatable(draft, ready, nowMs);
  const again = new Set(repeated.flatMap((operation) => operation.ruleKeys));
  const toSend: string[] = [];
  for (const operation of repeated) {
    if (input.alreadySent.has(operation.id)) {
      for (const key of operation.ruleKeys) {
        if (!isHeld(draft.row(key), input.claim.hand, nowMs)) fail(draft, key, input.claim.hand, noAnswer, nowMs);
      }
      continue;
    }
    journalAgain(draft, operation, nowMs);
    toSend.push(operation.id);
  }
  const anew = ready.filter(({ key }) => !again.has(key) && draft.row(key).change === undefined);
  for (const { key, cell } of ready) {
    if (again.has(key) || draft.row(key).change === undefined) continue;
    toSend.push(...journalChange(draft, key, cell as ChangeCell, journalOf));
  }
  const by = (hand: Hand) => anew.filter(({ cell }) => verbOf(cell) === hand);
  const ruleOf = (ruleId: string) => look.rules.find((one) => one.listed.ruleId === ruleId)?.listed.rule;
  toSend.push(...journalAuthorize(draft, by('grant'), journalOf), ...journalRevoke(draft, by('revoke'), journalOf));
  toSend.push(...journalRestamp(draft, by('modify'), ruleOf, journalOf));
  return toSend;
}

const noAnswer = refusal('NO_ANSWER', 'the cloud gave no answer, and the rule is as before');

/** Operations whose every rule still needs exactly them; one that has lost a rule is intended anew for the rest. */
function repeatable(draft: Draft, ready: readonly Judged[], nowMs: number): readonly Operation[] {
  const needed = new Map(ready.map(({ key, cell }) => [key, cell]));
  const isRepeat = (operation: Operation) =>
    nowMs - operation.intendedAtMs < resendForMs &&
    operation.answer?.kind !== 'done' &&
    !operation.isPartlySettled &&
    operation.ruleKeys.every((key) => {
      const cell = needed.get(key);
      if (cell === 'restamp') return operation.kind === 'modify';
      return cell?.endsWith('-again') === true && handOf[operation.kind] === verbOf(cell);
    });
  return draft.operations.filter((operation) => operation.state === 'open' && isRepeat(operation));
}
