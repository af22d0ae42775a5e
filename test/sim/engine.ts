import type { Chance } from './prng.ts';

/** What an event answers that left nothing running: it is not worth a round of the event loop. */
export const quiet = 'quiet';
type Run = () => unknown;
type Event = { readonly atMs: number; readonly tie: number; readonly serial: number; readonly run: Run };

/**
 * Virtual time. Events are popped in the order of (instant, random tie key, serial); each runs alone, then every
 * promise that it resolved is followed to its next wait. So ordinary async code runs unmodified, one step at a time.
 */
export class Engine {
  nowMs: number;
  events = 0;
  readonly #heap: Event[] = [];
  /** What stood in the heap when a run began, soonest last: thousands of timers, and few that come up on the way. */
  #planned: Event[] = [];
  readonly #chance: Chance;
  #serial = 0;
  #hash = 0x811c9dc5;

  constructor(startMs: number, ties: Chance) {
    this.nowMs = startMs;
    this.#chance = ties;
  }

  after(ms: number, run: Run): void {
    this.at(this.nowMs + Math.max(0, Math.round(ms)), run);
  }

  at(atMs: number, run: Run): void {
    this.#serial += 1;
    push(this.#heap, { atMs: Math.max(atMs, this.nowMs), tie: this.#chance.next(), serial: this.#serial, run });
  }

  /** Folds a word about what happened into the trace's hash: two runs of a seed must agree on every one. */
  trace(text: string): void {
    let hash = this.#hash ^ (this.nowMs & 0xffffffff);
    for (let index = 0; index < text.length; index += 1) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
    this.#hash = hash >>> 0;
  }

  get traceHash(): string {
    return this.#hash.toString(16).padStart(8, '0');
  }

  /** Runs until the instant, or until `isOver` says so between two events. */
  async run(untilMs: number, isOver: () => boolean): Promise<void> {
    // From here on everything runs within a microtask.
    await undefined;
    this.#planned = [...this.#planned, ...this.#heap.splice(0)].sort((a, b) => (isBefore(a, b) ? 1 : -1));
    for (let next = this.#soonest(); next && next.atMs <= untilMs && !isOver(); next = this.#soonest()) {
      if (next === this.#heap[0]) pop(this.#heap);
      else this.#planned.pop();
      this.nowMs = next.atMs;
      this.events += 1;
      if (next.run() !== quiet) await drained();
    }
    if (!isOver()) this.nowMs = Math.max(this.nowMs, untilMs);
  }

  #soonest(): Event | undefined {
    const [planned, fresh] = [this.#planned[this.#planned.length - 1], this.#heap[0]];
    return planned && (!fresh || isBefore(planned, fresh)) ? planned : fresh;
  }
}

/** A tick that a microtask asks for comes after every other one, however deep the chain of promises is. */
const drained = (): Promise<void> => new Promise((resolve) => process.nextTick(resolve));

const isBefore = (a: Event, b: Event): boolean =>
  a.atMs !== b.atMs ? a.atMs < b.atMs : a.tie !== b.tie ? a.tie < b.tie : a.serial < b.serial;

function push(heap: Event[], event: Event): void {
  let at = heap.push(event) - 1;
  while (at > 0) {
    const up = (at - 1) >> 1;
    const parent = heap[up] as Event;
    if (!isBefore(event, parent)) break;
    heap[at] = parent;
    at = up;
  }
  heap[at] = event;
}

function pop(heap: Event[]): void {
  const last = heap.pop();
  if (last === undefined || heap.length === 0) return;
  let at = 0;
  for (;;) {
    let down = 2 * at + 1;
    if (down >= heap.length) break;
    if (down + 1 < heap.length && isBefore(heap[down + 1] as Event, heap[down] as Event)) down += 1;
    if (!isBefore(heap[down] as Event, last)) break;
    heap[at] = heap[down] as Event;
    at = down;
  }
  heap[at] = last;
}
