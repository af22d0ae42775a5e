import type { ListedRule, Rule } from '../../shared/rule/rule.ts';
import { ruleText } from '../../shared/rule/rule-text.ts';
import { dropEffect } from './drop-effect.ts';
import { type Covering, dropShadow } from './drop-shadow.ts';
import type { Described } from './later.ts';
import type { plannedChangeSchema } from './rule-answers.ts';

type Precedence = Pick<Described<typeof plannedChangeSchema>, 'dropShadow' | 'dropEffect'>;

/** Which of the group's rules win over this one, and over which it wins, as answers show it. */
export function viewPrecedence(rule: Rule, listing: readonly ListedRule[]): Precedence {
  const shadow = dropShadow(rule, listing);
  const effect = dropEffect(rule, listing);
  return {
    dropShadow: shadow && view(shadow),
    dropEffect: effect && {
      drops: effect.drops,
      shadows: effect.shadows.map(view),
      losesTo: effect.losesTo.map(view),
    },
  };
}

const view = ({ listed, rule, covers }: Covering) => ({ ruleId: listed.ruleId, text: ruleText(rule), covers });
