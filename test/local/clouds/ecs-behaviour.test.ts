import { describe, expect, it } from 'vitest';
import { ecsTrial, refusalOf, shell } from './ecs-trial.ts';

const gone = 'sgr-aaaaaaaaaaaaaaaaa';

describe('switches of the emulated ECS', () => {
  it('revokeMissingByPermissions: nothing happens, or the missing rule is an error', async () => {
    const { revoke, control } = await ecsTrial();

    const byDefault = await revoke({ permissions: [shell(7)] });
    await control('/behaviour', { revokeMissingByPermissions: 'RuleNotExist' });
    const strict = await refusalOf(revoke({ permissions: [shell(7)] }));

    expect(byDefault.statusCode).toBe(200);
    expect(strict).toMatchObject({ code: 'InvalidSecurityGroupRule.RuleNotExist', statusCode: 400 });
  });

  it('revokeMissingByFlat: the missing rule is an error, or nothing happens', async () => {
    const { revoke, control } = await ecsTrial();

    const byDefault = await refusalOf(revoke(shell(7)));
    await control('/behaviour', { revokeMissingByFlat: 'ok' });
    const lenient = await revoke(shell(7));

    expect(byDefault).toMatchObject({ code: 'InvalidSecurityGroupRule.RuleNotExist', statusCode: 400 });
    expect(lenient.statusCode).toBe(200);
  });

  it('revokeMissingById: each direction has its code, or both the same, or none', async () => {
    const { revoke, revokeEgress, control } = await ecsTrial();
    const outcomes: unknown[] = [];
    const note = async () => {
      const ingress = await refusalOf(revoke({ securityGroupRuleId: [gone] }));
      const egress = await refusalOf(revokeEgress({ securityGroupRuleId: [gone] }));
      outcomes.push([ingress.code, egress.code]);
    };

    await note();
    for (const value of ['InvalidParam.SecurityGroupRuleId', 'InvalidSecurityGroupRule.RuleNotExist', 'ok']) {
      await control('/behaviour', { revokeMissingById: value });
      await note();
    }

    expect(outcomes).toEqual([
      ['InvalidParam.SecurityGroupRuleId', 'InvalidSecurityGroupRule.RuleNotExist'],
      ['InvalidParam.SecurityGroupRuleId', 'InvalidParam.SecurityGroupRuleId'],
      ['InvalidSecurityGroupRule.RuleNotExist', 'InvalidSecurityGroupRule.RuleNotExist'],
      ['nothing was refused', 'nothing was refused'],
    ]);
  });

  it('modifyMissingById: either of two codes', async () => {
    const { modify, control } = await ecsTrial();
    const attempt = () => refusalOf(modify({ securityGroupRuleId: gone, description: 'x' }));

    const byDefault = await attempt();
    await control('/behaviour', { modifyMissingById: 'SecurityGroupRule.NotFound' });
    const other = await attempt();

    expect([byDefault.code, other.code]).toEqual(['InvalidSecurityGroupRuleId.NotFound', 'SecurityGroupRule.NotFound']);
    expect([byDefault.statusCode, other.statusCode]).toEqual([404, 404]);
  });

  it('batch: a stale id among others spoils all of them, or only those after it', async () => {
    const { authorize, revoke, rules, control } = await ecsTrial();
    await authorize([shell(1), shell(2)]);
    const [first, second] = (await rules()).slice(3).map(({ securityGroupRuleId }) => securityGroupRuleId);

    await refusalOf(revoke({ securityGroupRuleId: [first, gone, second] }));
    const atomic = await rules();
    await control('/behaviour', { batch: 'partial' });
    await refusalOf(revoke({ securityGroupRuleId: [first, gone, second] }));
    const partial = await rules();

    expect([atomic.length, partial.length]).toEqual([5, 4]);
    expect(partial.at(-1)?.securityGroupRuleId).toBe(second);
  });

  it('priorityIsIdentity: another priority is another rule, or the same', async () => {
    const { authorize, revoke, rules, control } = await ecsTrial();
    await authorize([shell(7), shell(7, { priority: '5' })]);

    const two = await rules();
    await revoke({ permissions: [shell(7)] });
    const other = await rules();
    await control('/behaviour', { priorityIsIdentity: false });
    await authorize([shell(7)]);
    const same = await rules();

    expect(two.length).toBe(5);
    expect(other.at(-1)?.priority).toBe('5');
    expect(same.length).toBe(4);
  });

  it('hostBitsAreIdentity: host bits make no difference, or a rule of their own', async () => {
    const { authorize, rules, control } = await ecsTrial();
    const office = (sourceCidrIp: string) => [{ ipProtocol: 'tcp', portRange: '22/22', sourceCidrIp }];

    await authorize(office('10.1.2.3/8'));
    const same = await rules();
    await control('/behaviour', { hostBitsAreIdentity: true });
    await authorize(office('10.1.2.3/8'));
    const other = await rules();

    expect([same.length, other.length]).toEqual([3, 4]);
    expect(other.at(-1)?.sourceCidrIp).toBe('10.1.2.3/8');
  });

  it('bareIpEcho: a bare address is shown as sent, or with its prefix', async () => {
    const { authorize, rules, control } = await ecsTrial();

    await authorize([shell(7, { sourceCidrIp: '203.0.113.7' })]);
    await control('/behaviour', { bareIpEcho: 'with-prefix' });
    await authorize([
      shell(8, { sourceCidrIp: '203.0.113.8' }),
      { ipProtocol: 'tcp', portRange: '22/22', ipv6SourceCidrIp: '2001:db8:0::1' },
    ]);

    const [sent, prefixed, ipv6] = (await rules()).slice(3);
    expect([sent?.sourceCidrIp, prefixed?.sourceCidrIp]).toEqual(['203.0.113.7', '203.0.113.8/32']);
    expect(ipv6?.ipv6SourceCidrIp).toBe('2001:db8::1/128');
  });

  it('priorityEcho: a number, or text', async () => {
    const { cloud } = await ecsTrial();
    const priority = () => {
      const { body } = cloud.call({
        action: 'DescribeSecurityGroupAttribute',
        parameters: { RegionId: 'cn-hangzhou', SecurityGroupId: 'sg-demo-web' },
        accountId: '1000000000000001',
      });
      return (body.Permissions as { Permission: { Priority: unknown }[] }).Permission[0]?.Priority;
    };

    const byDefault = priority();
    cloud.behaviour.merge({ priorityEcho: 'string' });

    expect([byDefault, priority()]).toEqual([1, '1']);
  });

  it('vpcInternetNic: refused, or taken as intranet', async () => {
    const { authorize, rules, control } = await ecsTrial();
    const rule = [shell(7, { nicType: 'internet' })];

    const refusal = await refusalOf(authorize(rule));
    await control('/behaviour', { vpcInternetNic: 'ignore' });
    await authorize(rule);

    expect(refusal).toMatchObject({ code: 'InvalidNicType.Mismatch', statusCode: 400 });
    expect((await rules()).at(-1)?.nicType).toBe('intranet');
  });

  it('describeLagMs: what was added is not shown yet, what was removed still is', async () => {
    let nowMs = Date.now();
    const { authorize, revoke, rules, control } = await ecsTrial({ now: () => nowMs });
    await control('/behaviour', { describeLagMs: 5_000 });

    await authorize([shell(7)]);
    const atOnce = await rules();
    nowMs += 5_000;
    const later = await rules();
    await revoke({ permissions: [shell(7)] });
    const stillThere = await rules();
    nowMs += 5_000;
    const goneAtLast = await rules();

    expect([atOnce.length, later.length, stillThere.length, goneAtLast.length]).toEqual([3, 4, 4, 3]);
  });

  it('throttlePerMinute: admits so many calls of an operation, and all again in the next minute', async () => {
    let nowMs = Date.now();
    const { authorize, rules, control } = await ecsTrial({ now: () => nowMs });
    await control('/behaviour', { throttlePerMinute: 2 });
    await authorize([shell(1)]);
    await authorize([shell(2)]);

    const throttled = await refusalOf(authorize([shell(3)]));
    const other = await rules();
    await control('/behaviour', { throttleRetryAfter: false });
    const silent = await refusalOf(authorize([shell(3)]));
    nowMs += 60_000;
    const next = await authorize([shell(3)]);

    expect(throttled).toMatchObject({ name: 'ThrottlingError', code: 'Throttling.User' });
    expect(throttled.retryAfter).toBeLessThanOrEqual(60_000);
    expect(throttled.retryAfter).toBeGreaterThan(0);
    expect(other).toHaveLength(5);
    expect(silent.retryAfter).not.toBe(throttled.retryAfter);
    expect(next.statusCode).toBe(200);
  });

  it('rulesPerGroupMax and groupRulesMax: a full group takes no more, and nothing of a batch', async () => {
    const { authorize, rules, createGroup, control } = await ecsTrial();
    await control('/behaviour', { rulesPerGroupMax: 4, groupRulesMax: 0 });
    const peer = await createGroup();

    const rulesFull = await refusalOf(authorize([shell(1), shell(2)]));
    const present = await authorize([{ ipProtocol: 'tcp', portRange: '80/80', sourceCidrIp: '0.0.0.0/0' }, shell(1)]);
    const groupsFull = await refusalOf(
      authorize([{ ipProtocol: 'tcp', portRange: '80/80', sourceGroupId: peer }], { securityGroupId: 'sg-demo-db' }),
    );

    expect(rulesFull).toMatchObject({ code: 'AuthorizationLimitExceed', statusCode: 403 });
    expect(present.statusCode).toBe(200);
    expect(await rules()).toHaveLength(4);
    expect(groupsFull).toMatchObject({ code: 'AuthorizedGroupRule.LimitExceed', statusCode: 400 });
  });

  it('takes 200 rules in a group unless told otherwise', async () => {
    const { authorize, createGroup } = await ecsTrial();
    const securityGroupId = await createGroup();
    const batch = (second: number) =>
      Array.from({ length: 100 }, (_, index) => shell(0, { sourceCidrIp: `10.0.${second}.${index}/32` }));

    await authorize(batch(1), { securityGroupId });
    await authorize(batch(2), { securityGroupId });
    const refusal = await refusalOf(authorize([shell(1)], { securityGroupId }));

    expect(refusal.code).toBe('AuthorizationLimitExceed');
  });

  it('maxUrlBytes: a long URL gets 431 without a body, which the client cannot read', async () => {
    const { authorize, control } = await ecsTrial();
    const batch = Array.from({ length: 50 }, (_, index) => shell(index));

    await control('/behaviour', { maxUrlBytes: 4_000 });
    const refusal = await refusalOf(authorize(batch));
    await control('/behaviour', { maxUrlBytes: null });
    const taken = await authorize(batch);

    expect(refusal.name).toBe('SyntaxError');
    expect(taken.statusCode).toBe(200);
  });

  it('latencyMs: every answer takes so long', async () => {
    const { rules, control } = await ecsTrial();
    await control('/behaviour', { latencyMs: 150 });
    const before = performance.now();

    await rules();

    expect(performance.now() - before).toBeGreaterThan(140);
  });
});
