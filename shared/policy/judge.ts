import type { AuthorizationAnswer } from '@cedar-policy/cedar-wasm/nodejs';
import { AppError } from '../runtime/app-error.ts';
import type { Cedar } from './cedar.ts';
import type { Verdict } from './combine-verdicts.ts';
import type { PolicyCall } from './policy-call.ts';
import { forbidden, notAllowed, undecided } from './policy-texts.ts';
import type { Policy } from './read-policies.ts';

type Response = Extract<AuthorizationAnswer, { type: 'success' }>['response'];

/** Judges one call at a time. The engine keeps the parsed policies under `name`. */
export function createJudge(cedar: Cedar, name: string, policies: readonly Policy[]): (call: PolicyCall) => Verdict {
  keep(cedar, name, Object.fromEntries(policies.map(({ id, text }) => [id, text])));
  const ask = (call: PolicyCall, preparsedPolicySetId: string) =>
    cedar.statefulIsAuthorized({ ...call, preparsedPolicySetId });
  const nearest = nearestTo(cedar, name, policies);
  return (call) => {
    const answer = ask(call, name);
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
    return refused(ids, first ? forbidden(first) : notAllowed(nearest((scopes) => ask(call, scopes))));
  };
}

/** Of several permits the one that asks least of others: each of them alone would have been enough. */
function allowed(permits: readonly Policy[]): Verdict {
  const [least] = [...permits].sort((a, b) => weight(a) - weight(b));
  const { approvals = 0, approvers } = least ?? {};
  return { policies: permits.map(({ id }) => id), approvals, approvers: approvers === undefined ? [] : [approvers] };
}

const weight = ({ approvals, approvers }: Policy): number => approvals * 2 + (approvers === undefined ? 0 : 1);

const refused = (policies: readonly string[], refusal: Verdict['refusal']): Verdict => ({
  ...{ refusal, policies, approvals: 0, approvers: [] },
});

/** Permits whose head fits (who, what, where) although their conditions do not: what a person may have meant. */
function nearestTo(cedar: Cedar, name: string, policies: readonly Policy[]) {
  const scopes = `${name}/scopes`;
  let isKept = false;
  return (ask: (scopes: string) => AuthorizationAnswer): readonly Policy[] => {
    const permits = policies.filter(({ effect }) => effect === 'permit');
    if (!isKept) keep(cedar, scopes, Object.fromEntries(permits.map(({ id, text }) => [id, headOf(cedar, text)])));
    isKept = true;
    const answer = ask(scopes);
    const fitting: Response['diagnostics']['reason'] =
      answer.type === 'success' ? answer.response.diagnostics.reason : [];
    return permits.filter(({ id }) => fitting.includes(id));
  };
}

function headOf(cedar: Cedar, text: string) {
  const parsed = cedar.policyToJson(text);
  return parsed.type === 'success' ? { ...parsed.json, conditions: [] } : text;
}

function keep(cedar: Cedar, name: string, staticPolicies: Record<string, ReturnType<typeof headOf>>): void {
  const kept = cedar.preparsePolicySet(name, { staticPolicies });
  if (kept.type === 'failure') throw new AppError('INVALID_CONFIG', `the policies: ${messageOf(kept.errors)}`);
}

const messageOf = (errors: readonly { readonly message: string }[]): string =>
  errors.map(({ message }) => message).join('; ');
