import { cutShort } from '../lease/cut-short.ts';
import { wants } from '../lease/lease.ts';
import { readStamp } from '../rule/stamp.ts';
import type { Target } from '../rule/target.ts';
import type { Abilities, Listing } from './cloud-port.ts';
import { Draft } from './draft.ts';
import { type DriftRules, type Finding, findDrift } from './drift.ts';
import { bookDrift, type Drift, type Repair } from './drift-book.ts';
import { liveKeysOf } from './groups.ts';
import { handOverStrays } from './hand-over-strays.ts';
import type { LedgerTx } from './ledger-port.ts';
import type { Wake } from './nudge-port.ts';
import { type Identified, identify } from './ownership.ts';
import { plan } from './plan.ts';
import { type Remembered, recoveredEntry, rememberStamped } from './remember-stamped.ts';
import { wakesOf } from './schedule.ts';
import { settleLeases } from './settle-leases.ts';
import { isStamped } from './stamped-batch.ts';
import { horizonMs, type WorkDeps } from './work.ts';

/** What is done about drift beside telling of it (guards.yaml, `repair`). */
export type RepairPolicy = {
  readonly widenedRules: 'revoke' | 'report';
  readonly strippedStamps: 'restamp' | 'report';
};
export type CompareDeps = Pick<WorkDeps, 'ids' | 'stampKeys' | 'schedule'> &
  DriftRules & { readonly repair: RepairPolicy };
export type Compared = {
  readonly strays: number;
  readonly drift: number;
  readonly appeared: readonly Drift[];
  readonly wakes: readonly Wake[];
  readonly nowMs: number;
};
type Look = {
  readonly target: Target;
  readonly listing: Listing;
  readonly abilities: Abilities;
  /** The ledger's time before the group was looked at. */
  readonly sinceMs: number;
};

/**
 * One group of the clouds against the ledger, in one transaction: names what differs, repairs what is safe, and
 * hands the rest to the loop. Sends nothing.
 */
export async function compareGroup(tx: LedgerTx, deps: CompareDeps, look: Look): Promise<Compared> {
  const { target, abilities, sinceMs } = look;
  const { nowMs } = tx;
  const listing = identify(target, look.listing.rules, deps.stampKeys);
  const orphans = await rememberStamped(tx, target, listing.filter(isStamped), { ids: deps.ids, isRecovery: false });
  const keys = await keysOf(tx, target, listing);
  const draft = await Draft.load(tx, keys);
  const strays = handOverStrays(draft, listing, { ...abilities, nowMs });
  const found = findDrift(draft, keys, listing, { ...deps, abilities, nowMs, sinceMs });
  const repaired = found.map((one) => ({ ...one, repair: mend(draft, one, deps.repair, abilities) }));
  const all = [...orphans.map(orphanFinding), ...repaired];
  const { appeared, entries } = await bookDrift(tx, target, all);
  draft.audit.push(...orphans.map((one) => recoveredEntry(one, 'curfew')), ...entries);
  settleLeases(draft, nowMs);
  plan(draft, nowMs, deps.schedule);
  await draft.save(tx);
  return { strays, drift: all.length, appeared, wakes: wakesOf(draft.rows, nowMs, horizonMs), nowMs };
}

/** Rules of live leases, and those that the listing's marks speak of. */
async function keysOf(tx: LedgerTx, target: Target, listing: readonly Identified[]): Promise<readonly string[]> {
  const marked = listing.filter(({ listed }) => readStamp(listed.description) !== undefined);
  return [...new Set([...marked.flatMap(({ key }) => key ?? []), ...(await liveKeysOf(tx, target))])];
}

function orphanFinding({ lease, ruleId, key }: Remembered): Finding & { repair: Repair } {
  const message = 'the ledger did not know a rule with our stamp: it ends when its stamp says';
  return { class: 'ORPHAN', ruleId, key, leaseIds: [lease.id], message, repair: 'recovered' };
}

function mend(draft: Draft, { class: found, key }: Finding, policy: RepairPolicy, abilities: Abilities): Repair {
  if (key === undefined) return 'none';
  if (found === 'RULE_WIDENED' && policy.widenedRules === 'revoke') return cut(draft, key);
  const { stamp } = found === 'STAMP_STRIPPED' ? draft.row(key) : {};
  const isWanted = draft.claimants(key).some(({ lease, link }) => wants(lease, link, draft.nowMs));
  if (!stamp || !isWanted || !abilities.canModify || policy.strippedStamps !== 'restamp') return 'none';
  // A stamp that says another end than the leases do is moved by the loop: so is one that says nothing.
  draft.setRow(key, { stamp: { ...stamp, endsAtMs: 0 } });
  return 'restamped';
}

/** Ends every lease that wants it: unwanted, the loop removes it by its id, whatever it allows now. */
function cut(draft: Draft, key: string): Repair {
  const message = 'its rule was edited by another hand to let more through: it was removed at once';
  const error = { code: 'RULE_WIDENED', message, path: '' };
  const wanting = draft.claimants(key).filter(({ lease, link }) => wants(lease, link, draft.nowMs));
  for (const { lease } of wanting) draft.setLease({ ...lease, ...cutShort(error, draft.nowMs), error });
  if (wanting.length > 0)
    draft.alarm({ code: 'RULE_WIDENED', message, leaseIds: wanting.map(({ lease }) => lease.id) });
  return 'revoked';
}
