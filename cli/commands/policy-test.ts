import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { readYaml } from '../../shared/config/read-yaml.ts';
import { guardOf } from '../../shared/hands/guard-of.ts';
import { type DecisionTable, decisionTable } from '../../shared/policy/decision-table.ts';
import { type Tried, tryDecisions } from '../../shared/policy/try-decisions.ts';
import { folderOf } from '../config-folder.ts';
import type { Context } from '../context.ts';
import { Failure } from '../failure.ts';
import { localPolicies } from '../local-policies.ts';

/** Holds a folder's guards and policies against a table of expected decisions. Asks no console. */
export async function policyTest(
  { out }: Context,
  { config: given }: { readonly config?: string },
  [named]: readonly string[],
): Promise<void> {
  const folder = folderOf(given ?? besides(named));
  const file = named ?? join(folder, 'policy-tests.yaml');
  const table = await readTable(file);
  const { config, policies } = await localPolicies(folder);
  const results = tryDecisions({ ...policies, guard: guardOf(config.guards, config.accounts) }, table, Date.now());
  for (const result of results) sayResult(out, result);
  const failed = results.filter(isWrong);
  const found = { folder, file, version: policies.version, failed: failed.length, results };
  if (failed.length > 0) {
    const names = failed.map(({ name }) => name).join('; ');
    const sentence = `${failed.length} of ${results.length} decided otherwise than expected: ${names}`;
    throw new Failure('refused', 'POLICY_TEST_FAILED', sentence, { found });
  }
  out.say(`${out.paint('green', `${results.length} decisions`)} as expected, by the policies of ${folder}`);
  out.data(found);
}

/** A table that lies beside policies is about these. */
const besides = (file: string | undefined): string | undefined =>
  file !== undefined && existsSync(join(dirname(file), 'policy.cedar')) ? dirname(file) : undefined;

async function readTable(file: string): Promise<DecisionTable> {
  const text = await readFile(file, 'utf8').catch(() => {
    throw new Failure('usage', 'NO_FILE', `${file} cannot be read`);
  });
  const read = readYaml(relative(process.cwd(), file) || file, text, decisionTable);
  if ('content' in read) return read.content;
  const sentences = read.problems.map((one) => `${one.file}:${one.line}:${one.column}: ${one.message}`);
  throw new Failure('refused', 'INVALID_CONFIG', `the table is not valid: ${sentences.join('; ')}`, {
    found: { problems: read.problems },
  });
}

const isWrong = ({ mismatches = [] }: Tried): boolean => mismatches.length > 0;

function sayResult(out: Context['out'], result: Tried): void {
  const { name, decision, mismatches = [] } = result;
  const sign = isWrong(result) ? out.paint('red', 'no  ') : out.paint('green', 'yes ');
  const by = decision.policies.length === 0 ? '' : ` by ${decision.policies.join(', ')}`;
  out.say(`${sign}  ${name}: ${decision.allowed ? 'allowed' : decision.code}${by}${approvalsText(decision)}`);
  for (const sentence of mismatches) out.say(`      ${sentence}`);
  if (isWrong(result) && decision.reason !== undefined) out.say(`      ${decision.reason}`);
}

const approvalsText = ({ approvals, approvers }: Tried['decision']): string => {
  if (approvals === 0) return '';
  const who = approvers.length === 0 ? '' : ` of ${approvers.join(' and ')}`;
  return `, ${approvals} ${approvals === 1 ? 'approval' : 'approvals'}${who}`;
};
