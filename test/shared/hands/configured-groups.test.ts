import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startClouds } from '../../../local/clouds/start-clouds.ts';
import { freeBasePort } from '../../../local/stack/free-ports.ts';
import { type Accounts, accountsSchema } from '../../../shared/config/accounts-config.ts';
import { configuredGroups } from '../../../shared/hands/configured-groups.ts';
import { readCredentials } from '../../../shared/runtime/credentials.ts';
import { createPlatform } from '../../../shared/runtime/platform.ts';
import { controlOf } from '../../local/clouds/ecs-trial.ts';

const keys = { ALIBABA_CLOUD_ACCESS_KEY_ID: 'local', ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'local-secret' };

async function trial(accounts: Record<string, unknown>) {
  const dataDir = mkdtempSync(join(tmpdir(), 'groups-'));
  const clouds = await startClouds({ basePort: await freeBasePort(), dataDir });
  onTestFinished(async () => {
    await clouds.close();
    rmSync(dataDir, { recursive: true, force: true });
  });
  const env = { CURFEW_LOCAL: '1', ...keys, ECS_ENDPOINT: clouds.ecs.url };
  const logged: (string | undefined)[] = [];
  const platform = createPlatform({
    env,
    log: { event: (_level, _message, fields) => void logged.push(fields?.code as string | undefined) },
    credentials: () => readCredentials({}, env),
    accountId: '1000000000000001',
    region: 'cn-hangzhou',
    functionName: 'revoke',
  });
  const parsed: Accounts = accountsSchema.parse({ accounts }).accounts;
  return { find: configuredGroups(platform, parsed), control: controlOf(clouds.ecs.url), logged };
}

const demo = (securityGroupId: string) => ({
  cloud: 'ecs',
  account: 'default',
  regionId: 'cn-hangzhou',
  securityGroupId,
});

describe('the configured groups', () => {
  it('are those that are named, without a call', async () => {
    const { find } = await trial({ shop: { regions: '*', groups: ['ens/cn-edge/sg-1', 'ecs/cn-beijing/sg-2'] } });

    expect(await find()).toEqual({
      targets: [
        { cloud: 'ens', account: 'shop', regionId: 'cn-edge', securityGroupId: 'sg-1' },
        { cloud: 'ecs', account: 'shop', regionId: 'cn-beijing', securityGroupId: 'sg-2' },
      ],
      isWhole: true,
    });
  });

  it('are all of the region where none is named', async () => {
    const { find } = await trial({ default: { regions: '*' }, edge: { regions: '*', clouds: ['ens'] } });

    const { targets, isWhole } = await find();

    expect(targets).toEqual(expect.arrayContaining([demo('sg-demo-web'), demo('sg-demo-db')]));
    expect(targets.every(({ account }) => account === 'default')).toBe(true);
    expect(isWhole).toBe(true);
  });

  it('are those of the last good listing, and said to be no whole, where a region cannot be asked now', async () => {
    const { find, control, logged } = await trial({ default: { regions: ['cn-hangzhou'] } });
    const before = await find();
    await control('/faults', [{ action: 'DescribeSecurityGroups', fault: 'throttle', times: 9 }]);

    expect(await find()).toEqual({ targets: before.targets, isWhole: false });
    expect(logged.at(-1)).toMatch(/^Throttling/);
  });
});

describe('accounts.yaml', () => {
  it.each([
    ['a pattern', { regions: '*', groups: ['ecs/cn-hangzhou/sg-*'] }],
    ['a group alone', { regions: '*', groups: ['sg-1'] }],
    ['a group of another region', { regions: ['cn-beijing'], groups: ['ecs/cn-hangzhou/sg-1'] }],
    ['an empty list', { regions: '*', groups: [] }],
  ])('takes no %s as groups', (_name, account) => {
    expect(accountsSchema.safeParse({ accounts: { a: account } }).success).toBe(false);
  });
});
