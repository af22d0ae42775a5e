import { idOf, readMessage } from '../lease/read-message.ts';
import type { Refusal } from '../rule/refusal.ts';
import { type Target, targetKey } from '../rule/target.ts';
import { accept } from './accept.ts';
import { type AcceptDeps, type Accepted, refuseUnread, type Staleness, show } from './accepting.ts';
import type { Hand } from './hand.ts';
import type { Wake } from './nudge-port.ts';
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
 * Takes every element on its own, so that a bad one spoils nothing, then works the groups in which `hand` has
 * something to do now. Without a hand (the intake, the console) it only takes and wakes.
 */
export async function receive(
  deps: ReceiveDeps,
  hand: Hand | undefined,
  elements: readonly Delivered[],
): Promise<Received> {
  const accepted: Taken[] = [];
  const failures: unknown[] = [];
  for (const element of elements) {
    try {
      accepted.push(await take(deps, element));
    } catch (error) {
      // The others are taken all the same; the delivery comes again for this one, which does them no harm.
      failures.push(error);
      deps.log.event('error', 'an element could not be taken', { error });
    }
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

type Taken = { readonly id: string | null; readonly taken: Accepted; readonly isMalformed?: boolean };

async function take(deps: ReceiveDeps, element: Delivered): Promise<Taken> {
  if ('refusal' in element) {
    const { id = null, source = 'unknown' } = element;
    return { id, taken: await refused(deps, source, id, element.refusal) };
  }
  const id = idOf(element.value);
  const read = readMessage(element.value);
  if ('code' in read) return { id, taken: await refused(deps, element.source, id, read), isMalformed: true };
  const { source, reach, groups, staleness } = element;
  const taken = await accept(deps, { source, reach, read, groups, staleness });
  for (const { code, message, leaseIds } of taken.alarms ?? []) {
    deps.log.event('error', message, { alarm: true, code, leaseIds, source });
  }
  return { id, taken };
}

const refused = (deps: ReceiveDeps, source: string, id: string | null, error: Refusal): Promise<Accepted> =>
  deps.ledger.transaction('refuse', (tx) => refuseUnread(tx, source, id, error));

async function refreshed(
  deps: ReceiveDeps,
  accepted: readonly { id: string | null; taken: Accepted }[],
): Promise<Result[]> {
  return deps.ledger.transaction('results', async (tx) => {
    const results: Result[] = [];
    for (const one of accepted) {
      const { leaseId } = one.taken;
      const now = leaseId === null ? undefined : await show(tx, leaseId);
      results.push(resultOf({ id: one.id, taken: { ...one.taken, ...now, error: one.taken.error ?? now?.error } }));
    }
    return results;
  });
}

function resultOf({ id, taken }: Taken): Result {
  const { leaseId, state, isBorrowed, error } = taken;
  return { id, leaseId, state, ...(isBorrowed ? { borrowed: true } : {}), ...(error ? { error } : {}) };
}

const groupsOf = (wakes: readonly Wake[]): Map<string, Target> =>
  new Map(wakes.map((wake) => [targetKey(wake.target), wake.target]));
