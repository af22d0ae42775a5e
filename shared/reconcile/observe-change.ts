import { noEndMs, wants } from '../lease/lease.ts';
import { ruleKey, tupleKey } from '../rule/identity.ts';
import { refusal } from '../rule/refusal.ts';
import type { ListedRule } from '../rule/rule.ts';
import { refuseWanting } from './apply-answer.ts';
import type { Abilities } from './cloud-port.ts';
import { type ChangeCell, decideChange } from './decide-change.ts';
import type { Draft } from './draft.ts';
import { type ChangeGuard, findNamed, judgeChange } from './judge-change.ts';
import type { RuleRow } from './ledger-rows.ts';
import { isChangedByAnother, isOpenedByUs } from './other-changes.ts';
import type { Identified, Look } from './ownership.ts';
import { isWanted } from './schedule.ts';

/** Decides for one change and writes down what was seen: images, shares, what somebody else did meanwhile. */
export function observeChange(
  draft: Draft,
  key: string,
  { rules, isGroupGone }: Look,
  at: { readonly abilities: Abilities; readonly guard: ChangeGuard; readonly nowMs: number },
): ChangeCell {
  const row = draft.row(key);
  const found = findNamed({ ruleId: row.change?.ruleId, rule: row.rule }, row.target, rules);
  const named = found && isAnothers(found, row) ? undefined : found;
  const want = isWanted(draft.claimants(key), at.nowMs);
  const cell = decideChange({
    want,
    row,
    named: named?.listed,
    equal: findEqual(draft, row, rules),
    near: findNear(draft, row, rules),
    operation: draft.operationOn(key),
    isGroupGone,
    nowMs: at.nowMs,
    readLagMs: at.abilities.readLagMs,
  });
  draft.setRow(key, { lookedAtMs: at.nowMs });
  if ((cell === 'take-away' || cell === 'change') && row.change?.before === undefined && named) {
    return begin(draft, key, named, at);
  }
  write(draft, key, cell, named?.listed, at.nowMs);
  return cell;
}

/**
 * Without ids a rule is known by what it looks like. Once the one that was named has been seen, an equal one with our
 * stamp is not it: another lease opened that while it was away.
 */
const isAnothers = (found: Identified, { change }: RuleRow): boolean =>
  change?.before !== undefined && change.ruleId === undefined && found.stamp !== undefined;

function findEqual(draft: Draft, { change, target }: RuleRow, rules: readonly Identified[]) {
  const key = change?.before === undefined ? undefined : ruleKey(target, change.before);
  const found = rules.find((one) => one.key !== undefined && one.key === key);
  return found ? { listed: found.listed, isOurs: isOpenedByUs(draft, found) } : undefined;
}

/** One that differs in priority only: some clouds take the two for one, answer "done", and add nothing. */
function findNear(draft: Draft, { change, target }: RuleRow, rules: readonly Identified[]) {
  const tuple = change?.before === undefined ? undefined : tupleKey(target, change.before);
  const found = rules.find((one) => one.tuple !== undefined && one.tuple === tuple);
  return found ? { listed: found.listed, isOurs: isOpenedByUs(draft, found) } : undefined;
}

/** First sight of the rule: its image is kept, and what the change would do is judged, before anything is sent. */
function begin(
  draft: Draft,
  key: string,
  named: Identified,
  at: { readonly abilities: Abilities; readonly guard: ChangeGuard; readonly nowMs: number },
): ChangeCell {
  const { change } = draft.row(key);
  if (!change) return 'unchanged';
  const wanting = draft.claimants(key).filter(({ lease, link }) => wants(lease, link, at.nowMs));
  const isForGood = wanting.every(({ lease }) => lease.expiresAtMs === noEndMs);
  const judged = judgeChange(named, { ...change, isForGood }, at);
  if (isChangedByAnother(draft, key, named.listed, at.nowMs)) {
    const sentence = 'another live lease changes this rule under another name; end that one first';
    refuseWanting(draft, key, refusal('CONFLICTS_WITH_LEASE', sentence, '/rules'), at.nowMs);
    return 'unchanged';
  }
  if ('code' in judged) {
    refuseWanting(draft, key, judged, at.nowMs);
    return 'unchanged';
  }
  const { before, after } = judged;
  const { listed } = named;
  const seen = { ...change, ruleId: listed.ruleId ?? change.ruleId, before, after };
  draft.setRow(key, { ...(listed.rule ? { rule: listed.rule } : {}), change: seen });
  const isNothing = after !== undefined && JSON.stringify(after) === JSON.stringify(before);
  if (!isNothing) return change.action === 'modify' ? 'change' : 'take-away';
  made(draft, key, at.nowMs);
  draft.setRow(key, { isPresent: false, change: { ...seen, isDone: true } });
  return 'changed';
}

