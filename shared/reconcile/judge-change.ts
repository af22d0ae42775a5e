import type { RuleChange } from '../lease/lease.ts';
import { ruleKey } from '../rule/identity.ts';
import { type Refusal, refusal } from '../rule/refusal.ts';
import type { Rule } from '../rule/rule.ts';
import { changed } from '../rule/rule-set.ts';
import type { Target } from '../rule/target.ts';
import type { Abilities } from './cloud-port.ts';
import type { Identified } from './ownership.ts';

/** Limits on what a change may let through; asked when the rule as it is now is known. */
export type ChangeGuard = (before: Rule, after: Rule | undefined) => Refusal | undefined;

/** The rule as it is, with its description, and as it would be; `after` is undefined where it is taken away. */
export type Images = { readonly before: Rule; readonly after: Rule | undefined };

/** The listed rule that a change names, by its id or by its attributes. */
export function findNamed(
  { ruleId, rule }: Pick<RuleChange, 'ruleId' | 'rule'>,
  target: Target,
  rules: readonly Identified[],
): Identified | undefined {
  if (ruleId !== undefined) return rules.find((one) => one.listed.ruleId === ruleId);
  const key = rule === undefined ? undefined : ruleKey(target, rule);
  return rules.find((one) => one.key !== undefined && one.key === key);
}

/** `isForGood`: without an end, so that there need be no way back. */
type Wish = {
  readonly action: 'modify' | 'revoke';
  readonly set?: RuleChange['set'];
  readonly isForGood: boolean;
};

/** What a change makes of the rule as it is listed, or why it must not be begun. Pure: plans ask it, too. */
export function judgeChange(
  { listed, stamp }: Identified,
  { action, set, isForGood }: Wish,
  { abilities, guard }: { readonly abilities: Abilities; readonly guard: ChangeGuard },
): Images | Refusal {
  if (stamp) return refusal('CONFLICTS_WITH_LEASE', 'the rule belongs to another live lease; end that one', '/rules');
  if (!listed.rule) return refusal('RULE_NOT_READABLE', 'the rule as it is listed cannot be read', '/rules');
  const before: Rule = { ...listed.rule, description: listed.description };
  if (!abilities.hasDescriptions && listed.description !== '' && action === 'revoke') return noWayBack;
  const after = action === 'modify' ? changed(before, set ?? {}, ['rules']) : undefined;
  if (after && 'code' in after) return after;
  const filled = after && !isForGood ? filledIn(before, after) : undefined;
  if (filled) return filled;
  return guard(before, after) ?? { before, after };
}

const noWayBack = refusal(
  'CHANGE_NOT_POSSIBLE',
  'the rule has a description, which this form of the API cannot put back',
  '/rules',
);

/** Whether the API can make the one of the other again: what has no end may be begun without that. */
export const canBeRestored = (before: Rule, after: Rule): boolean => filledIn(before, after) === undefined;

/** The API takes other values, and never none: what a rule does not have yet could not be taken from it again. */
function filledIn(before: Rule, after: Rule): Refusal | undefined {
  const field = (Object.keys(after) as (keyof Rule)[]).find((name) => after[name] && !before[name]);
  if (field === undefined) return undefined;
  const sentence = `the rule has no ${field}, and the API could not take away one that it was given; ask without an end`;
  return refusal('CHANGE_NOT_POSSIBLE', sentence, `/rules/set/${field}`);
}
