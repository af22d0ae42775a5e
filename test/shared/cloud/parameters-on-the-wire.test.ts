import { describe, expect, it, onTestFinished } from 'vitest';
import { canonicalRule, requestRuleSchema } from '../../../shared/rule/request-rule.ts';
import type { Rule } from '../../../shared/rule/rule.ts';
import { RuleApiHand } from '../../contract/rule-api.ts';
import { openApsaraTrial } from './apsara/apsara-trial.ts';
import { openEcsTrial } from './ecs/ecs-trial.ts';
import type { SeenCall } from './emulated-cloud.ts';
import { openEnsTrial } from './ens/ens-trial.ts';

/** A rule as a message asks for it, in the form in which adapters get it. */
function asked(value: Record<string, unknown>): Rule {
  const rule = canonicalRule(requestRuleSchema.parse(value), ['rules', 0], 'sg-demo-web');
  if ('code' in rule) throw new Error(rule.message);
  return rule;
}

const common = { ipProtocol: 'TCP', portRange: '80/80', sourcePortRange: '1024/2048', policy: 'Drop', priority: '9' };
const outward = {
  ...common,
  direction: 'egress',
  destCidrIp: '203.0.113.7',
  sourceCidrIp: '10.0.0.0/8',
  description: 'Thisisanewsecuritygrouprule',
};
const outwardV6 = {
  ...common,
  direction: 'egress',
  ipv6DestCidrIp: '2001:db8:1234:1a00::1',
  ipv6SourceCidrIp: '2001:db8:1234:1a00::/64',
};
const owner = { destGroupOwnerAccount: 'test@example.com', destGroupOwnerId: 155780923770 };
const outwardGroup = { ...common, direction: 'egress', destGroupId: 'sg-demo-db', ...owner };
const inwardGroup = {
  ...common,
  direction: 'ingress',
  sourceGroupId: 'sg-demo-db',
  sourceGroupOwnerAccount: 'test@example.com',
  sourceGroupOwnerId: '155780923770',
};
const said = { PortRange: '80/80', SourcePortRange: '1024/2048', Policy: 'drop', Priority: '9', NicType: 'intranet' };

type Trial = {
  close(): Promise<void>;
  calls(): Promise<readonly SeenCall[]>;
} & ConstructorParameters<typeof RuleApiHand>[0];

async function open<Opened extends Trial>(opening: Promise<Opened>) {
  const trial = await opening;
  onTestFinished(() => trial.close());
  return { ...trial, hand: new RuleApiHand(trial) };
}
const at = (group: string, regionId = 'cn-hangzhou') => ({ RegionId: regionId, SecurityGroupId: group });

