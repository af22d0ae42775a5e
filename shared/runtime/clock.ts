import { performance } from 'node:perf_hooks';
import { setTimeout as wait } from 'node:timers/promises';
import type { Stopwatch } from '../reconcile/runtime-ports.ts';

/** Time as this machine sees it. What a lease is owed is decided by the ledger's time alone. */
export interface Clock extends Stopwatch {
  /** Epoch milliseconds of the wall clock, which may jump. */
  nowMs(): number;
}

export const systemClock: Clock = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  sleep: async (ms) => {
    await wait(Math.max(0, ms));
  },
};
