import type { Lease } from '../lease/lease.ts';
import type { Refusal } from '../rule/refusal.ts';
import { throttledUntil } from './apply-answer.ts';
import type { InstanceCount, NotListed } from './cloud-port.ts';

/** A limit on how many instances the group of a lease may have when it opens (`mostInstances` of guards.yaml). */
export type Reach = {
  /** Whether such a lease lets anything through to them. */
  readonly isCounted: (lease: Lease) => boolean;
  /** `undefined`: the cloud does not tell. */
  readonly check: (instances: number | undefined) => Refusal | undefined;
};

/** What a cloud said of a group; `undefined` of one that never tells. */
export type Counted = InstanceCount | NotListed | undefined;

const countAgainMs = 30_000;

export const instancesOf = (counted: Counted): number | undefined =>
  counted?.kind === 'counted' ? counted.instances : undefined;

/** When to count again, where it failed: what could not be counted is never taken for little. */
export function countAgainAt(counted: Counted, nowMs: number): number | undefined {
  if (counted === undefined || counted.kind === 'counted') return undefined;
  const isThrottled = counted.kind === 'refused' && counted.class === 'throttled';
  return isThrottled ? throttledUntil(nowMs, counted.retryAfterMs) : nowMs + countAgainMs;
}
