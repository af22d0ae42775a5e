import type { Decision } from '../reconcile/policy-port.ts';

/** What was decided of one rule. */
export type Verdict = Omit<Decision, 'version'>;

/**
 * A request is allowed only if each of its rules is; the first that is not tells why. Whoever approves it approves
 * all of it, so they must suit the rule that asks the most.
 */
export function combine(verdicts: readonly Verdict[]): Verdict {
  const index = verdicts.findIndex(({ refusal }) => refusal !== undefined);
  const refused = verdicts[index];
  if (refused?.refusal) {
    const path = verdicts.length > 1 ? `/rules/${index}` : refused.refusal.path;
    return { ...refused, refusal: { ...refused.refusal, path } };
  }
  return {
    policies: [...new Set(verdicts.flatMap(({ policies }) => policies))],
    approvals: Math.max(0, ...verdicts.map(({ approvals }) => approvals)),
    approvers: [...new Set(verdicts.flatMap(({ approvers }) => approvers))],
  };
}
