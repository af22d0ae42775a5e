import type { Policy } from '../config/compiled-policy.ts';
import type { ConfigProblem } from '../config/read-yaml.ts';
import { AppError } from '../runtime/app-error.ts';
import { type Cedar, loadCedar } from './cedar.ts';
import { type Place, placesIn } from './place-in-text.ts';
import { readAnnotations } from './policy-annotations.ts';

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

/** The same, or INVALID_CONFIG with every problem. */
export async function policiesOf(text: string): Promise<readonly Policy[]> {
  const read = readPolicies(await loadCedar(), text);
  if ('policies' in read) return read.policies;
  const sentences = read.problems.map(({ file, line, column, message }) => `${file}:${line}:${column} ${message}`);
  throw new AppError('INVALID_CONFIG', `the policies are not valid: ${sentences.join('; ')}`);
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
