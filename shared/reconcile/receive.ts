import { idOf, readMessage } from '../lease/read-message.ts';
import type { Refusal } from '../rule/refusal.ts';
import { type Target, targetKey } from '../rule/target.ts';
import { accept } from './accept.ts';
import {
  type AcceptDeps,
  type Accepted,
  type Incoming,
  refusedEntry,
  type Staleness,
  show,
  withoutLease,
} from './accepting.ts';
import type { Hand } from './hand.ts';
import { isLedgerGone } from './ledger-away.ts';
import type { Wake } from './nudge-port.ts';
import { runsOf } from './runs.ts';
import { type WorkDeps, workGroup } from './work.ts';

/** One element of a delivery: a verified value with its source, or why it was not even read. */
export type Delivered =
  | {
      readonly source: string;
      readonly reach: 'own' | 'all';
      readonly value: unknown;
      /** Groups that the proof of who speaks names, such as the claims of a log-in. */
      readonly groups?: readonly string[] | undefined;
      readonly staleness?: Staleness | undefined;
    }
  | { readonly refusal: Refusal; readonly id?: string | null; readonly source?: string };

/** What contract section 2 promises for each element, in its order; null where unknown. */
export type Result = {
  readonly id: string | null;
  readonly leaseId: string | null;
  readonly state: string | null;
  readonly borrowed?: boolean;
  readonly error?: Refusal;
};
export type Received = {
  readonly results: readonly Result[];
  readonly taken: number;
  readonly repeated: number;
  readonly refused: number;
  /** Of the refused: those that were no message at all. */
  readonly malformed: number;
};

export type ReceiveDeps = AcceptDeps & WorkDeps;

/**
 * Takes a delivery run by run, so that a bad element spoils nothing, then works the groups in which `hand` has
 * something to do now. Without a hand (the intake, the console) it only takes and wakes.
 */
export async function receive(
  deps: ReceiveDeps,
  hand: Hand | undefined,
  elements: readonly Delivered[],
): Promise<Received> {
  const accepted: Taken[] = [];
  const failures: unknown[] = [];
  for (const run of runsOf(elements.map(readElement), ({ incoming }) => incoming)) {
    accepted.push(...(await takeApart(deps, run, failures)));
  }
  const wakes = accepted.flatMap(({ taken }) => taken.wakes);
  const nowMs = Math.max(0, ...accepted.map(({ taken }) => taken.nowMs));
  const mine = groupsOf(wakes.filter((wake) => wake.hand === hand && wake.atMs <= nowMs));
  const isMine = (wake: Wake) => wake.hand === hand && mine.has(targetKey(wake.target));
  const others = wakes.filter((wake) => !isMine(wake) && (wake.atMs <= nowMs || !mine.has(targetKey(wake.target))));
  if (others.length > 0) await deps.nudger.nudge(others, nowMs);
  if (hand !== undefined) for (const target of mine.values()) await workAll(deps, hand, target);
  if (failures.length > 0) throw failures[0];
  const results = mine.size === 0 ? accepted.map(resultOf) : await refreshed(deps, accepted);
  const count = (is: (taken: Accepted) => boolean) => accepted.filter(({ taken }) => is(taken)).length;
  return {
    results,
    taken: count((taken) => !taken.error && !taken.isRepeated),
    repeated: count((taken) => taken.isRepeated),
    refused: count((taken) => taken.error !== undefined && !taken.isRepeated),
    malformed: accepted.filter((one) => one.isMalformed).length,
  };
}

/** A group may hold more due rules than one claim takes. */
async function workAll(deps: WorkDeps, hand: Hand, target: Target): Promise<void> {
  try {
    while (await workGroup(deps, hand, target));
  } catch (error) {
    // What was accepted stays accepted; the next sweep does the work.
    deps.log.event('error', 'a group could not be worked', { hand, target: targetKey(target), error });
  }
}

/** An element as far as it could be read. */
type Element = {
  readonly id: string | null;
  readonly source: string;
  readonly incoming?: Incoming;
  readonly refusal?: Refusal;
  readonly isMalformed?: boolean;
};
type Taken = Element & { readonly taken: Accepted };

function readElement(element: Delivered): Element {
  if ('refusal' in element) {
    const { id = null, source = 'unknown', refusal } = element;
    return { id, source, refusal };
  }
  const { source, reach, value, groups, staleness } = element;
  const id = idOf(value);
  const read = readMessage(value);
  if ('code' in read) return { id, source, refusal: read, isMalformed: true };
  return { id, source, incoming: { source, reach, read, groups, staleness } };
}

/** Where a run as a whole cannot be taken, each of it is taken on its own: one must not keep out its neighbours. */
async function takeApart(deps: ReceiveDeps, run: readonly Element[], failures: unknown[]): Promise<readonly Taken[]> {
  try {
    return await take(deps, run);
  } catch (error) {
    if (run.length === 1 || isLedgerGone(error)) {
      // The others are taken all the same; the delivery comes again for these, which does the others no harm.
      failures.push(error);
      deps.log.event('error', 'an element could not be taken', { error, elements: run.length });
      return [];
    }
    deps.log.event('warn', 'a run of messages is taken one by one', { error, elements: run.length });
    const taken: Taken[] = [];
    for (const one of run) taken.push(...(await takeApart(deps, [one], failures)));
    return taken;
  }
}

async function take(deps: ReceiveDeps, run: readonly Element[]): Promise<readonly Taken[]> {
  const messages = run.flatMap(({ incoming }) => incoming ?? []);
  const accepted = messages.length > 0 ? await accept(deps, messages) : await refuse(deps, run);
  return run.map((element, index) => {
    const taken = accepted[index];
    if (!taken) throw new Error('an element was given no outcome');
    for (const { code, message, leaseIds } of taken.alarms ?? []) {
      deps.log.event('error', message, { alarm: true, code, leaseIds, source: element.source });
    }
    return { ...element, taken };
  });
}

const refuse = (deps: ReceiveDeps, run: readonly Element[]): Promise<readonly Accepted[]> =>
  deps.ledger.transaction('refuse', async (tx) => {
    const refusals = run.flatMap(({ id, source, refusal }) => (refusal ? { id, source, refusal } : []));
    await tx.appendAudit(refusals.map(({ id, source, refusal }) => refusedEntry(source, id, refusal)));
    return refusals.map(({ refusal: error }) => ({ ...withoutLease(tx), error }));
  });

async function refreshed(deps: ReceiveDeps, accepted: readonly Taken[]): Promise<Result[]> {
  const ids = [...new Set(accepted.flatMap(({ taken }) => taken.leaseId ?? []))];
  const shown = await deps.ledger.transaction('results', (tx) => show(tx, ids));
  return accepted.map((one) => {
    const now = shown.get(one.taken.leaseId ?? '');
    return resultOf({ ...one, taken: { ...one.taken, ...now, error: one.taken.error ?? now?.error } });
  });
}

function resultOf({ id, taken }: Taken): Result {
  const { leaseId, state, isBorrowed, error } = taken;
  return { id, leaseId, state, ...(isBorrowed ? { borrowed: true } : {}), ...(error ? { error } : {}) };
}

const groupsOf = (wakes: readonly Wake[]): Map<string, Target> =>
  new Map(wakes.map((wake) => [targetKey(wake.target), wake.target]));
