import { readEvent } from '../../shared/events/read-event.ts';
import { type HandDeps, runHand } from '../../shared/hands/run-hand.ts';
import { isLedgerAway } from '../../shared/reconcile/ledger-away.ts';
import { isNewborn, readRecovery } from '../../shared/reconcile/recovery.ts';
import type { WarmMemory } from '../../shared/reconcile/warm-memory.ts';
import type { Target } from '../../shared/rule/target.ts';
import type { Invocation, Result } from '../../shared/runtime/define-handler.ts';

export type RevokeDeps = HandDeps & { readonly memory: WarmMemory };

/** A look and a call take seconds; a group begun later than this before the end is left to the next sweep. */
const reserveMs = 12_000;

/**
 * A hand like its sisters while the ledger is there. When it is away, or gone, what is overdue still has to go: then
 * the stamps in the clouds say what, and the ledger is told afterwards.
 */
export async function revoke(invocation: Invocation<RevokeDeps>): Promise<Result> {
  const { deps } = invocation;
  try {
    await tell(deps);
    const result = await runHand('revoke', invocation);
    if (result.summary?.trigger === 'timer') await learn(invocation);
    return result;
  } catch (error) {
    if (!isLedgerAway(error)) throw error;
    return withoutLedger(invocation, error);
  }
}

/** Before any decision: what we removed ourselves must not pass for somebody's hand. It must not stop one either. */
async function tell(deps: RevokeDeps): Promise<void> {
  try {
    await deps.memory.tell(deps);
  } catch (error) {
    if (isLedgerAway(error)) throw error;
    deps.log.event('error', 'the ledger could not be told what went without it', { error });
  }
}

/**
 * The sweep is done by now: failing here fails nothing. A ledger that is empty, or is being rebuilt, is looked after
 * every minute and not only by the scan: what it has forgotten may end before that.
 */
async function learn({ deps, remainingMs }: Invocation<RevokeDeps>): Promise<void> {
  const { ledger, memory, log } = deps;
  try {
    const { targets, isAtRisk } = await ledger.transaction('targets', async (tx) => ({
      targets: await tx.knownTargets(),
      isAtRisk: (await readRecovery(tx)) !== undefined || (await isNewborn(tx)),
    }));
    memory.learn(targets);
    if (!isAtRisk) return;
    const { goOnRecovering, recoverIfLost } = await import('../../shared/reconcile/recover.ts');
    const mayGoOn = () => remainingMs() > reserveMs;
    const report = (await goOnRecovering(deps, mayGoOn)) ?? (await recoverIfLost(deps, mayGoOn));
    if (report) log.event('info', 'the ledger is being rebuilt from the stamps', { ...report });
  } catch (error) {
    log.event('warn', 'the groups could not be remembered', { error });
  }
}

type Away = Error & { readonly code: string };

async function withoutLedger({ deps, event, remainingMs }: Invocation<RevokeDeps>, error: Away): Promise<Result> {
  const delivery = readEvent(event);
  // A message is taken by the ledger or not at all: its sender keeps it.
  if (delivery.kind === 'messages') throw error;
  const { code } = error;
  deps.log.event('error', 'the ledger is away: overdue rules go by their stamps alone', { alarm: true, code, error });
  const isSweep = delivery.kind === 'timer';
  const targets = isSweep
    ? deps.memory.inTurn(await everyGroup(deps))
    : delivery.wakes.filter((wake) => wake.hand === 'revoke').map((wake) => wake.target);
  // Loaded only here: no other start pays for it.
  const { removeByStamps } = await import('../../shared/reconcile/by-stamps.ts');
  const { removals, ...report } = await removeByStamps(deps, targets, () => remainingMs() > reserveMs);
  deps.memory.note(removals);
  if (isSweep) deps.memory.cameTo(targets[report.groups - 1]);
  // The platform's repeat of a wake is quicker than the next sweep, and the ledger may be back by then.
  if (!isSweep) throw error;
  return { answer: report, summary: { trigger: 'timer', heartbeat: 'revoke', withoutLedger: true, code, ...report } };
}

async function everyGroup({ groups, memory }: RevokeDeps): Promise<readonly Target[]> {
  return [...(await groups()).targets, ...memory.targets];
}
