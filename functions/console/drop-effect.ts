import type { ListedRule, Rule } from '../../shared/rule/rule.ts';
import type { Covering } from './drop-shadow.ts';
import { overlap } from './overlap.ts';

export type DropEffect = {
  readonly drops: 'everything' | 'part' | 'nothing';
  /** How much of each of these accept rules the drop takes away. */
  readonly shadows: readonly Covering[];
  /** How much of the drop each of these accept rules lets through all the same. */
  readonly losesTo: readonly Covering[];
};

/**
 * What a drop rule does beside the accept rules of its group: the lower number wins, and of equal numbers drop wins.
 * A quarantine that loses to an accept rule keeps nothing out.
 */
export function dropEffect(rule: Rule, listing: readonly ListedRule[]): DropEffect | undefined {
  if (rule.policy !== 'drop') return undefined;
  const shadows: Covering[] = [];
  const losesTo: Covering[] = [];
  for (const listed of listing) {
    const accept = listed.rule;
    if (accept?.policy !== 'accept') continue;
    const wins = rule.priority <= accept.priority;
    const covers = wins ? overlap(rule, accept) : overlap(accept, rule);
    if (covers !== 'none') (wins ? shadows : losesTo).push({ listed, rule: accept, covers });
  }
  const isLost = losesTo.some((one) => one.covers === 'whole');
  return { drops: isLost ? 'nothing' : losesTo.length > 0 ? 'part' : 'everything', shadows, losesTo };
}
