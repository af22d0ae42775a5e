import type { ListedRule, Rule } from '../rule/rule.ts';
import { covers } from './widening.ts';

/**
 * The drop rule that keeps an accept rule from letting anything through: it is about every packet of it, and takes
 * precedence by its number; of equal numbers the drop wins.
 */
export function shadowOf(rule: Rule, listing: readonly ListedRule[]): ListedRule | undefined {
  if (rule.policy !== 'accept') return undefined;
  return listing.find(({ rule: drop }) => {
    if (drop?.policy !== 'drop' || drop.priority > rule.priority || drop.nicType !== rule.nicType) return false;
    return covers(drop, rule);
  });
}
