import { type Target, targetKey } from '../rule/target.ts';
import type { Listing, NotListed } from './cloud-port.ts';
import { inFlightMs } from './decide.ts';
import { Draft } from './draft.ts';
import {
  type GroupFinder,
  ifFresh,
  inOrder,
  isGroupGone,
  liveKeysOf,
  looksInTurn,
  type TimedListing,
} from './groups.ts';
import { handOverStrays } from './hand-over-strays.ts';
import { isLedgerAway } from './ledger-away.ts';
import type { LedgerTx } from './ledger-port.ts';
import type { Wake } from './nudge-port.ts';
import { identify } from './ownership.ts';
import { plan } from './plan.ts';
import {
  beginRecovery,
  endRecovery,
  holdRecovery,
  isNewborn,
  nameIncarnation,
  readRecovery,
  writeRecovery,
} from './recovery.ts';
import { recoveredEntry, rememberStamped } from './remember-stamped.ts';
import { wakesOf } from './schedule.ts';
import { settleLeases } from './settle-leases.ts';
import { isStamped, type Stamped } from './stamped-batch.ts';
import { horizonMs, type WorkDeps } from './work.ts';

export type RecoverDeps = Omit<WorkDeps, 'policy'> & { readonly groups: GroupFinder };
export type RecoverReport = {
  readonly incarnation: string;
  /** Every configured group was looked at: grants go on. */
  readonly isComplete: boolean;
  readonly groups: number;
  readonly recovered: number;
  readonly failures: number;
};

/**
 * Goes on with a recovery: looks at every configured group, and gives each proven stamp that the ledger does not
 * know a row and a lease that ends when the stamp says. Nothing unstamped is touched, nothing is sent. Cut short
 * anywhere, the next run goes on after the last group that was done. Undefined where no recovery is under way.
 */
export async function goOnRecovering(deps: RecoverDeps, mayGoOn: () => boolean): Promise<RecoverReport | undefined> {
  const begun = await deps.ledger.transaction('recovery', async (tx) => ({
    recovery: await readRecovery(tx),
    known: await tx.knownTargets(),
  }));
  if (!begun.recovery) return undefined;
  const { targets, isWhole } = await deps.groups();
  const configured = new Set(targets.map(targetKey));
  const { after = '', incarnation } = begun.recovery;
  const report = { incarnation, groups: 0, recovered: 0, failures: 0 };
  const rest = inOrder([...begun.known, ...targets]).filter((target) => targetKey(target) > after);
  for await (const { target, look } of looksInTurn(deps, rest, mayGoOn)) {
    const mustBeSeen = configured.has(targetKey(target));
    const done = await recoverOne(deps, target, look, mustBeSeen);
    report.groups += 1;
    report.recovered += done.recovered;
    report.failures += done.failures;
    if (done.wakes.length > 0) await deps.nudger.nudge(done.wakes, done.nowMs);
  }
  const isThrough = report.groups === rest.length;
  return { ...report, isComplete: isThrough && (await endPass(deps, isWhole)) };
}

/**
 * Begins a recovery by itself where the ledger is empty and the clouds hold rules of ours. Looks until it finds one:
 * a new deployment has none, and is then remembered as looked at.
 */
export async function recoverIfLost(deps: RecoverDeps, mayGoOn: () => boolean): Promise<RecoverReport | undefined> {
  if (!(await deps.ledger.transaction('newborn', isNewborn))) return undefined;
  const { targets, isWhole } = await deps.groups();
  const all = inOrder(targets);
  let listed = 0;
  for await (const { target, look } of looksInTurn(deps, all, mayGoOn)) {
    if (look.kind !== 'listed') continue;
    listed += 1;
    const stamped = stampedOf(deps, target, look);
    if (stamped.length === 0 || (await areKnown(deps, stamped))) continue;
    const message = 'the ledger is empty and the clouds hold rules of ours: it is rebuilt from their stamps';
    deps.log.event('error', message, { alarm: true, code: 'LEDGER_LOST', target: targetKey(target) });
    await beginRecovery(deps, 'curfew');
    return goOnRecovering(deps, mayGoOn);
  }
  if (isWhole && listed === all.length) await deps.ledger.transaction('newborn', (tx) => nameIncarnation(tx, deps.ids));
  return undefined;
}

/** A first request may have been taken, and its rule opened, since the ledger was asked. */
async function areKnown(deps: RecoverDeps, stamped: readonly Stamped[]): Promise<boolean> {
  const keys = [...new Set(stamped.map(({ key }) => key))];
  return (await deps.ledger.transaction('known', (tx) => tx.peekRules(keys))).length === keys.length;
}

