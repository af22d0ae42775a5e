import type { ListedRule } from '../rule/rule.ts';
import type { Operation, RuleRow } from './ledger-rows.ts';

/**
 * What the loop knows of one rule when it decides: what should be, what the ledger remembers, what the cloud shows.
 * `ours` are the listed rules that are ours (by recorded id or by proven stamp); `foreign` is somebody else's rule
 * with the very same identity; `near` one that differs in priority only.
 */
export type Situation = {
  readonly want: boolean;
  /** The latest end of the leases that want it now. */
  readonly wantEndMs?: number | undefined;
  readonly row: RuleRow;
  readonly ours: readonly ListedRule[];
  readonly foreign?: ListedRule | undefined;
  readonly near?: ListedRule | undefined;
  readonly operation?: Operation | undefined;
  readonly nowMs: number;
  readonly readLagMs: number;
  readonly canModify: boolean;
  readonly hasRuleIds: boolean;
};

/** The cells of the decision table (docs/decision-table.md); each has a test of its own. */
export type Cell =
  | 'open'
  | 'restamp'
  | 'missing'
  | 'withdrawn'
  | 'borrowed'
  | 'authorize'
  | 'authorize-again'
  | 'await-listing'
  | 'revoke'
  | 'revoke-again'
  | 'await-removal'
  | 'await-proof'
  | 'watch'
  | 'gone';

/** For so long an operation is repeated with its token; after that whatever is wanted is intended anew. */
export const resendForMs = 10 * 60_000;
/** An authorize that was answered "done" and is not listed for so long did not happen. */
const listingPatienceMs = 60_000;
/** Two complete listings at least this far apart must lack our rule before it counts as withdrawn. */
const withdrawnAfterMs = 5_000;
/** A request may land as long as its signature is good (15 min) after a claim (45 s) has run out, and a minute more. */
export const inFlightMs = (45 + 16 * 60) * 1000;

/** Until when a removal may land that nobody answered; on a cloud without rule ids it takes what looks the same then. */
export const removalLandsUntilMs = ({ kind, sends, answers, lastSentAtMs }: Operation): number =>
  kind === 'revoke' && sends > answers ? lastSentAtMs + inFlightMs : 0;

export function decide(at: Situation): Cell {
  return at.want ? decideWanted(at) : decideUnwanted(at);
}

function decideWanted(at: Situation): Cell {
  const { row, nowMs } = at;
  if (at.ours.length > 0) return stampIsOld(at) ? 'restamp' : 'open';
  if (row.isPresent) {
    const isSure = row.missingSinceMs !== undefined && nowMs - row.missingSinceMs >= withdrawnAfterMs;
    if (!isSure) return 'missing';
    if (!mayBeOurDoing(at)) return 'withdrawn';
  }
  if (at.foreign) return 'borrowed';
  const operation = at.operation?.kind === 'authorize' ? at.operation : undefined;
  if (!operation) return 'authorize';
  const age = nowMs - operation.lastSentAtMs;
  const { answer } = operation;
  if (answer?.kind === 'done' || (answer?.kind === 'refused' && answer.class === 'exists')) {
    if (at.near && age >= at.readLagMs) return 'borrowed';
    return age < listingPatienceMs ? 'await-listing' : 'authorize';
  }
  return nowMs - operation.intendedAtMs < resendForMs ? 'authorize-again' : 'authorize';
}

/**
 * A revocation of this very rule was sent before somebody wanted it again, and may have landed since it was seen. On a
 * cloud without rule ids it need not have been of this one: whatever looks the same goes.
 */
function mayBeOurDoing({ row, nowMs, operation, hasRuleIds }: Situation): boolean {
  const { lastRevokeAtMs, lateRemovalUntilMs = 0, seenAtMs = nowMs } = row;
  const lateMs = Math.max(lateRemovalUntilMs, operation ? removalLandsUntilMs(operation) : 0);
  if (!hasRuleIds && seenAtMs < lateMs) return true;
  if (lastRevokeAtMs === undefined || lastRevokeAtMs < (row.lastAuthorizeAtMs ?? 0)) return false;
  return seenAtMs - lastRevokeAtMs < inFlightMs;
}

function decideUnwanted(at: Situation): Cell {
  const { row, nowMs } = at;
  if (at.ours.length > 0) {
    const operation = at.operation?.kind === 'revoke' ? at.operation : undefined;
    if (!operation) return 'revoke';
    if (operation.answer?.kind === 'done') {
      return nowMs - operation.lastSentAtMs < at.readLagMs ? 'await-removal' : 'revoke';
    }
    return nowMs - operation.intendedAtMs < resendForMs ? 'revoke-again' : 'revoke';
  }
  // A listing so soon after an authorize may be older than it: its silence proves nothing yet.
  if (row.lastAuthorizeAtMs !== undefined && nowMs - row.lastAuthorizeAtMs < at.readLagMs) return 'await-proof';
  return row.hotUntilMs !== undefined && nowMs < row.hotUntilMs ? 'watch' : 'gone';
}

function stampIsOld(at: Situation): boolean {
  const { row } = at;
  if (!at.canModify || row.stamp === undefined || at.wantEndMs === undefined) return false;
  return row.ruleId !== undefined && row.stamp.endsAtMs !== at.wantEndMs;
}
