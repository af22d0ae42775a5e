import type { Guards } from '../config/guards-config.ts';
import { parseDuration } from '../lease/duration.ts';
import { isSamePerson } from '../reconcile/people-port.ts';
import type { Neighbour } from '../reconcile/together.ts';
import { ruleKey } from '../rule/identity.ts';
import type { Refusal } from '../rule/refusal.ts';
import { personOpenTooLong, ruleOpenTooLong } from './guard-texts.ts';
import type { Span } from './open-wide.ts';

type Others = readonly (Neighbour & Span)[];

/**
 * The longest time that one rule, or anything of one person in the group, may be open without a pause: a chain of
 * two-hour leases is no way around the longest lease.
 */
export function checkLength(
  { longestInARow: limits }: Guards,
  { lease, person, ...span }: Neighbour & Span,
  others: Others,
): Refusal | undefined {
  if (!limits) return undefined;
  const pauseMs = parseDuration(limits.pause) ?? 0;
  const lengthAmong = (spans: readonly Span[]) => lengthOf(span, spans, pauseMs);
  for (const [index, rule] of lease.rules.entries()) {
    if (rule.policy !== 'accept') continue;
    const key = ruleKey(lease.target, rule);
    const same = others.filter((one) => one.lease.rules.some((other) => ruleKey(one.lease.target, other) === key));
    if (lengthAmong(same) > (parseDuration(limits.rule) ?? 0)) return ruleOpenTooLong(limits.rule, index);
  }
  const own = others.filter((one) => isSamePerson(one.person, person));
  return lengthAmong(own) > (parseDuration(limits.person) ?? 0) ? personOpenTooLong(limits.person) : undefined;
}

/** How long the stretch is in which a span lies, with all that joins it, however short each of them is. */
function lengthOf(span: Span, spans: readonly Span[], pauseMs: number): number {
  let { fromMs, untilMs } = span;
  for (let isGrowing = true; isGrowing; ) {
    isGrowing = false;
    for (const one of spans) {
      const joins = one.fromMs < untilMs + pauseMs && fromMs < one.untilMs + pauseMs;
      if (!joins || (one.fromMs >= fromMs && one.untilMs <= untilMs)) continue;
      fromMs = Math.min(fromMs, one.fromMs);
      untilMs = Math.max(untilMs, one.untilMs);
      isGrowing = true;
    }
  }
  return untilMs - fromMs;
}
