import { describe, expect, it, onTestFinished } from 'vitest';
import { startEcs } from '../../../local/clouds/ecs/start-ecs.ts';
import { startSts } from '../../../local/clouds/sts/start-sts.ts';
import { type AssumeRoleOptions, assumedRole } from '../../../shared/cloud/assume-role.ts';
import { createEcsRuleApi } from '../../../shared/cloud/ecs/ecs-rule-api.ts';
import { openEmulated } from './emulated-cloud.ts';

const roleArn = 'acs:ram::2000000000000002:role/curfew-grant';
const local = () => ({ accessKeyId: 'local', accessKeySecret: 'local-secret' });

/** An emulated STS, and a source of credentials whose clock the test moves. */
async function trial(change: Partial<AssumeRoleOptions> = {}) {
  const sts = await openEmulated(startSts);
  onTestFinished(() => sts.close());
  const clock = { aheadMs: 0 };
  const source = assumedRole({
    roleArn,
    accountId: '2000000000000002',
    externalId: 'curfew',
    credentials: local,
    endpoint: sts.url,
    nowMs: () => Date.now() + clock.aheadMs,
    ...change,
  });
  return { sts, source, clock };
}

describe('credentials of an assumed role', () => {
  it('are asked for once by many callers, with the external id, for an hour', async () => {
    const { sts, source } = await trial();

    const got = await Promise.all([source(), source(), source()]);

    expect(new Set(got.map(({ accessKeyId }) => accessKeyId)).size).toBe(1);
    expect((await sts.calls()).map(({ action, parameters }) => ({ action, parameters }))).toEqual([
      {
        action: 'AssumeRole',
        parameters: { RoleArn: roleArn, RoleSessionName: 'curfew', DurationSeconds: '3600', ExternalId: 'curfew' },
      },
    ]);
  });

  it('are kept until five minutes before their end, then renewed', async () => {
    const { sts, source, clock } = await trial();
    const first = await source();

    clock.aheadMs = 54 * 60_000;
    const same = await source();
    clock.aheadMs = 56 * 60_000;
    const renewed = await source();

    expect(same).toEqual(first);
    expect(renewed.accessKeyId).not.toBe(first.accessKeyId);
    expect(await sts.calls()).toHaveLength(2);
  });

  it('are used to their end while STS is away, and not beyond it', async () => {
    const { sts, source, clock } = await trial();
    const first = await source();
    await sts.strike('AssumeRole', { fault: 'html-503', times: 2 });

    clock.aheadMs = 58 * 60_000;
    const still = await source();
    clock.aheadMs = 61 * 60_000;

    expect(still).toEqual(first);
    await expect(source()).rejects.toMatchObject({ code: 'ROLE_NOT_ASSUMED', retryable: true });
    await expect(source()).resolves.toHaveProperty('securityToken');
  });

  it('are refused when they lead into another account than the pinned one', async () => {
    const { source } = await trial({ accountId: '3000000000000003' });

    await expect(source()).rejects.toMatchObject({ code: 'WRONG_ACCOUNT', retryable: false });
  });

  it('are refused with the reason when STS refuses', async () => {
    const { sts, source } = await trial();
    await sts.strike('AssumeRole', { fault: 'error', code: 'NoPermission', status: 403 });

    await expect(source()).rejects.toMatchObject({ message: expect.stringContaining('NoPermission') });
  });

  it('open the rules of that account, and say why they could not be had', async () => {
    const ecs = await openEmulated(startEcs);
    onTestFinished(() => ecs.close());
    const target = {
      cloud: 'ecs',
      account: 'shop',
      regionId: 'cn-hangzhou',
      securityGroupId: 'sg-demo-web',
    } as const;
    const { source: good } = await trial();
    const { source: wrong } = await trial({ accountId: '3000000000000003' });
    const apiWith = (credentials: typeof good) =>
      createEcsRuleApi({ regionId: 'cn-hangzhou', endpoint: ecs.url, credentials });

    const inTheOther = await apiWith(good).describe(target);
    const nowhere = await apiWith(wrong).describe(target);

    expect(inTheOther).toMatchObject({ kind: 'refused', class: 'group-gone' });
    expect(nowhere).toMatchObject({ kind: 'unknown', code: 'WRONG_ACCOUNT' });
    expect(await ecs.calls()).toHaveLength(1);
  });
});
