import type { ListedRule, Rule } from '../../shared/rule/rule.ts';
import { overlap } from './overlap.ts';

/** A listed rule that covers the whole of another one, or a part. */
export type Covering = { readonly listed: ListedRule; readonly rule: Rule; readonly covers: 'whole' | 'part' };

/**
 * The drop rule of the group that takes precedence over an accept rule, of equal priority too, as the cloud
 * evaluates them: opening the rule would then let nothing through, or not all of it.
 */
export function dropShadow(rule: Rule, listing: readonly ListedRule[]): Covering | undefined {
  if (rule.policy !== 'accept') return undefined;
  const shadows = listing.flatMap((listed): Covering[] => {
    const drop = listed.rule;
    if (drop?.policy !== 'drop' || drop.priority > rule.priority) return [];
    const covers = overlap(drop, rule);
    return covers === 'none' ? [] : [{ listed, rule: drop, covers }];
  });
  return shadows.find((one) => one.covers === 'whole') ?? shadows[0];
}
