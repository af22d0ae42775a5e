import { wants } from '../lease/lease.ts';
import type { ListedRule, Rule } from '../rule/rule.ts';
import { readStamp } from '../rule/stamp.ts';
import type { Abilities } from './cloud-port.ts';
import type { Draft } from './draft.ts';
import type { RuleRow } from './ledger-rows.ts';
import { type Identified, whose } from './ownership.ts';

/** Every way in which clouds and ledger can differ that a person should know of (docs/drift.md). */
type DriftClass =
  | 'RULE_MISSING'
  | 'RULE_EDITED'
  | 'RULE_WIDENED'
  | 'STAMP_STRIPPED'
  | 'ORPHAN'
  | 'FORGED_STAMP'
  | 'LEASE_WITHOUT_RULE'
  | 'SHADOWED_BY_DROP';

export type Finding = {
  readonly class: DriftClass;
  /** The rule's key in the ledger; absent where it has none. */
  readonly key?: string | undefined;
  readonly ruleId?: string | undefined;
  readonly leaseIds: readonly string[];
  readonly message: string;
};

export type DriftRules = {
  /** Whether more becomes reachable by a change. */
  readonly widens: (before: Rule, after: Rule | undefined) => boolean;
  /** The drop rule that keeps this rule from letting anything through. */
  readonly shadowOf: (rule: Rule, listing: readonly ListedRule[]) => ListedRule | undefined;
};

type At = DriftRules & {
  readonly abilities: Abilities;
  readonly nowMs: number;
  /** The listing is not older than this: what changed later is not yet in it. */
  readonly sinceMs: number;
};

/** Opening takes seconds; a rule that is wanted for so long and is not there is a matter for a person. */
const patienceMs = 2 * 60_000;

/** Compares the loaded rules of one group with its listing. Decides nothing and changes nothing. */
export function findDrift(draft: Draft, keys: readonly string[], listing: readonly Identified[], at: At): Finding[] {
  const rows = draft.rows.filter((row) => keys.includes(row.key) && row.change === undefined);
  const ours = new Set(rows.flatMap((row) => row.ruleId ?? []));
  const found = rows.filter((row) => isAtRest(row, at)).flatMap((row) => driftOf(draft, row, listing, at));
  return [...found, ...forged(listing, ours)];
}

/** Whatever a hand touched since the listing was taken, or holds now, is the hand's to judge. */
function isAtRest(row: RuleRow, { nowMs, sinceMs, abilities }: At): boolean {
  const quietSinceMs = sinceMs - abilities.readLagMs;
  const isClaimed = (row.claimUntilMs ?? 0) > nowMs;
  const touchedMs = Math.max(row.lastAuthorizeAtMs ?? 0, row.lastRevokeAtMs ?? 0);
  return !isClaimed && touchedMs < quietSinceMs && (row.lookedAtMs ?? 0) <= sinceMs;
}

function driftOf(draft: Draft, row: RuleRow, listing: readonly Identified[], at: At): Finding[] {
  const wanting = draft.claimants(row.key).filter(({ lease, link }) => wants(lease, link, at.nowMs));
  const leaseIds = wanting.map(({ lease }) => lease.id);
  const about = { key: row.key, ruleId: row.ruleId, leaseIds };
  const { nowMs, abilities } = at;
  const { ours } = whose(row, listing, {
    nowMs,
    readLagMs: abilities.readLagMs,
    hasDescriptions: abilities.hasDescriptions,
  });
  const [own] = ours;
  const copies = copied(row, ours, listing);
  if (own) return [...edits(row, ours, about, at), ...shadow(row, own, about, listing, at), ...copies];
  if (copies.length > 0 && !row.isPresent) return copies;
  if (wanting.length === 0) return [];
  if (row.isPresent) {
    return [{ ...about, class: 'RULE_MISSING', message: 'a rule of ours is not there although a lease wants it' }];
  }
  const wantedMs = Math.min(...wanting.map(({ lease }) => Math.max(lease.startsAtMs, lease.createdAtMs)));
  if (at.nowMs - wantedMs < patienceMs) return [];
  return [{ ...about, class: 'LEASE_WITHOUT_RULE', message: 'a lease has begun and its rule was never seen' }];
}

type About = Pick<Finding, 'key' | 'ruleId' | 'leaseIds'>;

/** The rule that bears our id says or allows something else now. */
function edits(row: RuleRow, ours: readonly Identified[], about: About, at: At): Finding[] {
  const own = ours.find(({ listed }) => row.ruleId !== undefined && listed.ruleId === row.ruleId);
  if (!own || !row.isPresent) return [];
  if (own.key !== row.key) {
    // One that cannot be read may be anything: in doubt it lets more through.
    const isWider = own.listed.rule === undefined || at.widens(row.rule, own.listed.rule);
    return isWider
      ? [{ ...about, class: 'RULE_WIDENED', message: 'a rule of ours was edited and lets more through than its lease' }]
      : [{ ...about, class: 'RULE_EDITED', message: 'a rule of ours was edited; it is still removed at its end' }];
  }
  if (own.stamp !== undefined || !at.abilities.hasDescriptions) return [];
  const message = 'a rule of ours has lost its stamp: without the ledger nobody would know whose it is';
  return [{ ...about, class: 'STAMP_STRIPPED', message }];
}

function shadow(row: RuleRow, own: Identified, about: About, listing: readonly Identified[], at: At): Finding[] {
  if (about.leaseIds.length === 0 || own.key !== row.key) return [];
  const drop = at.shadowOf(
    row.rule,
    listing.map(({ listed }) => listed),
  );
  if (!drop) return [];
  const message = `a lease is active and lets nothing through: ${drop.ruleId ?? 'a drop rule'} takes precedence`;
  return [{ ...about, class: 'SHADOWED_BY_DROP', message }];
}

/** It bears the very text of a rule of ours, made by hand while ours could still land, and was not ours then. */
function copied(row: RuleRow, ours: readonly Identified[], listing: readonly Identified[]): Finding[] {
  const copies = listing.filter((one) => one.stamp !== undefined && one.key === row.key && !ours.includes(one));
  const message = 'a rule bears the stamp of another one that was ours; it is not, and left alone';
  return copies.map(({ listed, key }) => ({
    class: 'FORGED_STAMP',
    ruleId: listed.ruleId,
    key,
    leaseIds: [],
    message,
  }));
}

/** It bears a mark like ours that proves nothing: copied, made up, or of a key that is not configured any more. */
function forged(listing: readonly Identified[], ours: ReadonlySet<string>): Finding[] {
  return listing.flatMap(({ listed, key, stamp }): Finding[] => {
    const isMarked = stamp === undefined && readStamp(listed.description) !== undefined;
    if (!isMarked || ours.has(listed.ruleId ?? '')) return [];
    const message = 'a rule bears a stamp that was not made for it; it is not ours, and left alone';
    return [{ class: 'FORGED_STAMP', ruleId: listed.ruleId, key, leaseIds: [], message }];
  });
}
