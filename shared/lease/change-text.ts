import type { Rule } from '../rule/rule.ts';
import type { RuleSet } from '../rule/rule-set.ts';
import { ruleText } from '../rule/rule-text.ts';
import type { RuleChange } from './lease.ts';

/** A change for people: `change sgr-1 (accept tcp 443 from 10.0.0.0/8): priority 9`, `remove sgr-1`. */
export function changeText({ ruleId, rule, set }: RuleChange, before: Rule | undefined = rule): string {
  const text = before && ruleText(before);
  const named = ruleId === undefined ? text : text === undefined ? ruleId : `${ruleId} (${text})`;
  return set === undefined ? `remove ${named}` : `change ${named}: ${setText(set)}`;
}

const setText = (set: RuleSet): string =>
  Object.entries(set)
    .map(([name, value]) => `${name} ${name === 'description' ? `"${value}"` : value}`)
    .join(', ');
