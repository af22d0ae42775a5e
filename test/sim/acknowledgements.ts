import type { Result } from '../../shared/reconcile/receive.ts';
import type { Spec } from './workload.ts';

/** I3: what was acknowledged is in the ledger, and every acknowledgement of a message names the same lease. */
export class Acknowledgements {
  readonly #specs: readonly Spec[];
  readonly #leaseOf = new Map<string, string>();

  constructor(specs: readonly Spec[]) {
    this.#specs = specs;
  }

  /** The ledger is not what it was: the same message may come to mean another lease. */
  forget(): void {
    this.#leaseOf.clear();
  }

  /** What is wrong with a sender's answer; undefined where nothing is. */
  judge(spec: Spec, { leaseId, error }: Result, isKept: (leaseId: string) => boolean): string | undefined {
    if (error?.code === 'REQUEST_ID_REUSED') {
      const isTwin = this.#specs.some((other) => other.id === spec.id && other.digest !== spec.digest);
      return isTwin ? undefined : 'refused as reused though it was not';
    }
    if (spec.action !== 'authorize' && !spec.change) return undefined;
    if (leaseId === null || !isKept(leaseId)) return 'acknowledged without a lease in the ledger';
    const earlier = this.#leaseOf.get(spec.id);
    this.#leaseOf.set(spec.id, leaseId);
    return earlier === undefined || earlier === leaseId ? undefined : 'one message, two leases';
  }
}
