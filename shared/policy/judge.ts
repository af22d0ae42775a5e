import type { Policy } from '../config/compiled-policy.ts';
import { AppError } from '../runtime/app-error.ts';
import type { Cedar } from './cedar.ts';
import type { Verdict } from './combine-verdicts.ts';
import type { PolicyCall } from './policy-call.ts';
import type { Heads } from './policy-heads.ts';
import { forbidden, notAllowed, undecided } from './policy-texts.ts';

export type Judge = (call: PolicyCall) => Verdict;

/** Judges one call at a time. The engine keeps the parsed policies under `name`. */
export function createJudge(cedar: Cedar, name: string, policies: readonly Policy[], heads: Heads): Judge {
  const staticPolicies = Object.fromEntries(policies.map(({ id, text }) => [id, text]));
  const kept = cedar.preparsePolicySet(name, { staticPolicies });
  if (kept.type === 'failure') throw new AppError('INVALID_CONFIG', `the policies: ${messageOf(kept.errors)}`);
  return (call) => {
    const answer = ask(cedar, { ...call, preparsedPolicySetId: name });
    if (answer.type === 'failure') return refused([], undecided('the request', messageOf(answer.errors)));
    const { decision, diagnostics } = answer.response;
    const [broken] = diagnostics.errors;
    if (broken) {
      return refused([broken.policyId], undecided(`the policy "${broken.policyId}"`, messageOf([broken.error])));
    }
    const determining = policies.filter(({ id }) => diagnostics.reason.includes(id));
    if (decision === 'allow') return allowed(determining);
    const [first] = determining;
    const ids = determining.map(({ id }) => id);
    return refused(ids, first ? forbidden(first) : notAllowed(heads.nearest(call)));
  };
}

/** The engine throws at what it cannot even read: that is no answer, and so a denial. */
function ask(cedar: Cedar, call: StatefulCall): ReturnType<Cedar['statefulIsAuthorized']> {
  try {
    return cedar.statefulIsAuthorized(call);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { type: 'failure', errors: [{ message, help: null, code: null, url: null, severity: null }], warnings: [] };
  }
}
type StatefulCall = Parameters<Cedar['statefulIsAuthorized']>[0];

/** Of several permits the one that asks least of others: each of them alone would have been enough. */
export function allowed(permits: readonly Policy[]): Verdict {
  const [least] = [...permits].sort((a, b) => weight(a) - weight(b));
  const { approvals = 0, approvers } = least ?? {};
  return { policies: permits.map(({ id }) => id), approvals, approvers: approvers === undefined ? [] : [approvers] };
}

const weight = ({ approvals, approvers }: Policy): number => approvals * 2 + (approvers === undefined ? 0 : 1);

export const refused = (policies: readonly string[], refusal: Verdict['refusal']): Verdict => ({
  ...{ refusal, policies, approvals: 0, approvers: [] },
});

const messageOf = (errors: readonly { readonly message: string }[]): string =>
  errors.map(({ message }) => message).join('; ');
