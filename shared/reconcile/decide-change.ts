import type { ListedRule, Rule } from '../rule/rule.ts';
import { isSameRule } from '../rule/rule-set.ts';
import { resendForMs } from './decide.ts';
import { canBeRestored } from './judge-change.ts';
import type { Operation, RuleRow } from './ledger-rows.ts';

/** What the loop knows of one rule that a `modify` or `revoke` lease changes. */
export type ChangeSituation = {
  readonly want: boolean;
  readonly row: RuleRow;
  /** The rule that is named: by id, or by its attributes while its id is not known. */
  readonly named?: ListedRule | undefined;
  /** A rule with the identity of the one that was taken away, if it is not named by id. */
  readonly equal?: { readonly listed: ListedRule; readonly isOurs: boolean } | undefined;
  /** One that differs from it in priority only. */
  readonly near?: { readonly listed: ListedRule; readonly isOurs: boolean } | undefined;
  readonly operation?: Operation | undefined;
  /** Nothing can be put back into a group that does not exist. */
  readonly isGroupGone: boolean;
  readonly nowMs: number;
  readonly readLagMs: number;
};

/** The cells of the table for changes (docs/decision-table.md); each has a test of its own. */
export type ChangeCell =
  | 'take-away'
  | 'take-away-again'
  | 'change'
  | 'change-again'
  | 'changed'
  | 'await-change'
  | 'not-found'
  | 'changed-meanwhile'
  | 'deleted'
  | 'put-back'
  | 'put-back-again'
  | 'restore'
  | 'restore-again'
  | 'await-undo'
  | 'await-turn'
  | 'edited'
  | 'watch-change'
  | 'unchanged';

/** An authorize that was answered and is not listed for so long did not happen. */
const listingPatienceMs = 60_000;

export function decideChange(at: ChangeSituation): ChangeCell {
  const { change } = at.row;
  if (change?.isDone) return at.want ? 'changed' : 'unchanged';
  if (change?.action === 'revoke') return at.want ? decideTaking(at) : decidePuttingBack(at);
  return at.want ? decideChanging(at) : decideRestoring(at);
}

function decideTaking(at: ChangeSituation): ChangeCell {
  if (at.row.isPresent) return 'changed';
  if (at.named) return sending(at, 'apply', at.readLagMs, ['take-away', 'take-away-again', 'await-change']);
  return at.row.change?.before === undefined ? 'not-found' : 'changed';
}

function decidePuttingBack(at: ChangeSituation): ChangeCell {
  if (at.row.change?.before === undefined || !mayBeMade(at)) return 'unchanged';
  if (at.isGroupGone) return isRestored(at) ? 'unchanged' : 'deleted';
  if (at.named && isFresh(at)) return 'await-undo';
  if (at.named) return isHot(at) ? 'watch-change' : 'unchanged';
  if (at.equal?.isOurs) return 'await-turn';
  if (at.equal) return 'unchanged';
  // It was answered and did not come, for this cloud takes the two for one: what it has is all that it will have.
  if (at.near && isDoneFor(at, at.readLagMs)) return at.near.isOurs ? 'await-turn' : 'unchanged';
  return sending(at, 'undo', listingPatienceMs, ['put-back', 'put-back-again', 'await-undo']);
}

function decideChanging(at: ChangeSituation): ChangeCell {
  const { change } = at.row;
  if (!at.named) return change?.before === undefined ? 'not-found' : 'deleted';
  if (change?.before === undefined || change.after === undefined) return 'change';
  if (looksLike(at, change.after)) return 'changed';
  if (looksLike(at, change.before) && !at.row.isPresent) {
    return sending(at, 'apply', at.readLagMs, ['change', 'change-again', 'await-change']);
  }
  return at.row.isPresent ? 'edited' : 'changed-meanwhile';
}

function decideRestoring(at: ChangeSituation): ChangeCell {
  const { change } = at.row;
  if (change?.before === undefined || change.after === undefined) return 'unchanged';
  if (!mayBeMade(at)) return 'unchanged';
  if (!at.named) return isRestored(at) ? 'unchanged' : 'deleted';
  if (looksLike(at, change.before) && isFresh(at)) return 'await-undo';
  if (looksLike(at, change.before)) return isHot(at) ? 'watch-change' : 'unchanged';
  // Ended while it was made for good, and the API has no way back from it: then it is made.
  if (looksLike(at, change.after) && !canBeRestored(change.before, change.after)) return 'changed';
  if (looksLike(at, change.after)) return sending(at, 'undo', at.readLagMs, ['restore', 'restore-again', 'await-undo']);
  if (isRestored(at)) return isHot(at) ? 'watch-change' : 'unchanged';
  return 'edited';
}

/** A new operation, the open one again, or a look a little later because the answered one is not shown yet. */
function sending(
  at: ChangeSituation,
  purpose: Operation['purpose'],
  patienceMs: number,
  [anew, again, wait]: readonly [ChangeCell, ChangeCell, ChangeCell],
): ChangeCell {
  const operation = at.operation?.purpose === purpose ? at.operation : undefined;
  if (!operation) return anew;
  if (operation.answer?.kind === 'done') return at.nowMs - operation.lastSentAtMs < patienceMs ? wait : anew;
  return at.nowMs - operation.intendedAtMs < resendForMs ? again : anew;
}

/** The undoing was answered with success so long ago that a listing would show it. */
const isDoneFor = ({ operation, nowMs }: ChangeSituation, ms: number): boolean =>
  operation?.purpose === 'undo' && operation.answer?.kind === 'done' && nowMs - operation.lastSentAtMs >= ms;

/** A tail is over when a look after its time found nothing, not when its time is up: looks may fail meanwhile. */
const mayBeMade = ({ row }: ChangeSituation): boolean =>
  row.isPresent || row.isMaybePresent || row.hotUntilMs !== undefined;

/** Once it was seen to be as before, whatever else people make of it is theirs: all that may come is our late request. */
const isRestored = ({ row }: ChangeSituation): boolean => !row.isPresent && !row.isMaybePresent;

/** A listing so soon after the change was sent may be older than it. */
const isFresh = ({ row, nowMs, readLagMs }: ChangeSituation): boolean =>
  row.lastAuthorizeAtMs !== undefined && nowMs - row.lastAuthorizeAtMs < readLagMs;

const isHot = ({ row, nowMs }: ChangeSituation): boolean => row.hotUntilMs !== undefined && nowMs < row.hotUntilMs;

function looksLike({ named }: ChangeSituation, rule: Rule): boolean {
  return named?.rule !== undefined && isSameRule({ ...named.rule, description: named.description }, rule);
}
