import { ruleKey, tupleKey } from '../rule/identity.ts';
import type { ListedRule } from '../rule/rule.ts';
import type { Target } from '../rule/target.ts';
import { changeKey } from './change-rows.ts';
import { Draft } from './draft.ts';
import { findNamed } from './judge-change.ts';
import type { LedgerTx } from './ledger-port.ts';
import type { RuleRow } from './ledger-rows.ts';
import { type Identified, identify } from './ownership.ts';
import { isWanted } from './schedule.ts';

/**
 * Two messages may name one rule, one by its id and one by its attributes: that they mean the same is seen when the
 * rule is, or that it is one that an authorize lease opened, whatever its text says now. The rows under its other name
 * are locked with ours before a change begins, so that of two hands that begin at the same moment one sees the other;
 * and those of rules that stand where one is to be put back. The rare second load may wait for a neighbour's; the
 * ledger runs it again.
 */
export async function loadWithOthers(
  tx: LedgerTx,
  keys: readonly string[],
  listed: readonly ListedRule[],
  stampKeys: readonly string[],
): Promise<Draft> {
  const draft = await Draft.load(tx, keys);
  const changing = draft.rows.filter(({ key, change }) => keys.includes(key) && change);
  const [first] = changing;
  if (!first) return draft;
  const rules = identify(first.target, listed, stampKeys);
  const others = changing.flatMap((row) => (row.change?.before ? inThePlaceOf(row, rules) : namedBy(row, rules)));
  return others.length === 0 ? draft : Draft.load(tx, [...keys, ...others]);
}

function namedBy({ key, target, rule, change }: RuleRow, rules: readonly Identified[]): readonly string[] {
  const named = findNamed({ ruleId: change?.ruleId, rule }, target, rules);
  if (!named) return [];
  const opened = named.listed.rule ? [ruleKey(target, named.listed.rule)] : [];
  return [...namesOf(target, named.listed), ...opened].filter((name) => name !== key);
}

function inThePlaceOf({ target, change }: RuleRow, rules: readonly Identified[]): readonly string[] {
  if (change?.action !== 'revoke' || !change.before) return [];
  const tuple = tupleKey(target, change.before);
  return rules.flatMap((one) => (one.tuple === tuple && !one.stamp && one.key !== undefined ? [one.key] : []));
}

/** By its stamp, or by its id where somebody blanked that. */
export const isOpenedByUs = (draft: Draft, { listed, key, stamp }: Identified): boolean =>
  stamp !== undefined || draft.rows.some((row) => row.key === key && isItsRule(row, listed));

const isItsRule = ({ change, isPresent, ruleId }: RuleRow, listed: ListedRule): boolean =>
  change === undefined && isPresent && ruleId !== undefined && ruleId === listed.ruleId;

/** Another live lease changes the listed rule already, under whichever name. */
export function isChangedByAnother(draft: Draft, key: string, listed: ListedRule, nowMs: number): boolean {
  const names = namesOf(draft.row(key).target, listed).filter((name) => name !== key);
  const opened = listed.rule ? ruleKey(draft.row(key).target, listed.rule) : undefined;
  return draft.rows.some((row) => {
    // A rule of ours stays ours by its id, though somebody blanked its stamp.
    if (row.key === opened) return isItsRule(row, listed);
    return names.includes(row.key) && isUnderWay(draft, row, nowMs);
  });
}

function isUnderWay(draft: Draft, row: RuleRow, nowMs: number): boolean {
  if (row.change?.before === undefined) return false;
  if (row.isPresent || row.isMaybePresent || (row.hotUntilMs ?? 0) > nowMs) return true;
  return isWanted(draft.claimants(row.key), nowMs);
}

function namesOf(target: Target, { ruleId, rule }: ListedRule): readonly string[] {
  return [ruleId ? changeKey(target, { ruleId }) : undefined, rule ? changeKey(target, { rule }) : undefined].filter(
    (name) => name !== undefined,
  );
}
