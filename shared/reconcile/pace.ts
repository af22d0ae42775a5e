import type { Stopwatch } from './runtime-ports.ts';

const minuteMs = 60_000;

/**
 * At most so many calls in any minute. Clouds count them by API, region and account, and what one spends the others
 * lack: whoever only looks must leave enough for those who open and close.
 */
export class Pace {
  readonly #sentMs: number[] = [];
  readonly #stopwatch: Stopwatch;
  readonly #callsPerMinute: number;

  constructor(stopwatch: Stopwatch, callsPerMinute: number) {
    this.#stopwatch = stopwatch;
    this.#callsPerMinute = callsPerMinute;
  }

  /** How long to wait for the next call; 0 for not at all. */
  waitMs(): number {
    const oldestMs = this.#sentMs.at(-this.#callsPerMinute);
    return oldestMs === undefined ? 0 : Math.max(0, oldestMs + minuteMs - this.#stopwatch.monotonicMs());
  }

  /** So many calls were made now; a listing takes one for each of its pages. */
  spend(calls: number): void {
    const nowMs = this.#stopwatch.monotonicMs();
    for (let call = 0; call < calls; call += 1) this.#sentMs.push(nowMs);
    this.#sentMs.splice(0, Math.max(0, this.#sentMs.length - this.#callsPerMinute));
  }
}
