import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CloudCredentials } from '../../../../shared/cloud/credentials.ts';
import { createEcsRuleApi } from '../../../../shared/cloud/ecs/ecs-rule-api.ts';
import { listEcsGroups } from '../../../../shared/cloud/ecs/list-groups.ts';
import { RuleApiHand, sampleRule } from '../../../contract/rule-api.ts';
import { type EcsTrial, localCredentials, openEcsTrial, webGroup } from './ecs-trial.ts';

let trial: EcsTrial;
let hand: RuleApiHand;
beforeEach(async () => {
  trial = await openEcsTrial({ timeoutMs: 5_000 });
  hand = new RuleApiHand(trial);
});
afterEach(() => trial.close());

const callsOf = async (action: string) => (await trial.calls()).filter((call) => call.action === action);

describe('a request to ECS', () => {
  it('of a hundred rules with long descriptions is one call with a short URL', async () => {
    // The emulator answers 431 to a longer URL, and verifies the signature of what it gets.
    await trial.behave({ maxUrlBytes: 6_200 });
    const description = 'für die Wartung '.repeat(13).slice(0, 200);
    const rules = Array.from({ length: 100 }, (_, index) => sampleRule(index + 1, { description }));

    const answer = await hand.authorize(rules);

    expect(answer).toMatchObject({ kind: 'done' });
    expect(await callsOf('AuthorizeSecurityGroup')).toHaveLength(1);
    const ours = (await hand.list()).rules.filter((listed) => listed.description === description);
    expect(ours).toHaveLength(100);
  });

  it('asks for the instances of one group, which are counted only where that is said', async () => {
    const counted = await trial.api.countInstances?.(webGroup);

    const [call] = await callsOf('DescribeSecurityGroups');
    expect(counted).toEqual({ kind: 'counted', instances: 3 });
    expect(call?.parameters).toMatchObject({ SecurityGroupIds: '["sg-demo-web"]', IsQueryEcsCount: 'true' });
  });

  it('says policy, priority, NIC type and description of every rule', async () => {
    await hand.authorize([sampleRule(1)], 'token-1');

    const [call] = await callsOf('AuthorizeSecurityGroup');
    expect(call?.parameters).toEqual({
      RegionId: 'cn-hangzhou',
      SecurityGroupId: 'sg-demo-web',
      ClientToken: 'token-1',
      'Permissions.1.IpProtocol': 'tcp',
      'Permissions.1.PortRange': '22/22',
      'Permissions.1.Policy': 'accept',
      'Permissions.1.Priority': '1',
      'Permissions.1.NicType': 'intranet',
      'Permissions.1.SourceCidrIp': '198.51.100.1/32',
      'Permissions.1.Description': 'sample 1',
    });
  });

  it('revokes by id and names nothing else', async () => {
    await hand.authorize([sampleRule(1, { direction: 'egress' })]);
    const listed = await hand.find(sampleRule(1, { direction: 'egress' }));

    await hand.revoke([sampleRule(1, { direction: 'egress' })], 'token-2');

    const [call] = await callsOf('RevokeSecurityGroupEgress');
    expect(call?.parameters).toEqual({
      RegionId: 'cn-hangzhou',
      SecurityGroupId: 'sg-demo-web',
      ClientToken: 'token-2',
      'SecurityGroupRuleId.1': listed?.ruleId,
    });
  });

  it('without any id to revoke is refused and not sent', async () => {
    const change = { kind: 'revoke', direction: 'ingress', ruleIds: [], rules: [sampleRule(1)] } as const;

    const answer = await hand.change(change);

    expect(answer).toMatchObject({ kind: 'refused', class: 'caller' });
    expect(await callsOf('RevokeSecurityGroup')).toEqual([]);
  });

  it('names the owner of a group by number where the listing showed a number', () => {
    const rule = { ...sampleRule(1), sourceGroupId: 'sg-other', sourceGroupOwnerAccount: '1000000000000002' };

    const request = hand.api.prepare(webGroup, { kind: 'authorize', direction: 'ingress', rules: [rule] });

    expect(JSON.parse(request).permissions[0]).toMatchObject({ sourceGroupOwnerId: '1000000000000002' });
    expect(request).not.toContain('sourceGroupOwnerAccount');
  });

  it('is no bigger than the sum of its rules', async () => {
    const rules = [sampleRule(1), sampleRule(2, { description: '维护 100%' })];
    await hand.authorize(rules);

    const [call] = await callsOf('AuthorizeSecurityGroup');
    const sent = Object.entries(call?.parameters ?? {}).filter(([name]) => name.startsWith('Permissions.'));
    const bytes = new URLSearchParams(Object.fromEntries(sent)).toString().length;
    expect(rules.reduce((sum, rule) => sum + hand.api.bytesOf(rule), 0)).toBeGreaterThanOrEqual(bytes);
  });
});

