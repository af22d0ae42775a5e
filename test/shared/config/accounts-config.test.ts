import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { placeOf } from '../../../shared/config/account-clouds.ts';
import type { Account } from '../../../shared/config/accounts-config.ts';
import { checkConfig, loadConfig } from '../../../shared/config/config.ts';
import { configFolder } from '../../../shared/config/config-folder.ts';

let folder = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'accounts-'));
  await cp(configFolder({}), folder, { recursive: true });
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const write = (text: string) =>
  writeFile(join(folder, 'accounts.yaml'), `accounts:\n  shop:\n    regions: '*'\n${text}`);
const problemsOf = async (text: string) => {
  await write(text);
  return checkConfig(folder);
};

describe('an account of accounts.yaml', () => {
  it('names a role, the three clouds and how each is reached', async () => {
    await write(`
    accountId: '2000000000000002'
    roleArn: acs:ram::2000000000000002:role/curfew-{function}
    externalId: curfew
    endpoints: { ecs: https://ecs.example.com }
    ens: {}
    apsara:
      baseUrl: https://stack.example.com
      style: pop
      extraHeaders: { x-acs-organizationid: '12', x-api-key: env:STACK_KEY }
      accessKey: { id: env:STACK_ID, secret: kms:stack-secret }
`);

    const { accounts } = await loadConfig(folder);

    expect(accounts.shop).toMatchObject({
      accountId: '2000000000000002',
      roleArn: 'acs:ram::2000000000000002:role/curfew-{function}',
      externalId: 'curfew',
      ens: { form: 'stamped' },
      apsara: { style: 'pop', readLagMs: 25_000, extraHeaders: { 'x-api-key': 'env:STACK_KEY' } },
    });
  });

  it.each([
    ['a role of another account', "    accountId: '2000000000000002'\n    roleArn: acs:ram::3:role/x", '/roleArn', 5],
    ['a role of an account that is not pinned', '    roleArn: acs:ram::2000000000000002:role/curfew', '/roleArn', 4],
    ['an external id without a role', '    externalId: curfew', '/externalId', 4],
    ['an unknown cloud', '    clouds: [ecs, oss]', '/clouds/1', 4],
    ['an unknown form', '    ens: { form: round }', '/ens/form', 4],
    ['an unknown field', '    apsara: { url: https://x.example.com }', '/apsara/url', 4],
    [
      'a secret header by value',
      '    apsara:\n      extraHeaders:\n        X-Api-Key: abcdef',
      '/apsara/extraHeaders/X-Api-Key',
      6,
    ],
    ['a secret key by value', '    apsara: { accessKey: { id: x, secret: abcdef } }', '/apsara/accessKey/secret', 4],
    ['nothing that proves a static caller', '    apsara: { signer: static }', '/apsara/extraHeaders', 4],
    [
      'a path that the older signature cannot have',
      '    apsara: { style: pop, baseUrl: https://x.example.com/gate }',
      '/apsara/baseUrl',
      4,
    ],
    [
      'two addresses of one stack',
      '    endpoints: { apsara: https://a.example.com }\n    apsara: { baseUrl: https://b.example.com }',
      '/apsara/baseUrl',
      5,
    ],
  ])('is refused with %s, by file, line and path', async (_, text, path, line) => {
    const [problem] = await problemsOf(text);

    expect(problem).toMatchObject({ file: 'accounts.yaml', line, path: `/accounts/shop${path}` });
  });
});

describe('a cloud of an account', () => {
  const everywhere: Account = { regions: '*' };
  const at = (cloud: 'ecs' | 'ens' | 'apsara', regionId = 'cn-hangzhou') =>
    ({ cloud, account: 'shop', regionId, securityGroupId: 'sg-1' }) as const;

  it('is ECS unless more is said', () => {
    expect(placeOf(everywhere, at('ecs'), {})).toEqual({ cloud: 'ecs', endpoint: undefined });
    for (const cloud of ['ens', 'apsara'] as const) {
      expect(placeOf(everywhere, at(cloud), {})).toMatchObject({ code: 'CLOUD_NOT_ALLOWED', path: '/target/cloud' });
    }
  });

  it('is every one that the environment has an address for', () => {
    const given = { ens: 'http://127.0.0.1:1', apsara: 'http://127.0.0.1:2' };

    expect(placeOf(everywhere, at('ens'), given)).toEqual({ cloud: 'ens', endpoint: given.ens, form: 'stamped' });
    expect(placeOf(everywhere, at('apsara'), given)).toMatchObject({ cloud: 'apsara', baseUrl: given.apsara });
  });

  it('answers where the account says, before where the environment says', () => {
    const account: Account = { regions: '*', endpoints: { ecs: 'https://own.example.com' } };

    expect(placeOf(account, at('ecs'), { ecs: 'http://127.0.0.1:1' })).toMatchObject({
      endpoint: 'https://own.example.com',
    });
  });

  it('is none that the account is said not to have', () => {
    const account: Account = { regions: '*', clouds: ['ens'] };

    expect(placeOf(account, at('ens'), {})).toMatchObject({ cloud: 'ens', endpoint: undefined });
    expect(placeOf(account, at('ecs'), {})).toMatchObject({ code: 'CLOUD_NOT_ALLOWED' });
  });

  it('goes by one region name on Edge Node Service where one is given', () => {
    const account: Account = { regions: '*', ens: { form: 'stamped', regionId: 'ens' } };

    expect(placeOf(account, at('ens', 'ens'), {})).toMatchObject({ cloud: 'ens' });
    expect(placeOf(account, at('ens'), {})).toMatchObject({ code: 'REGION_NOT_ALLOWED', path: '/target/regionId' });
  });
});
