import { covers } from '../../shared/policy/widening.ts';
import type { ListedRule, Rule } from '../../shared/rule/rule.ts';
import { overlap } from './overlap.ts';

/** `part`: of some of it, or of addresses that are not known here. `unknown`: no rule of the group is about it. */
type Passes = 'all' | 'part' | 'none' | 'unknown';
export type Traffic = {
  /** What passes now, with the rules that are there. */
  readonly now: Passes;
  /** What would pass with this rule beside them. */
  readonly afterwards: Passes;
  /** The rule that lets all of it through now. */
  readonly openBy: ListedRule | undefined;
};

/**
 * Whether what an accept rule is about really passes its group, now and with it: the lower number wins, and of equal
 * numbers drop wins. What no rule is about is dropped on its way in; on its way out it depends on the kind of group.
 */
export function trafficOf(rule: Rule, listing: readonly ListedRule[]): Traffic | undefined {
  if (rule.policy !== 'accept') return undefined;
  const now = judge(rule, listing);
  const afterwards = judge(rule, [...listing, { rule, description: '' }]);
  return { now: now.passes, afterwards: afterwards.passes, openBy: now.by };
}

type Judged = { readonly passes: Passes; readonly by?: ListedRule | undefined };
type Known = { readonly listed: ListedRule; readonly rule: Rule };

function judge(traffic: Rule, listing: readonly ListedRule[]): Judged {
  const about = listing.flatMap((listed): Known[] =>
    listed.rule && overlap(listed.rule, traffic) !== 'none' ? [{ listed, rule: listed.rule }] : [],
  );
  const accepts = about.filter(({ rule }) => rule.policy === 'accept');
  const drops = about.filter(({ rule }) => rule.policy === 'drop');
  const isBeaten = (accept: Known) => drops.some((drop) => drop.rule.priority <= accept.rule.priority);
  const open = accepts.find((accept) => covers(accept.rule, traffic) && !isBeaten(accept));
  if (open) return { passes: 'all', by: open.listed };
  const wholeDrops = drops.filter((drop) => covers(drop.rule, traffic));
  if (accepts.length === 0 && (traffic.direction === 'ingress' || wholeDrops.length > 0)) return { passes: 'none' };
  if (accepts.length === 0) return { passes: drops.length === 0 ? 'unknown' : 'part' };
  const isShut = wholeDrops.some((drop) => accepts.every((one) => drop.rule.priority <= one.rule.priority));
  return { passes: isShut ? 'none' : 'part' };
}