describe('the parameters of a message, as the clouds see them', () => {
  it('are all of AuthorizeSecurityGroup and AuthorizeSecurityGroupEgress on ECS', async () => {
    const { hand, calls } = await open(openEcsTrial());
    for (const one of [outward, outwardV6, outwardGroup, inwardGroup]) await hand.authorize([asked(one)], 'token');

    const seen = await calls();

    const entry = (fields: Record<string, string>) =>
      Object.fromEntries(
        Object.entries({ IpProtocol: 'tcp', ...said, ...fields }).map(([name, value]) => [
          `Permissions.1.${name}`,
          value,
        ]),
      );
    const whole = { ...at('sg-demo-web'), ClientToken: 'token' };
    expect(seen.map(({ action, parameters }) => ({ action, parameters }))).toEqual([
      {
        action: 'AuthorizeSecurityGroupEgress',
        parameters: {
          ...whole,
          ...entry({
            DestCidrIp: '203.0.113.7/32',
            SourceCidrIp: '10.0.0.0/8',
            Description: 'Thisisanewsecuritygrouprule',
          }),
        },
      },
      {
        action: 'AuthorizeSecurityGroupEgress',
        parameters: {
          ...whole,
          ...entry({ Ipv6DestCidrIp: '2001:db8:1234:1a00::1/128', Ipv6SourceCidrIp: '2001:db8:1234:1a00::/64' }),
        },
      },
      {
        action: 'AuthorizeSecurityGroupEgress',
        parameters: {
          ...whole,
          ...entry({
            DestGroupId: 'sg-demo-db',
            DestGroupOwnerAccount: 'test@example.com',
            DestGroupOwnerId: '155780923770',
          }),
        },
      },
      {
        action: 'AuthorizeSecurityGroup',
        parameters: {
          ...whole,
          ...entry({
            SourceGroupId: 'sg-demo-db',
            SourceGroupOwnerAccount: 'test@example.com',
            SourceGroupOwnerId: '155780923770',
          }),
        },
      },
    ]);
  });

  it('are all of ModifySecurityGroupRule and ModifySecurityGroupEgressRule on ECS, beside the id of the rule', async () => {
    const { hand, calls } = await open(openEcsTrial());
    const changes = [outward, outwardV6, outwardGroup, inwardGroup].map(asked);
    for (const rule of changes) {
      await hand.change({ kind: 'modify', direction: rule.direction, ruleId: 'sgr-1', rule }, 'token');
    }

    const seen = await calls();

    const whole = {
      ...at('sg-demo-web'),
      ClientToken: 'token',
      SecurityGroupRuleId: 'sgr-1',
      IpProtocol: 'tcp',
      ...said,
    };
    expect(seen.map(({ action }) => action)).toEqual([
      ...Array.from({ length: 3 }, () => 'ModifySecurityGroupEgressRule'),
      'ModifySecurityGroupRule',
    ]);
    expect(seen.map(({ parameters }) => parameters)).toEqual([
      {
        ...whole,
        DestCidrIp: '203.0.113.7/32',
        SourceCidrIp: '10.0.0.0/8',
        Description: 'Thisisanewsecuritygrouprule',
      },
      { ...whole, Ipv6DestCidrIp: '2001:db8:1234:1a00::1/128', Ipv6SourceCidrIp: '2001:db8:1234:1a00::/64' },
      {
        ...whole,
        DestGroupId: 'sg-demo-db',
        DestGroupOwnerAccount: 'test@example.com',
        DestGroupOwnerId: '155780923770',
      },
      {
        ...whole,
        SourceGroupId: 'sg-demo-db',
        SourceGroupOwnerAccount: 'test@example.com',
        SourceGroupOwnerId: '155780923770',
      },
    ]);
  });

  it('are all of AuthorizeSecurityGroupEgress on Edge Node Service, in lower case', async () => {
    const { hand, calls } = await open(openEnsTrial({ form: 'flat' }));

    await hand.authorize([asked({ ...common, direction: 'egress', destCidrIp: '203.0.113.7' })]);

    const { NicType: _, ...flat } = said;
    expect(await calls()).toMatchObject([
      {
        action: 'AuthorizeSecurityGroupEgress',
        parameters: { SecurityGroupId: 'sg-demo-ens', IpProtocol: 'tcp', ...flat, DestCidrIp: '203.0.113.7/32' },
      },
    ]);
    expect(Object.keys((await calls())[0]?.parameters ?? {})).toHaveLength(7);
  });

  it('are all of AuthorizeSecurityGroupEgress on Apsara Stack', async () => {
    const { hand, calls } = await open(openApsaraTrial());
    for (const one of [outward, outwardV6, outwardGroup]) await hand.authorize([asked(one)], 'token');

    const seen = await calls();

    const region = 'cn-qingdao-env17-d01';
    const whole = { ...at('sg-demo-stack', region), regionId: region, version: '2016-01-01', ClientToken: 'token' };
    expect(seen.map(({ action }) => action)).toEqual(Array.from({ length: 3 }, () => 'AuthorizeSecurityGroupEgress'));
    expect(seen.map(({ parameters }) => parameters)).toEqual([
      {
        ...whole,
        IpProtocol: 'tcp',
        ...said,
        DestCidrIp: '203.0.113.7/32',
        SourceCidrIp: '10.0.0.0/8',
        Description: 'Thisisanewsecuritygrouprule',
      },
      {
        ...whole,
        IpProtocol: 'tcp',
        ...said,
        Ipv6DestCidrIp: '2001:db8:1234:1a00::1/128',
        Ipv6SourceCidrIp: '2001:db8:1234:1a00::/64',
      },
      {
        ...whole,
        IpProtocol: 'tcp',
        ...said,
        DestGroupId: 'sg-demo-db',
        DestGroupOwnerAccount: 'test@example.com',
        DestGroupOwnerId: '155780923770',
      },
    ]);
  });
});