const stampedOf = (deps: RecoverDeps, target: Target, look: Listing): readonly Stamped[] =>
  identify(target, look.rules, deps.stampKeys).filter(isStamped);

type Done = { readonly recovered: number; readonly failures: number; readonly wakes: readonly Wake[]; nowMs: number };

/** A group that cannot be rebuilt counts as one that was not seen: the others are not kept waiting by it. */
async function recoverOne(
  deps: RecoverDeps,
  target: Target,
  look: TimedListing | NotListed,
  mustBeSeen: boolean,
): Promise<Done> {
  const attempt = (seen: TimedListing | NotListed) =>
    deps.ledger.transaction('recover', (tx) => recoverGroup(tx, deps, target, seen, mustBeSeen));
  try {
    return await attempt(look);
  } catch (error) {
    if (isLedgerAway(error) || look.kind !== 'listed') throw error;
    const about = { alarm: true, code: 'NOT_RECOVERED', target: targetKey(target), error };
    deps.log.event('error', 'a group could not be rebuilt from its stamps', about);
    return attempt({ kind: 'unknown', code: 'NOT_RECOVERED', message: 'the group could not be rebuilt' });
  }
}

async function recoverGroup(
  tx: LedgerTx,
  deps: RecoverDeps,
  target: Target,
  seen: TimedListing | NotListed,
  mustBeSeen: boolean,
): Promise<Done> {
  const look = ifFresh(deps, seen);
  const nothing = { recovered: 0, failures: 0, wakes: [], nowMs: tx.nowMs };
  const recovery = await holdRecovery(tx);
  // An operator has ended it meanwhile.
  if (!recovery) return nothing;
  const done = { ...recovery, after: targetKey(target), groups: recovery.groups + 1 };
  if (look.kind !== 'listed') {
    const isGone = isGroupGone(look);
    const failures = isGone || !mustBeSeen ? 0 : 1;
    await writeRecovery(tx, { ...done, failures: recovery.failures + failures });
    if (!isGone) deps.log.event('warn', 'a group could not be listed', { target: targetKey(target), code: look.code });
    return { ...nothing, failures };
  }
  const stamped = stampedOf(deps, target, look);
  const remembered = await rememberStamped(tx, target, stamped, { ids: deps.ids, isRecovery: true });
  await writeRecovery(tx, { ...done, recovered: recovery.recovered + remembered.length });
  const keys = [...new Set([...stamped.map(({ key }) => key), ...(await liveKeysOf(tx, target))])];
  const draft = await Draft.load(tx, keys);
  draft.audit.push(...remembered.map((one) => recoveredEntry(one, recovery.by)));
  // What is past its end is nobody's any more, though an old backup knows the rule from earlier.
  handOverStrays(draft, stamped, { ...deps.apiFor(target).abilities, nowMs: tx.nowMs });
  for (const key of keys) warmUp(draft, key);
  settleLeases(draft, tx.nowMs);
  plan(draft, tx.nowMs, deps.schedule);
  await draft.save(tx);
  const wakes = wakesOf(draft.rows, tx.nowMs, horizonMs);
  return { recovered: remembered.length, failures: 0, wakes, nowMs: tx.nowMs };
}

/** What an old backup calls under way was sent since, answered or not: it may still land until nothing can. */
function warmUp(draft: Draft, key: string): void {
  const operation = draft.operationOn(key);
  if (operation?.kind !== 'authorize' || draft.row(key).change) return;
  const hotUntilMs = Math.max(draft.row(key).hotUntilMs ?? 0, draft.nowMs + inFlightMs);
  draft.setRow(key, { hotUntilMs, ...(draft.row(key).isPresent ? {} : { isMaybePresent: true }) });
  const data = { operationId: operation.id, hotUntilMs };
  draft.audit.push({ kind: 'operation.reopened', actor: 'curfew', data });
}

/** Complete when nothing failed; else the next run makes another pass. */
async function endPass({ ledger, log }: RecoverDeps, isWhole: boolean): Promise<boolean> {
  return ledger.transaction('end of pass', async (tx) => {
    const recovery = await holdRecovery(tx);
    if (!recovery) return true;
    if (isWhole && recovery.failures === 0) {
      await endRecovery(tx, 'curfew', true);
      return true;
    }
    const { after: _, ...anew } = recovery;
    await writeRecovery(tx, { ...anew, failures: 0 });
    const message = 'a recovery is not complete: some groups could not be listed, and grants stay paused';
    log.event('error', message, { alarm: true, code: 'RECOVERING', failures: recovery.failures, isWhole });
    return false;
  });
}
