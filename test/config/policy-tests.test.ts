import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../shared/config/config.ts';
import { readYaml } from '../../shared/config/read-yaml.ts';
import { checkFolder } from '../../shared/hands/check-folder.ts';
import { guardOf } from '../../shared/hands/guard-of.ts';
import { cedarPolicies } from '../../shared/policy/cedar-policy.ts';
import { decisionTable } from '../../shared/policy/decision-table.ts';
import { tryDecisions } from '../../shared/policy/try-decisions.ts';

/** The table of a folder, decided by the same code as `curfew policy test`. */
async function decisionsOf(folder: string) {
  const file = join(folder, 'policy-tests.yaml');
  const read = readYaml(file, await readFile(file, 'utf8'), decisionTable);
  if ('problems' in read) throw new Error(JSON.stringify(read.problems));
  const config = await loadConfig(folder);
  const policies = await cedarPolicies(config.policy).load();
  return {
    policies,
    results: tryDecisions({ ...policies, guard: guardOf(config.guards, config.accounts) }, read.content, 0),
  };
}

describe.each([
  ['config', 8],
  ['config/examples/team', 40],
])('the folder %s', (folder, least) => {
  it('is valid', async () => {
    expect(await checkFolder(folder)).toEqual([]);
  });

  it('decides as its table expects', async () => {
    const { results } = await decisionsOf(folder);

    expect(results.length).toBeGreaterThanOrEqual(least);
    expect(results.filter(({ mismatches }) => mismatches === undefined || mismatches.length > 0)).toEqual([]);
  });

  it('has no policy that its table never meets, and a reason in both languages on each', async () => {
    const { policies, results } = await decisionsOf(folder);
    const met = new Set(results.flatMap(({ decision }) => decision.policies));

    for (const { id, reason, reasonZh } of policies.list) {
      expect(reason, id).toBeDefined();
      expect(reasonZh, id).toMatch(/\p{Script=Han}/u);
    }
    if (folder !== 'config') expect(policies.list.map(({ id }) => id).filter((id) => !met.has(id))).toEqual([]);
  });
});
