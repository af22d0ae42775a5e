import { noEndMs, wants } from '../lease/lease.ts';
import { ruleKey } from '../rule/identity.ts';
import { type Refusal, refusal } from '../rule/refusal.ts';
import type { ListedRule, Rule } from '../rule/rule.ts';
import { changed } from '../rule/rule-set.ts';
import { refuseWanting } from './apply-answer.ts';
import { type ChangeCell, decideChange } from './decide-change.ts';
import type { Draft } from './draft.ts';
import type { Identified } from './ownership.ts';
import type { Abilities, ChangeState } from './ports.ts';
import { isWanted } from './schedule.ts';

/** Limits on what a change may let through; asked when the rule as it is now is known. */
export type ChangeGuard = (before: Rule, after: Rule | undefined) => Refusal | undefined;

/** Decides for one change and writes down what was seen: images, shares, what somebody else did meanwhile. */
export function observeChange(
  draft: Draft,
  key: string,
  rules: readonly Identified[],
  at: { readonly abilities: Abilities; readonly guard: ChangeGuard; readonly nowMs: number },
): ChangeCell {
  const row = draft.row(key);
  const named = findNamed(row.change, row.target, row.rule, rules);
  const want = isWanted(draft.claimants(key), at.nowMs);
  const cell = decideChange({
    want,
    row,
    named: named?.listed,
    equal: findEqual(row.change?.before, row.target, rules),
    operation: draft.operationOn(key),
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

type Target = Parameters<typeof ruleKey>[0];

function findNamed(change: ChangeState | undefined, target: Target, rule: Rule, rules: readonly Identified[]) {
  if (change?.ruleId !== undefined) return rules.find((one) => one.listed.ruleId === change.ruleId);
  const key = ruleKey(target, rule);
  return rules.find((one) => one.key === key);
}

function findEqual(before: Rule | undefined, target: Target, rules: readonly Identified[]) {
  const key = before === undefined ? undefined : ruleKey(target, before);
  const found = rules.find((one) => one.key !== undefined && one.key === key);
  return found ? { listed: found.listed, isOurs: found.stamp !== undefined } : undefined;
}

/** First sight of the rule: its image is kept, and what the change would do is judged, before anything is sent. */
function begin(
  draft: Draft,
  key: string,
  { listed, stamp }: Identified,
  { abilities, guard, nowMs }: { readonly abilities: Abilities; readonly guard: ChangeGuard; readonly nowMs: number },
): ChangeCell {
  const { change } = draft.row(key);
  if (!change) return 'unchanged';
  const no = (why: Refusal): ChangeCell => {
    refuseWanting(draft, key, why, nowMs);
    return 'unchanged';
  };
  if (stamp)
    return no(refusal('CONFLICTS_WITH_LEASE', 'the rule belongs to another live lease; end that one', '/rules'));
  if (!listed.rule) return no(refusal('RULE_NOT_READABLE', 'the rule as it is listed cannot be read', '/rules'));
  const before: Rule = { ...listed.rule, description: listed.description };
  if (!abilities.hasDescriptions && listed.description !== '' && change.action === 'revoke') return no(noWayBack);
  const after = change.action === 'modify' ? changed(before, change.set ?? {}, ['rules']) : undefined;
  if (after && 'code' in after) return no(after);
  const wrong = guard(before, after);
  if (wrong) return no(wrong);
  draft.setRow(key, {
    rule: listed.rule,
    change: { ...change, ruleId: listed.ruleId ?? change.ruleId, before, after },
  });
  const isNothing = after !== undefined && JSON.stringify(after) === JSON.stringify(before);
  if (!isNothing) return change.action === 'modify' ? 'change' : 'take-away';
  made(draft, key, nowMs);
  draft.setRow(key, { isPresent: false, change: { ...change, before, after, isDone: true } });
  return 'changed';
}

const noWayBack = refusal(
  'CHANGE_NOT_POSSIBLE',
  'the rule has a description, which this form of the API cannot put back',
  '/rules',
);

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
  const isForGood = draft.claimants(key).every(({ lease }) => lease.expiresAtMs === noEndMs);
  draft.setRow(key, {
    isPresent: !isForGood,
    isMaybePresent: false,
    attempts: 0,
    error: undefined,
    held: undefined,
    ...(row.change && isForGood ? { change: { ...row.change, isDone: true } } : {}),
  });
  for (const { lease, link } of draft.claimants(key)) {
    if (!wants(lease, link, nowMs) || link.openedAtMs !== undefined) continue;
    draft.setLink({ ...link, openedAtMs: nowMs });
    draft.audit.push({
      kind: 'change.seen-made',
      leaseId: lease.id,
      actor: 'curfew',
      data: { before: row.change?.before, after: row.change?.after },
    });
  }
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
    attempts: 0,
    isStuck: false,
    error: undefined,
    held: undefined,
  });
}

/** Somebody removed the rule that we modified: there is nothing to put back, and nothing of the change is left. */
function deleted(draft: Draft, key: string, nowMs: number): void {
  const touched = draft.claimants(key).filter(({ lease, link }) => wants(lease, link, nowMs));
  for (const { link } of touched) draft.setLink({ ...link, isWithdrawn: true });
  const message = 'a rule that a lease had modified was removed by another hand';
  draft.alarm({ code: 'WITHDRAWN', message, leaseIds: draft.claimants(key).map(({ lease }) => lease.id) });
  undone(draft, key);
}

/** Somebody changed the rule that we modified: not ours to overwrite, so a person has to settle it. */
function edited(draft: Draft, key: string, named: ListedRule | undefined, nowMs: number): void {
  const row = draft.row(key);
  const isUndoing = !isWanted(draft.claimants(key), nowMs);
  const found = JSON.stringify({ ...named?.rule, description: named?.description });
  const sentence = `somebody changed the rule meanwhile, so it is not put back: we left ${JSON.stringify(row.change?.after)}, found ${found}, and before it was ${JSON.stringify(row.change?.before)}`;
  const attempts = row.attempts + 1;
  const untilMs = nowMs + Math.min(300_000, 15_000 * attempts);
  draft.setRow(key, { attempts, error: refusal('CHANGED_BY_HAND', sentence) });
  draft.hold(key, 'modify', untilMs);
  if (!isUndoing || row.isStuck) return;
  draft.setRow(key, { isStuck: true });
  draft.alarm({ code: 'STUCK', message: sentence, leaseIds: draft.claimants(key).map(({ lease }) => lease.id) });
}

function settle(draft: Draft, key: string): void {
  const operation = draft.operationOn(key);
  if (operation) draft.setOperation(operation.id, { state: 'settled' });
}