function write(draft: Draft, key: string, cell: ChangeCell, named: ListedRule | undefined, nowMs: number): void {
  switch (cell) {
    case 'changed':
      made(draft, key, nowMs);
      return;
    case 'not-found':
      refuseWanting(draft, key, refusal('RULE_NOT_FOUND', 'there is no such rule in this group', '/rules'), nowMs);
      draft.setRow(key, { isPresent: false, isMaybePresent: false });
      return;
    case 'changed-meanwhile':
      refuseWanting(
        draft,
        key,
        refusal('CHANGED_MEANWHILE', 'somebody changed the rule while we did', '/rules'),
        nowMs,
      );
      return;
    case 'deleted':
      deleted(draft, key, nowMs);
      return;
    case 'edited':
      edited(draft, key, named, nowMs);
      return;
    case 'watch-change':
      draft.setRow(key, { isPresent: false, isMaybePresent: false, attempts: 0, isStuck: false, error: undefined });
      settle(draft, key);
      return;
    case 'unchanged':
      undone(draft, key);
      return;
    default:
      return;
  }
}

/** Seen to be made. A change that no lease takes back is done with. */
function made(draft: Draft, key: string, nowMs: number): void {
  const row = draft.row(key);
  settle(draft, key);
  const claimants = draft.claimants(key);
  const isForGood = claimants.every(({ lease }) => lease.expiresAtMs === noEndMs);
  if (claimants.length === 0) tooLate(draft, row);
  draft.setRow(key, {
    isPresent: !isForGood,
    isMaybePresent: false,
    attempts: 0,
    error: undefined,
    held: undefined,
    ...(row.change && isForGood ? { change: { ...row.change, isDone: true } } : {}),
  });
  for (const { lease, link } of claimants) {
    if (!(wants(lease, link, nowMs) || isForGood) || link.openedAtMs !== undefined) continue;
    draft.setLink({ ...link, openedAtMs: nowMs });
    draft.audit.push({
      kind: 'change.seen-made',
      leaseId: lease.id,
      actor: 'curfew',
      data: { before: row.change?.before, after: row.change?.after },
    });
  }
}

/** Its lease was over when the request landed, and the API has no way back: somebody has to know. */
function tooLate(draft: Draft, { rule, change }: RuleRow): void {
  const about = JSON.stringify({ ruleId: change?.ruleId, before: change?.before ?? rule, after: change?.after });
  const message = `a change landed when its lease was over already, and cannot be taken back by the API: ${about}`;
  draft.alarm({ code: 'NOT_RESTORED', message, leaseIds: [] });
}

function undone(draft: Draft, key: string): void {
  const row = draft.row(key);
  settle(draft, key);
  if (row.isPresent)
    draft.audit.push({ kind: 'change.seen-undone', actor: 'curfew', data: { before: row.change?.before } });
  draft.setRow(key, {
    isPresent: false,
    isMaybePresent: false,
    hotUntilMs: undefined,
    earlierHotUntilMs: undefined,
    attempts: 0,
    isStuck: false,
    error: undefined,
    held: undefined,
  });
}

/** Somebody removed the rule that we modified, or the group: nothing can be put back, and nothing of the change is left. */
function deleted(draft: Draft, key: string, nowMs: number): void {
  const touched = draft.claimants(key).filter(({ lease, link }) => wants(lease, link, nowMs));
  for (const { link } of touched) draft.setLink({ ...link, isWithdrawn: true });
  const message = 'a rule that a lease had changed was removed by another hand, or its group: nothing can be put back';
  draft.alarm({ code: 'WITHDRAWN', message, leaseIds: draft.claimants(key).map(({ lease }) => lease.id) });
  undone(draft, key);
}

/** Somebody changed the rule that we modified: not ours to overwrite, so a person has to settle it. */
function edited(draft: Draft, key: string, named: ListedRule | undefined, nowMs: number): void {
  const row = draft.row(key);
  const isUndoing = !isWanted(draft.claimants(key), nowMs);
  const [after, before] = [JSON.stringify(row.change?.after), JSON.stringify(row.change?.before)];
  const found = JSON.stringify({ ...named?.rule, description: named?.description });
  const sentence = `somebody changed the rule meanwhile, so it is not put back: we left ${after}, found ${found}, and before it was ${before}`;
  const messageZh = `该规则已被人工修改，因此不会恢复：Curfew 改为 ${after}，现为 ${found}，原为 ${before}`;
  const attempts = row.attempts + 1;
  const untilMs = nowMs + Math.min(300_000, 15_000 * attempts);
  draft.setRow(key, { attempts, error: { ...refusal('CHANGED_BY_HAND', sentence), messageZh } });
  draft.hold(key, 'modify', untilMs);
  if (!isUndoing || row.isStuck) return;
  draft.setRow(key, { isStuck: true });
  draft.alarm({ code: 'STUCK', message: sentence, leaseIds: draft.claimants(key).map(({ lease }) => lease.id) });
}

function settle(draft: Draft, key: string): void {
  const operation = draft.operationOn(key);
  if (operation) draft.setOperation(operation.id, { state: 'settled' });
}
