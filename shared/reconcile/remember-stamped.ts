import type { Lease } from '../lease/lease.ts';
import { landingMs, readFront } from '../rule/stamp.ts';
import type { Target } from '../rule/target.ts';
import { isAbandoned } from './abandon.ts';
import type { LedgerTx } from './ledger-port.ts';
import type { AuditEntry, RuleRow } from './ledger-rows.ts';
import type { Ids } from './runtime-ports.ts';
import { nameOf, type Stamped } from './stamped-batch.ts';
import { forgetExtent } from './together.ts';

export type Remembered = { readonly lease: Lease; readonly ruleId: string | undefined; readonly key: string };

/**
 * Gives rules that nobody remembers a row, and a lease until the end that their stamp says, so that the loop ends
 * them on time like any other. In a recovery that goes for rows from an old backup too, which know the rule but no
 * lease that wants it any more; otherwise such a rule is a late echo, and the loop removes it.
 */
export async function rememberStamped(
  tx: LedgerTx,
  target: Target,
  stamped: readonly Stamped[],
  { ids, isRecovery }: { readonly ids: Ids; readonly isRecovery: boolean },
): Promise<readonly Remembered[]> {
  const keys = stamped.map(({ key }) => key);
  const known = new Map((await tx.rules(keys)).map((row) => [row.key, row]));
  const unknown = stamped.filter(({ key }) => !known.has(key));
  // In first, so that of two who find the same rule the later one waits, and sees the other's lease.
  await tx.insertRules(unknown.map((one) => rowOf(target, one, undefined, tx.nowMs)));
  const wanted = new Set((await tx.linksOfRules(keys, 'live')).map(({ ruleKey }) => ruleKey));
  const isForgotten = (one: Stamped): boolean => {
    if (wanted.has(one.key)) return false;
    const row = known.get(one.key);
    if (row === undefined) return true;
    const isLater = isRecovery && one.stamp.endsAtMs > tx.nowMs;
    return isLater && isIdle(row, tx.nowMs) && !isKnownCopy(row, one) && !isAbandoned(row, one.listed.ruleId);
  };
  const forgotten = [...new Map(stamped.filter(isForgotten).map((one) => [one.key, one])).values()];
  const earlier = forgotten.filter(({ key }) => known.has(key));
  await tx.updateRules(earlier.map((one) => rowOf(target, one, known.get(one.key), tx.nowMs)));
  if (forgotten.length > 0) await forgetExtent(tx, target);
  const remembered = forgotten.map((one): Remembered => {
    const lease = leaseOf(ids.ulid(tx.nowMs), target, one, tx.nowMs);
    return { lease, ruleId: one.listed.ruleId, key: one.key };
  });
  const share = { openedAtMs: tx.nowMs, isBorrowed: false, isWithdrawn: false };
  await tx.insertLeases(
    remembered.map(({ lease }) => lease),
    remembered.map(({ lease, key }) => ({ ...share, leaseId: lease.id, ruleKey: key })),
  );
  return remembered;
}

export const recoveredEntry = ({ lease, ruleId, key }: Remembered, actor: string): AuditEntry => ({
  kind: 'lease.recovered',
  leaseId: lease.id,
  actor,
  data: { rule: key, ruleId, endsAtMs: lease.expiresAtMs },
});

/** Nothing is under way here: what lands of an operation that the ledger remembers is the loop's to judge. */
const isIdle = (row: RuleRow, nowMs: number): boolean =>
  row.change === undefined && !row.isPresent && !row.isMaybePresent && (row.hotUntilMs ?? 0) <= nowMs;

const isKnownCopy = (row: RuleRow, { stamp, listed }: Stamped): boolean =>
  [row.lastSeen, ...(row.seenEarlier ?? [])].some(
    (seen) => seen?.operationId === stamp.operationId && seen.ruleId !== listed.ruleId,
  );

function rowOf(target: Target, one: Stamped, earlier: RuleRow | undefined, nowMs: number): RuleRow {
  const { key, stamp, listed } = one;
  const { description: _, ...rule } = listed.rule;
  const { operationId, intendedAtMs, endsAtMs } = stamp;
  const hotUntilMs = intendedAtMs + landingMs;
  return {
    attempts: 0,
    isStuck: false,
    dueMs: {},
    ...earlier,
    key,
    target,
    rule,
    isPresent: true,
    isMaybePresent: false,
    ruleId: listed.ruleId,
    stamp: { operationId, intendedAtMs, endsAtMs },
    lastSeen: listed.ruleId === undefined ? undefined : { operationId, ruleId: listed.ruleId },
    missingSinceMs: undefined,
    lookedAtMs: nowMs,
    seenAtMs: nowMs,
    // Another request of the same operation, whose journal is lost, may still land.
    hotUntilMs: hotUntilMs > nowMs ? hotUntilMs : undefined,
  };
}

/** Who asked, and why, is lost with the ledger: all that is left stands in the rule's text. */
function leaseOf(id: string, target: Target, one: Stamped, nowMs: number): Lease {
  const { description: _, ...rule } = one.listed.rule;
  const said = readFront(one.listed.description);
  return {
    id,
    source: 'recovered',
    requestId: id,
    action: 'authorize',
    target,
    rules: [rule],
    // It is there, so it has begun, whatever the clocks say.
    startsAtMs: Math.min(one.stamp.intendedAtMs, one.stamp.endsAtMs, nowMs),
    expiresAtMs: one.stamp.endsAtMs,
    state: 'opening',
    requester: { id: 'unknown' },
    reason: `recovered from the stamp of ${nameOf(one)}${said === '' ? '' : `: ${said}`}`,
    createdAtMs: nowMs,
  };
}
