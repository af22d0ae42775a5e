import { ruleKey, tupleKey } from '../rule/identity.ts';
import type { ListedRule } from '../rule/rule.ts';
import { landingMs, provenStamp, type Stamp } from '../rule/stamp.ts';
import type { Target } from '../rule/target.ts';
import type { RuleRow } from './ledger-rows.ts';

/** A listed rule with what it takes to say whose it is. */
export type Identified = {
  readonly listed: ListedRule;
  readonly key?: string;
  readonly tuple?: string;
  /** Present only where the MAC fits this group and rule and the creation time fits the intent. */
  readonly stamp?: Stamp;
};

/** A group as a look found it: its rules, or that it is not there any more. */
export type Look = { readonly rules: readonly Identified[]; readonly isGroupGone: boolean };

export function identify(
  target: Target,
  rules: readonly ListedRule[],
  stampKeys: readonly string[],
): readonly Identified[] {
  return rules.map((listed) => {
    if (!listed.rule) return { listed };
    const stamp = provenStamp(target, listed, stampKeys);
    const known = { listed, key: ruleKey(target, listed.rule), tuple: tupleKey(target, listed.rule) };
    return stamp ? { ...known, stamp } : known;
  });
}

export type Whose = {
  readonly ours: readonly Identified[];
  readonly foreign?: ListedRule | undefined;
  readonly near?: ListedRule | undefined;
};

/** When a listing was taken, and what its cloud can tell. */
export type LookedAt = { readonly nowMs: number; readonly readLagMs: number; readonly hasDescriptions: boolean };

/** The clocks of ledger and cloud may differ by so much. */
const clockSlackMs = 10_000;

/**
 * Which listed rules are ours for this row: the one whose id the ledger recorded, whatever it says now; else one
 * with this identity and a proven stamp. A stamp that we have already seen on another id was copied by hand,
 * unless it was made while a request of ours without an answer could still land, however late we look.
 */
export function whose(row: RuleRow, listed: readonly Identified[], at: LookedAt): Whose {
  const tuple = tupleKey(row.target, row.rule);
  const hasOurId = ({ listed: { ruleId } }: Identified) => row.ruleId !== undefined && ruleId === row.ruleId;
  // Whatever it is, nothing else can be said of this row's rule; a group may hold a thousand.
  const mayMatter = (one: Identified) => one.key === row.key || one.tuple === tuple || hasOurId(one);
  const listing = listed.filter((one) => mayMatter(one) && !isGhost(row, one, at));
  const isOurs = (one: Identified): boolean => {
    if (hasOurId(one)) return true;
    if (one.key !== row.key) return false;
    if (!at.hasDescriptions) return wasMadeByUs(row, one);
    if (one.stamp === undefined) return false;
    const { operationId } = one.stamp;
    const isCopy = [row.lastSeen, ...(row.seenEarlier ?? [])].some(
      (seen) => seen?.operationId === operationId && seen.ruleId !== one.listed.ruleId,
    );
    return !isCopy || (one.listed.createdAtMs ?? at.nowMs) < (row.hotUntilMs ?? 0) + clockSlackMs;
  };
  const ours = listing.filter(isOurs);
  const others = listing.filter((one) => !ours.includes(one));
  return {
    ours,
    foreign: others.find((one) => one.key === row.key)?.listed,
    near: others.find((one) => one.key !== row.key && one.tuple === tuple)?.listed,
  };
}

/**
 * On a cloud whose rules bear no text: ours only where the look before lacked it, our request is in the journal and
 * was not refused as a duplicate, and the rule was created while that request could land. In doubt it is not ours.
 */
function wasMadeByUs(row: RuleRow, { listed }: Identified): boolean {
  const intent = row.stamp;
  if (intent === undefined || listed.createdAtMs === undefined || !(row.isPresent || row.isMaybePresent)) return false;
  const early = Math.floor(intent.intendedAtMs / 1000) * 1000;
  return listed.createdAtMs >= early && listed.createdAtMs <= intent.intendedAtMs + landingMs;
}

/** We removed it and saw that it was gone: a listing that shows it so soon after is from before. */
function isGhost(row: RuleRow, { listed }: Identified, at: LookedAt): boolean {
  if (row.isPresent || listed.ruleId === undefined || listed.ruleId !== row.lastSeen?.ruleId) return false;
  return row.lastRevokeAtMs !== undefined && at.nowMs - row.lastRevokeAtMs < at.readLagMs;
}
