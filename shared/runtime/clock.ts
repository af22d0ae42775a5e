import { setTimeout as wait } from 'node:timers/promises';
import type { Stopwatch } from '../reconcile/runtime-ports.ts';

/** Time as this machine sees it. What a lease is owed is decided by the ledger's time alone. */
export interface Clock extends Stopwatch {
  /** Epoch milliseconds of the wall clock, which may jump. */
  nowMs(): number;
}

export const systemClock: Clock = {
  nowMs: () => Date.now(),
  // The process's own counter: `performance` is half a millisecond of every cold start.
  monotonicMs: () => Number(process.hrtime.bigint()) / 1e6,
  sleep: async (ms) => {
    await wait(Math.max(0, ms));
  },
};
