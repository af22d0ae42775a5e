import { readEvent } from '../events/read-event.ts';
import { authenticate, type Sources } from '../intake/sources.ts';
import type { GroupFinder } from '../reconcile/groups.ts';
import type { Hand } from '../reconcile/hand.ts';
import type { Wake } from '../reconcile/nudge-port.ts';
import { type Delivered, type ReceiveDeps, type Received, receive } from '../reconcile/receive.ts';
import { sweep } from '../reconcile/sweep.ts';
import { workGroup } from '../reconcile/work.ts';
import { targetKey } from '../rule/target.ts';
import type { Invocation, Result } from '../runtime/define-handler.ts';

export type HandDeps = ReceiveDeps & {
  readonly sources: Sources;
  /** Where rules of ours may be, by configuration alone. */
  readonly groups: GroupFinder;
  /** The wall clock: for what is done while the ledger's time is away. */
  readonly nowMs: () => number;
};

/** A look, a call and a look take seconds; work begun later than this before the end is left to the next sweep. */
const reserveMs = 12_000;
/** A woken hand comes up to a second early, so that it is warm when its instant is there. */
const earlyMaxMs = 1_500;

/**
 * What each of the three hands does with whatever Function Compute delivers: a timer sweeps all that is due, a wake
 * works one group at its instant, messages are taken in runs and then worked group by group.
 */
export async function runHand(hand: Hand, invocation: Invocation<HandDeps>): Promise<Result> {
  const { deps, event, remainingMs } = invocation;
  const delivery = readEvent(event);
  switch (delivery.kind) {
    case 'timer': {
      const report = await sweep(deps, hand, () => remainingMs() > reserveMs);
      await tellRights(deps, hand);
      // The absence of these lines is an alarm (deploy/README.md): nothing else tells of a timer that is off.
      return { answer: report, summary: { trigger: 'timer', heartbeat: hand, ...report } };
    }
    case 'wakes': {
      const report = await workWakes(deps, hand, delivery.wakes);
      // With the same counters of sweeps: whose share of the work was found at its second, and whose by the minute.
      return { answer: report, summary: { trigger: 'wake', ...report } };
    }
    case 'messages': {
      const nowMs = await deps.ledger.now();
      const elements = await Promise.all(delivery.elements.map((element) => trusted(element, deps, nowMs)));
      const received = await receive(deps, hand, elements);
      return { answer: received, summary: { trigger: 'message', ...summaryOf(received) } };
    }
  }
}

/** For a doctor who asked; loaded after the sweep, which it must not fail. */
async function tellRights(deps: HandDeps, hand: Hand): Promise<void> {
  try {
    const { proveRights } = await import('../reconcile/prove-rights.ts');
    await proveRights(deps, hand);
  } catch (error) {
    deps.log.event('warn', 'what the role may do could not be tried', { hand, error });
  }
}

/** What the log may know of results: who, which lease, which state, which code. */
export function summaryOf({ results, ...counters }: Received): Record<string, unknown> {
  const shown = results
    .slice(0, 100)
    .map(({ id, leaseId, state, error }) => ({ id, leaseId, state, code: error?.code }));
  return { ...counters, results: shown };
}

type Element = Extract<ReturnType<typeof readEvent>, { kind: 'messages' }>['elements'][number];

async function trusted(element: Element, { sources }: HandDeps, nowMs: number): Promise<Delivered> {
  if ('refusal' in element) return { refusal: element.refusal, source: 'queue' };
  return authenticate(element.value, sources, nowMs);
}

async function workWakes(deps: HandDeps, hand: Hand, wakes: readonly Wake[]) {
  const mine = new Map(wakes.filter((wake) => wake.hand === hand).map((wake) => [targetKey(wake.target), wake]));
  const report = { groups: 0, rules: 0, calls: 0 };
  for (const wake of mine.values()) {
    const early = wake.atMs - (await deps.ledger.now());
    if (early > 0 && early <= earlyMaxMs) await deps.stopwatch.sleep(early);
    for (let done = await workGroup(deps, hand, wake.target); done; done = await workGroup(deps, hand, wake.target)) {
      report.groups += 1;
      report.rules += done.rules;
      report.calls += done.calls;
    }
  }
  return report;
}
