import type { Lease } from '../../shared/lease/lease.ts';
import { instancesOf } from '../../shared/reconcile/reach.ts';
import { type Refusal, refusal } from '../../shared/rule/refusal.ts';
import type { ConsoleDeps } from './console-app.ts';
import { Problem } from './problem.ts';

/** `null`: the cloud does not tell, or did not. */
type Reached = { readonly instances: number | null; readonly refusal?: Refusal | undefined };

/** How many instances the lease's group has, judged as when it would open. Without a limit a failure is no matter. */
export async function countReach({ apiFor, reach }: ConsoleDeps, lease: Lease): Promise<Reached> {
  const counted = await apiFor(lease.target).countInstances?.(lease.target);
  const instances = instancesOf(counted);
  const limit = reach?.isCounted(lease) ? reach : undefined;
  if (limit && counted && counted.kind !== 'counted') {
    const sentence = `the instances of the group cannot be counted: ${counted.message}`;
    throw new Problem(502, refusal(counted.code, sentence, '/target'));
  }
  return { instances: instances ?? null, refusal: limit?.check(instances) };
}
