import type { ConfigProblem } from '../config/read-yaml.ts';
import type { Cedar } from './cedar.ts';
import { type Place, placesIn } from './place-in-text.ts';
import { type Approval, readAnnotations } from './policy-annotations.ts';

/** One policy as its author wrote it. */
export type Policy = Approval & {
  readonly id: string;
  readonly effect: 'permit' | 'forbid';
  readonly annotations: Readonly<Record<string, string>>;
  readonly text: string;
};

export const policyFile = 'policy.cedar';

/** The policies of a text, each under the name that its @id gives; or everything that keeps them from being read. */
export function readPolicies(
  cedar: Cedar,
  text: string,
): { readonly policies: readonly Policy[] } | { readonly problems: readonly ConfigProblem[] } {
  const parts = cedar.policySetTextToParts(text);
  if (parts.type === 'failure') {
    return {
      problems: parts.errors.map(({ message, sourceLocations }) =>
        problem(placesIn(text).at(sourceLocations?.[0]?.start ?? 0), message),
      ),
    };
  }
  const problems = parts.policy_templates.map((one) =>
    problem(placesIn(text).find(one), 'a template is never linked here: write the policy out'),
  );
  const policies: Policy[] = [];
  const { find } = placesIn(text);
  for (const part of inOrder(parts.policies)) {
    const place = find(part);
    const read = readPolicy(cedar, part);
    const wrong = typeof read === 'string' ? read : taken(policies, read.id);
    if (wrong !== undefined) problems.push(problem(place, wrong));
    else policies.push(read as Policy);
  }
  return problems.length > 0 ? { problems } : { policies };
}

export const problem = (place: Place, message: string): ConfigProblem => ({
  ...{ file: policyFile, path: '' },
  ...place,
  message,
});

function readPolicy(cedar: Cedar, text: string): Policy | string {
  const parsed = cedar.policyToJson(text);
  if (parsed.type === 'failure') return parsed.errors.map(({ message }) => message).join('; ');
  const { effect, annotations = {} } = parsed.json;
  const read = readAnnotations(effect, annotations);
  return typeof read === 'string' ? read : { ...read, effect, annotations, text };
}

const taken = (policies: readonly Policy[], id: string): string | undefined =>
  policies.some((one) => one.id === id) ? `the id "${id}" is taken: every policy needs one of its own` : undefined;

/** The engine sorts policies by the names that it gives them: policy0, policy1, policy10, policy2. */
function inOrder(parts: readonly string[]): readonly string[] {
  const names = parts.map((_, index) => `policy${index}`).sort();
  return parts.map((_, index) => parts[names.indexOf(`policy${index}`)] ?? '');
}
