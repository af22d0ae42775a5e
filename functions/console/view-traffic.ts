import type { Identified } from '../../shared/reconcile/ownership.ts';
import { formatInstant } from '../../shared/rule/instant.ts';
import type { Rule } from '../../shared/rule/rule.ts';
import { ruleText } from '../../shared/rule/rule-text.ts';
import type { Described } from './later.ts';
import type { trafficSchema } from './plan-answers.ts';
import { trafficOf } from './traffic.ts';

/** What passes, as answers show it; a rule without a stamp of ours stays for good, as far as is known here. */
export function viewTraffic(rule: Rule, listing: readonly Identified[]): Described<typeof trafficSchema> | undefined {
  const traffic = trafficOf(
    rule,
    listing.map(({ listed }) => listed),
  );
  if (!traffic) return undefined;
  const { now, afterwards, openBy } = traffic;
  const by = listing.find(({ listed }) => listed === openBy);
  const endsAtMs = by?.stamp?.endsAtMs;
  return {
    ...{ now, afterwards },
    openBy: openBy?.rule && {
      ...{ ruleId: openBy.ruleId, text: ruleText(openBy.rule), permanent: by?.stamp === undefined },
      until: endsAtMs === undefined ? undefined : formatInstant(endsAtMs),
    },
  };
}
