import type { AcceptDeps } from '../../shared/reconcile/accepting.ts';
import type { Decision, LoadPolicy, LoadVisits } from '../../shared/reconcile/policy-port.ts';
import { refusal } from '../../shared/rule/refusal.ts';

/** A policy that has nothing against anything. */
export const allowEverything: LoadPolicy = async () => () => allowed;

export const refuseEverything: LoadPolicy = async () => () => ({
  ...allowed,
  refusal: refusal('POLICY_DENIED', 'the policy allows nobody anything'),
});

/** The same for whatever is done in the console. */
export const allowEveryVisit: LoadVisits = async () => () => allowed;

const allowed: Decision = { policies: ['everything'], version: 'fake', approvals: 0, approvers: [] };

/** Nobody is somebody else, and nothing that leases have open together is too much. */
export const noLimits: Pick<AcceptDeps, 'together' | 'personOf' | 'approvalTimeoutMs'> = {
  together: {
    pauseMs: 0,
    reachMs: 0,
    grow: (_, { startsAtMs, expiresAtMs }) => ({ fromMs: startsAtMs, untilMs: expiresAtMs, addresses: {} }),
    isHarmless: () => true,
    check: () => undefined,
  },
  personOf: (_, id) => id,
  approvalTimeoutMs: 86_400_000,
};
