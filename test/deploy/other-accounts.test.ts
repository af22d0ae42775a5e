import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { policySchema } from '../../scripts/ram/render-policy.ts';
import { accountsSchema } from '../../shared/config/accounts-config.ts';
import { readYaml } from '../../shared/config/read-yaml.ts';

const read = (path: string) => readFile(new URL(`../../${path}`, import.meta.url), 'utf8');

/** The text of the one code block that is marked so. */
function block(text: string, mark: string): string {
  const found = new RegExp(`^\`\`\`${mark}\\n([\\s\\S]*?)^\`\`\`$`, 'm').exec(text)?.[1];
  if (found === undefined) throw new Error(`no block ${mark}`);
  return found;
}

describe('the roles in other accounts, as the documents show them', () => {
  it('are one statement more, on one role, in the form of the other policies', async () => {
    const statement: unknown = JSON.parse(block(await read('deploy/README.md'), 'json optional'));

    const { Statement } = policySchema.parse({ Version: '1', Statement: [statement] });

    expect(Statement).toEqual([
      {
        Effect: 'Allow',
        Action: ['sts:AssumeRole'],
        Resource: ['acs:ram::2000000000000002:role/curfew-grant'],
      },
    ]);
  });

  it('trust one role only, with the external id', async () => {
    const trust: unknown = JSON.parse(block(await read('deploy/README.md'), 'json trust'));

    expect(trust).toMatchObject({
      Statement: [
        {
          Action: 'sts:AssumeRole',
          Principal: { RAM: [expect.stringMatching(/:role\/curfew-grant$/)] },
          Condition: { StringEquals: { 'sts:ExternalId': 'curfew' } },
        },
      ],
    });
  });

  it('are in none of the policies that every deployment gets', async () => {
    for (const name of ['intake', 'grant', 'revoke', 'modify', 'reconcile', 'console']) {
      expect(await read(`deploy/ram/${name}.json`)).not.toContain('sts:');
    }
  });
});

it('the accounts that docs/clouds.md shows are valid', async () => {
  const text = block(await read('docs/clouds.md'), 'yaml');

  expect(readYaml('accounts.yaml', text, accountsSchema)).toMatchObject({
    content: { accounts: { shop: { externalId: 'curfew' }, plant: { clouds: ['apsara'] } } },
  });
});