describe('credentials', () => {
  it('are asked for before every call, and new ones are used', async () => {
    let current: CloudCredentials = { accessKeyId: 'nobody', accessKeySecret: 'nothing' };
    const api = createEcsRuleApi({ ...trial.options, credentials: async () => current });

    const refused = await api.describe(webGroup);
    current = localCredentials;
    const listed = await api.describe(webGroup);

    expect(refused).toMatchObject({ kind: 'refused', class: 'credentials', code: 'InvalidAccessKeyId.NotFound' });
    expect(listed.kind).toBe('listed');
  });

  it('that are wrong are refused without telling what was signed', async () => {
    const wrong = { ...localCredentials, accessKeySecret: 'a-wrong-secret' };
    const api = createEcsRuleApi({ ...trial.options, credentials: () => wrong });

    const answer = await api.describe(webGroup);

    expect(answer).toMatchObject({ kind: 'refused', class: 'credentials', code: 'SignatureDoesNotMatch' });
    expect(JSON.stringify(answer)).not.toMatch(/server string|ACS3|sg-demo-web|a-wrong-secret/);
  });

  it('that cannot be had leave an unknown outcome, for they may be there next time', async () => {
    const credentials = () => Promise.reject(new Error('metadata is away: secret-token'));
    const api = createEcsRuleApi({ ...trial.options, credentials });

    const answer = await api.describe(webGroup);

    expect(answer).toMatchObject({ kind: 'unknown', code: 'NO_CREDENTIALS' });
    expect(JSON.stringify(answer)).not.toContain('secret-token');
  });
});

describe('a listing of ECS', () => {
  it('has the rules of all pages', async () => {
    await trial.behave({ rulesPerGroupMax: 5_000 });
    const batches = Array.from({ length: 11 }, (_, batch) =>
      Array.from({ length: 100 }, (_, index) =>
        sampleRule(1, { sourceCidrIp: `10.${batch}.${index}.0/24`, description: 'many' }),
      ),
    );
    for (const batch of batches) await hand.authorize(batch);

    const listing = await hand.list();

    expect(listing.rules.filter(({ description }) => description === 'many')).toHaveLength(1_100);
    expect(listing.requestIds.length).toBeGreaterThan(1);
  });

  it.each([
    { priorityEcho: 'number' },
    { priorityEcho: 'string' },
    { bareIpEcho: 'as-sent' },
    { bareIpEcho: 'with-prefix' },
  ])('is read alike under %o', async (behaviour) => {
    await trial.behave(behaviour);
    await hand.authorize([sampleRule(1, { sourceCidrIp: '203.0.113.9', priority: 7 })]);

    expect(await hand.find(sampleRule(1, { sourceCidrIp: '203.0.113.9/32', priority: 7 }))).toBeDefined();
  });

  it('names every group of the region', async () => {
    const listed = await listEcsGroups(trial.options);

    expect(listed).toMatchObject({ kind: 'listed' });
    expect(listed.kind === 'listed' && [...listed.groupIds].sort()).toEqual(['sg-demo-db', 'sg-demo-web']);
  });
});

describe('what ECS leaves undocumented', () => {
  it.each([
    'documented',
    'InvalidParam.SecurityGroupRuleId',
    'InvalidSecurityGroupRule.RuleNotExist',
    'InvalidSecurityGroupRuleId.NotFound',
  ])('a stale id is a rule that is gone under the answer %s', async (revokeMissingById) => {
    await trial.behave({ revokeMissingById });
    const change = { kind: 'revoke', direction: 'ingress', ruleIds: ['sgr-bp1000'], rules: [sampleRule(1)] } as const;

    expect(await hand.change(change)).toMatchObject({ kind: 'refused', class: 'rule-gone' });
  });

  it.each(['atomic', 'partial'])('a refused batch is refused as a whole when it is %s', async (batch) => {
    await trial.behave({ batch });
    await hand.authorize([sampleRule(1)]);
    const ruleId = (await hand.find(sampleRule(1)))?.ruleId ?? '';
    const ruleIds = [ruleId, 'sgr-bp1000'];

    const answer = await hand.change({ kind: 'revoke', direction: 'ingress', ruleIds, rules: [] });

    expect(answer).toMatchObject({ kind: 'refused', class: 'rule-gone' });
    expect((await hand.find(sampleRule(1))) === undefined).toBe(batch === 'partial');
  });

  it.each([400, 403])('a token used for something else is a mismatch with status %i', async (tokenMismatchStatus) => {
    await trial.behave({ tokenMismatchStatus });
    await hand.authorize([sampleRule(1)], 'token-1');

    expect(await hand.authorize([sampleRule(2)], 'token-1')).toMatchObject({ class: 'mismatch' });
  });

  it.each(['InvalidSecurityGroupRuleId.NotFound', 'SecurityGroupRule.NotFound'])(
    'modifying a rule that is gone is refused as such under %s',
    async (modifyMissingById) => {
      await trial.behave({ modifyMissingById });
      const change = { kind: 'modify', direction: 'egress', ruleId: 'sgr-bp1000', rule: sampleRule(1) } as const;

      expect(await hand.change(change)).toMatchObject({ kind: 'refused', class: 'rule-gone' });
    },
  );
});
