import type { ConfigProblem } from '../config/read-yaml.ts';
import { loadCedar } from './cedar.ts';
import { placesIn } from './place-in-text.ts';
import { policySchema } from './policy-schema.ts';
import { problem, readPolicies } from './read-policies.ts';

/** Everything that is wrong with the text of policy.cedar, held against the schema. */
export async function checkPolicies(text: string): Promise<readonly ConfigProblem[]> {
  const cedar = await loadCedar();
  const read = readPolicies(cedar, text);
  if ('problems' in read) return read.problems;
  const { at } = placesIn(text);
  const checked = cedar.validate({ schema: policySchema, policies: { staticPolicies: text } });
  if (checked.type === 'failure') return checked.errors.map(({ message }) => problem({ line: 1, column: 1 }, message));
  const { validationErrors, validationWarnings } = checked;
  // What is impossible is so because of an error, where there is one.
  return (validationErrors.length > 0 ? validationErrors : validationWarnings).map(({ policyId, error }) => {
    // The engine numbers policies in their order.
    const { id } = read.policies[Number(policyId.replace('policy', ''))] ?? { id: policyId };
    const message = error.message.replace(`for policy \`${policyId}\`, `, '');
    const help = error.help === null ? '' : ` (${error.help})`;
    return problem(at(error.sourceLocations?.[0]?.start ?? 0), `${id}: ${message}${help}`);
  });
}
