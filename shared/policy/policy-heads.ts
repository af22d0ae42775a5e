import type { AuthorizationAnswer, PolicyJson } from '@cedar-policy/cedar-wasm/nodejs';
import type { Policy } from '../config/compiled-policy.ts';
import type { Cedar } from './cedar.ts';
import type { PolicyCall } from './policy-call.ts';

export type Heads = {
  /** Permits about this person, action and group, whatever their conditions say. */
  readonly nearest: (call: PolicyCall) => readonly Policy[];
  /** Permits about this person and action, wherever they are about. */
  readonly anywhere: (call: PolicyCall) => readonly Policy[];
};

/** Asks the heads of permits alone: who, what, where. Parsed when they are first asked: most requests are allowed. */
export function headsOf(cedar: Cedar, name: string, policies: readonly Policy[]): Heads {
  const permits = policies.filter(({ effect }) => effect === 'permit');
  const finder = (kept: string, strip: (json: PolicyJson) => PolicyJson) => {
    let isKept = false;
    return (call: PolicyCall): readonly Policy[] => {
      if (!isKept) {
        const heads = permits.map(({ id, text }) => [id, strip(jsonOf(cedar, text))] as const);
        cedar.preparsePolicySet(kept, { staticPolicies: Object.fromEntries(heads) });
      }
      isKept = true;
      const fitting = reasonsOf(cedar.statefulIsAuthorized({ ...call, preparsedPolicySetId: kept }));
      return permits.filter(({ id }) => fitting.includes(id));
    };
  };
  return {
    nearest: finder(`${name}/heads`, (json) => ({ ...json, conditions: [] })),
    anywhere: finder(`${name}/anywhere`, (json) => ({ ...json, conditions: [], resource: { op: 'All' } })),
  };
}

function jsonOf(cedar: Cedar, text: string): PolicyJson {
  const parsed = cedar.policyToJson(text);
  if (parsed.type === 'success') return parsed.json;
  throw new Error(`a policy that was read cannot be read again: ${parsed.errors[0]?.message}`);
}

const reasonsOf = (answer: AuthorizationAnswer): readonly string[] =>
  answer.type === 'success' ? answer.response.diagnostics.reason : [];
