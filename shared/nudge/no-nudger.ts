import type { Nudger } from '../reconcile/nudge-port.ts';

/** For deployments without a Function Compute endpoint: nothing is nudged, and the timers do all. */
export const noNudger: Nudger = { nudge: async () => 0 };
