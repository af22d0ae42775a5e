import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startClouds } from '../../../local/clouds/start-clouds.ts';
import { freeBasePort } from '../../../local/stack/free-ports.ts';
import { type Accounts, accountsSchema } from '../../../shared/config/accounts-config.ts';
import { ruleApis } from '../../../shared/hands/rule-apis.ts';
import type { RuleApi } from '../../../shared/reconcile/cloud-port.ts';
import type { Rule } from '../../../shared/rule/rule.ts';
import type { Target } from '../../../shared/rule/target.ts';
import { readCredentials } from '../../../shared/runtime/credentials.ts';
import { createPlatform } from '../../../shared/runtime/platform.ts';
import { callGeneric, ecsClient, genericClient } from '../../local/clouds/ecs-client.ts';
import { controlOf, verbs } from '../../local/clouds/ecs-trial.ts';

const keys = { ALIBABA_CLOUD_ACCESS_KEY_ID: 'local', ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'local-secret' };
const shopId = '2000000000000002';
const roleArn = `acs:ram::${shopId}:role/curfew-{function}`;

/** The emulated clouds, and the adapters that a function called `grant` has for these accounts. */
async function trial(accounts: Record<string, unknown>, more: Record<string, string> = {}) {
  const dataDir = mkdtempSync(join(tmpdir(), 'rule-apis-'));
  const clouds = await startClouds({ basePort: await freeBasePort(), dataDir });
  onTestFinished(async () => {
    await clouds.close();
    rmSync(dataDir, { recursive: true, force: true });
  });
  const addresses = { ECS_ENDPOINT: clouds.ecs.url, ENS_ENDPOINT: clouds.ens.url, APSARA_ENDPOINT: clouds.apsara.url };
  const env = { CURFEW_LOCAL: '1', ...keys, ...addresses, STS_ENDPOINT: clouds.sts.url, ...more };
  const platform = createPlatform({
    env,
    log: { event: () => undefined },
    credentials: () => readCredentials({}, env),
    accountId: '1000000000000001',
    region: 'cn-hangzhou',
    functionName: 'grant',
  });
  const parsed: Accounts = accountsSchema.parse({ accounts }).accounts;
  return { clouds, apiFor: ruleApis(platform, parsed), control: (url: string) => controlOf(url) };
}

const at = (change: Partial<Target> = {}): Target => ({
  cloud: 'ecs',
  account: 'default',
  regionId: 'cn-hangzhou',
  securityGroupId: 'sg-demo-web',
  ...change,
});
const rule: Rule = {
  direction: 'ingress',
  ipProtocol: 'tcp',
  portRange: '22/22',
  policy: 'accept',
  priority: 1,
  nicType: 'intranet',
  sourceCidrIp: '203.0.113.7/32',
};
const open = async (api: RuleApi, target: Target, token: string) => {
  const request = api.prepare(target, { kind: 'authorize', direction: 'ingress', rules: [rule] });
  return api.send(target, 'authorize', 'ingress', request, token);
};
const has = async (api: RuleApi, target: Target): Promise<boolean> => {
  const listing = await api.describe(target);
  if (listing.kind !== 'listed') throw new Error(listing.code);
  return listing.rules.some((one) => one.rule?.sourceCidrIp === rule.sourceCidrIp);
};

