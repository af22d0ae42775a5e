import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { checkExpressions } from '../config/check-expressions.ts';
import { checkConfig } from '../config/config.ts';
import type { ConfigProblem } from '../config/read-yaml.ts';
import { checkPolicies } from '../policy/check-policies.ts';
import { policyFile } from '../policy/read-policies.ts';

/** Everything that is wrong with a configuration folder, what its policies and expressions say included. */
export async function checkFolder(folder: string): Promise<readonly ConfigProblem[]> {
  const problems = [...(await checkConfig(folder)), ...(await checkExpressions(folder))];
  if (problems.some(({ file }) => file === policyFile)) return problems;
  return [...problems, ...(await checkPolicies(await readFile(join(folder, policyFile), 'utf8')))];
}
