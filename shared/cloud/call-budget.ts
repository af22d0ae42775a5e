import type { Stopwatch } from '../reconcile/runtime-ports.ts';

const minuteMs = 60_000;
/** What yields may take this part of a minute in which removals are made too. */
const yieldingPart = 4;
/** A removal that had to wait keeps the others back until its next chance is over. */
const pressureMs = 75_000;
/** After a refusal of what yields: most minutes are over by then, and too early a try costs one call. */
const pauseMs = 10_000;

type Sent = { atMs: number[]; yieldedAtMs: number[]; closedUntilMs: number; pressedUntilMs: number };

/**
 * The calls of one API in one account and region, as this instance makes them. Clouds count them a minute, and what
 * one spends the others lack: a rule that must go has the whole quota when it needs it, everything else yields.
 * Without a known quota it learns from the cloud's own refusals.
 */
export class CallBudget {
  readonly #stopwatch: Stopwatch;
  readonly #callsPerMinute: number;
  readonly #actions = new Map<string, Sent>();

  constructor(stopwatch: Stopwatch, callsPerMinute: number | undefined) {
    this.#stopwatch = stopwatch;
    this.#callsPerMinute = callsPerMinute ?? Number.POSITIVE_INFINITY;
  }

  /** 0 when it may be made now, and then it is counted; else how long to wait at least. */
  take(action: string, isRemoval: boolean): number {
    const sent = this.#sent(action);
    const nowMs = this.#stopwatch.monotonicMs();
    const waitMs = Math.max(sent.closedUntilMs - nowMs, waitOf(sent.atMs, this.#callsPerMinute, nowMs));
    if (isRemoval && waitMs > 0) sent.pressedUntilMs = nowMs + pressureMs;
    const more = isRemoval ? 0 : this.#yieldMs(sent, nowMs);
    if (Math.max(waitMs, more) > 0) return Math.max(waitMs, more);
    this.#count(sent, isRemoval, nowMs);
    return 0;
  }

  /** The cloud refused one. None is made in the pause that it names; where it names none, removals still try. */
  refused(action: string, retryAfterMs: number | undefined, isRemoval: boolean): void {
    const sent = this.#sent(action);
    const nowMs = this.#stopwatch.monotonicMs();
    sent.closedUntilMs = Math.max(sent.closedUntilMs, nowMs + (retryAfterMs ?? 0));
    sent.pressedUntilMs = Math.max(sent.pressedUntilMs, nowMs + (isRemoval ? pressureMs : pauseMs));
  }

  /** A minute in which nothing is removed is wholly for the rest. */
  #yieldMs(sent: Sent, nowMs: number): number {
    if (sent.pressedUntilMs > nowMs) return sent.pressedUntilMs - nowMs;
    const isShared = sent.atMs.length > sent.yieldedAtMs.length;
    const most = Math.max(1, Math.floor(this.#callsPerMinute / yieldingPart));
    return isShared ? waitOf(sent.yieldedAtMs, most, nowMs) : 0;
  }

  #count(sent: Sent, isRemoval: boolean, nowMs: number): void {
    for (const list of isRemoval ? [sent.atMs] : [sent.atMs, sent.yieldedAtMs]) list.push(nowMs);
  }

  #sent(action: string): Sent {
    const nowMs = this.#stopwatch.monotonicMs();
    const found = this.#actions.get(action) ?? { atMs: [], yieldedAtMs: [], closedUntilMs: 0, pressedUntilMs: 0 };
    for (const list of [found.atMs, found.yieldedAtMs]) {
      const old = list.findIndex((atMs) => atMs > nowMs - minuteMs);
      list.splice(0, old < 0 ? list.length : old);
    }
    this.#actions.set(action, found);
    return found;
  }
}

/** Until the oldest of so many calls is a minute old. */
function waitOf(atMs: readonly number[], most: number, nowMs: number): number {
  const oldestMs = atMs.length < most ? undefined : atMs.at(-most);
  return oldestMs === undefined ? 0 : oldestMs + minuteMs - nowMs;
}