describe('the adapters of two accounts', () => {
  it('never show or change a rule of the other one', async () => {
    const { clouds, apiFor } = await trial({
      default: { regions: '*' },
      shop: { regions: '*', accountId: shopId, roleArn, externalId: 'curfew' },
    });
    const assumed = await callGeneric(genericClient(clouds.sts.port), 'AssumeRole', {
      query: { RoleArn: `acs:ram::${shopId}:role/test`, RoleSessionName: 'test' },
      version: '2015-04-01',
    });
    const issued = (assumed.body as { Credentials: Record<string, string> }).Credentials;
    const shopClient = ecsClient(clouds.ecs.port, {
      accessKeyId: issued.AccessKeyId ?? '',
      accessKeySecret: issued.AccessKeySecret ?? '',
      securityToken: issued.SecurityToken ?? '',
    });
    const shopGroup = at({ account: 'shop', securityGroupId: await verbs(shopClient).createGroup() });
    const [own, shop] = [apiFor(at()), apiFor(shopGroup)];

    const opened = await open(shop, shopGroup, 'token-1');

    expect(opened).toMatchObject({ kind: 'done' });
    expect(await has(shop, shopGroup)).toBe(true);
    expect(await has(own, at())).toBe(false);
    expect(await own.describe(at({ securityGroupId: shopGroup.securityGroupId }))).toMatchObject({
      kind: 'refused',
      class: 'group-gone',
    });
    expect(await open(own, at(), 'token-2')).toMatchObject({ kind: 'done' });
    expect(await shop.describe(at({ account: 'shop' }))).toMatchObject({ kind: 'refused', class: 'group-gone' });
  });

  it('assume a role for each function once, for all clouds and regions of the account', async () => {
    const { clouds, apiFor, control } = await trial({
      shop: { regions: '*', accountId: shopId, roleArn, externalId: 'curfew' },
    });

    for (const cloud of ['ecs', 'ens'] as const) {
      for (const regionId of ['cn-hangzhou', 'cn-beijing']) {
        const target = at({ account: 'shop', cloud, regionId });
        await apiFor(target).describe(target);
      }
    }

    const { body } = await control(clouds.sts.url)('/calls');
    expect((body.calls as { parameters: Record<string, string> }[]).map(({ parameters }) => parameters)).toEqual([
      expect.objectContaining({ RoleArn: `acs:ram::${shopId}:role/curfew-grant`, ExternalId: 'curfew' }),
    ]);
  });

  it('do nothing in an account that is not the one that is pinned', async () => {
    const { clouds, apiFor, control } = await trial({ default: { regions: '*', accountId: '3000000000000003' } });

    expect(await apiFor(at()).describe(at())).toMatchObject({ kind: 'unknown', code: 'WRONG_ACCOUNT' });
    expect((await control(clouds.ecs.url)('/calls')).body.calls).toEqual([]);
  });
});

describe('the adapter of a target', () => {
  it.each([
    ['ecs', 'cn-hangzhou', 'sg-demo-web'],
    ['ens', 'ens', 'sg-demo-ens'],
    ['apsara', 'cn-qingdao-env17-d01', 'sg-demo-stack'],
  ] as const)('is that of its cloud: %s', async (cloud, regionId, securityGroupId) => {
    const { apiFor } = await trial({ default: { regions: '*' } });
    const target = at({ cloud, regionId, securityGroupId });

    expect(await apiFor(target).describe(target)).toMatchObject({ kind: 'listed' });
    expect(apiFor(target)).toBe(apiFor(target));
  });

  it('is refused outside accounts.yaml', async () => {
    const { apiFor } = await trial({ default: { regions: ['cn-hangzhou'], clouds: ['ecs'] } });

    expect(() => apiFor(at({ account: 'nobody' }))).toThrow(expect.objectContaining({ code: 'UNKNOWN_ACCOUNT' }));
    expect(() => apiFor(at({ regionId: 'cn-beijing' }))).toThrow(
      expect.objectContaining({ code: 'REGION_NOT_ALLOWED' }),
    );
    expect(() => apiFor(at({ cloud: 'ens' }))).toThrow(expect.objectContaining({ code: 'CLOUD_NOT_ALLOWED' }));
  });

  it('proves itself to a stack by headers or a key of its own, both kept elsewhere', async () => {
    const stack = at({ cloud: 'apsara', regionId: 'cn-qingdao-env17-d01', securityGroupId: 'sg-demo-stack' });
    const { clouds, apiFor, control } = await trial(
      {
        default: {
          regions: '*',
          apsara: { signer: 'static', extraHeaders: { 'x-api-key': 'env:STACK_KEY', 'x-acs-organizationid': '12' } },
        },
        keyed: { regions: '*', apsara: { accessKey: { id: 'local', secret: 'env:STACK_SECRET' } } },
        wrong: { regions: '*', apsara: { accessKey: { id: 'local', secret: 'env:STACK_KEY' } } },
      },
      { STACK_KEY: 'a-secret-of-the-stack', STACK_SECRET: 'local-secret' },
    );
    await control(clouds.apsara.url)('/behaviour', {
      staticHeaders: { 'x-api-key': 'a-secret-of-the-stack', 'x-acs-organizationid': '12' },
    });
    const through = (account: string) => apiFor({ ...stack, account }).describe({ ...stack, account });

    expect(await through('default')).toMatchObject({ kind: 'listed' });
    expect(await through('keyed')).toMatchObject({ kind: 'listed' });
    expect(await through('wrong')).toMatchObject({ kind: 'refused', class: 'credentials' });
  });
});
