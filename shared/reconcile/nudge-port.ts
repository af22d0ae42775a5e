import type { Target } from '../rule/target.ts';
import type { Hand } from './hand.ts';

/** A hand to be run for one group at one instant. */
export type Wake = { readonly hand: Hand; readonly target: Target; readonly atMs: number };

export interface Nudger {
  /**
   * Asks the platform to run hands at their instants. Never throws: a nudge that fails costs seconds, because the
   * sweep finds the work anyway. Resolves to how many were accepted.
   */
  nudge(wakes: readonly Wake[], nowMs: number): Promise<number>;
}
