import { cedarPolicies, type Policies } from '../policy/cedar-policy.ts';
import type { LoadPolicy, LoadVisits } from '../reconcile/policy-port.ts';
import type { Platform } from '../runtime/platform.ts';
import { connectKeyless, connectLooking, type Looking } from './connect-looking.ts';

/** What hands work with: they take requests, so they can decide. */
export type Connected = Looking & {
  readonly policy: LoadPolicy;
  /** Who may look at what, and do what is done in the console. */
  readonly visits: LoadVisits;
  readonly policies: () => Promise<Policies>;
};

/** The real dependencies of every function that works: made once an instance. */
export const connectHand = async (platform: Platform): Promise<Connected> =>
  withPolicies(await connectLooking(platform));

/** The same for a function that only takes messages: it makes no stamp and holds no key for one. */
export const connectIntake = async (platform: Platform): Promise<Connected> =>
  withPolicies(await connectKeyless(platform));

/** The policies are read when the first decision is made, not here. */
function withPolicies(deps: Looking): Connected {
  const { load, policy, visits } = cedarPolicies(deps.config.policy);
  return { ...deps, policy, visits, policies: load };
}
