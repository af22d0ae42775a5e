import { describe, expect, it } from 'vitest';
import { EcsCloud } from '../../../local/clouds/ecs/ecs-cloud.ts';
import { MemoryGroupStore } from '../../../local/clouds/ecs/group-store.ts';

const ACCOUNT = '1000000000000001';
const GROUP = { RegionId: 'cn-hangzhou', SecurityGroupId: 'sg-demo-web' };
const SHELL = { IpProtocol: 'tcp', PortRange: '22/22', SourceCidrIp: '203.0.113.7/32' };

/** A cloud under a clock that stands and chance from a fixed seed. */
function cloud(): EcsCloud {
  let state = 42;
  const random = () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
  return new EcsCloud({ now: () => Date.UTC(2026, 10, 23, 2), random, store: new MemoryGroupStore() });
}

function call(target: EcsCloud, action: string, parameters: Record<string, string>): string {
  const { status, body } = target.call({ action, parameters: { ...GROUP, ...parameters }, accountId: ACCOUNT });
  return `${status} ${body.Code ?? 'ok'}`;
}

function entry(fields: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [`Permissions.1.${name}`, value]));
}

describe('validation of rules by the emulated ECS', () => {
  it.each([
    ['a plain rule', {}, '200 ok'],
    ['no protocol', { IpProtocol: '' }, '400 InvalidIpProtocol.ValueNotSupported'],
    ['an unknown protocol', { IpProtocol: 'sctp' }, '400 InvalidIpProtocol.ValueNotSupported'],
    ['a property name as protocol', { IpProtocol: 'constructor' }, '400 InvalidIpProtocol.ValueNotSupported'],
    ['a protocol number outside its regions', { IpProtocol: '6' }, '400 InvalidIpProtocol.ValueNotSupported'],
    ['one port without a slash', { PortRange: '80' }, '400 InvalidParam.PortRange'],
    ['ports in the wrong order', { PortRange: '200/1' }, '400 InvalidParam.PortRange'],
    ['ports with a hyphen', { PortRange: '1-65535' }, '400 InvalidParam.PortRange'],
    ['a port above 65535', { PortRange: '1/65536' }, '400 InvalidParam.PortRange'],
    ['port 0', { PortRange: '0/1' }, '400 InvalidParam.PortRange'],
    ['-1/-1 for TCP', { PortRange: '-1/-1' }, '400 InvalidParam.PortRange'],
    ['all protocols with ports', { IpProtocol: 'all', PortRange: '1/65535' }, '400 InvalidParam.PortRange'],
    ['all protocols without ports', { IpProtocol: 'all', PortRange: '-1/-1' }, '200 ok'],
    ['wrong source ports', { SourcePortRange: '80' }, '400 InvalidParam.PortRange'],
    ['the policy allow', { Policy: 'allow' }, '400 InvalidPolicy.Malformed'],
    ['the policy Drop', { Policy: 'Drop' }, '200 ok'],
    ['a priority in words', { Priority: 'high' }, '400 InvalidPriority.Malformed'],
    ['priority 0', { Priority: '0' }, '400 InvalidPriority.ValueNotSupported'],
    ['priority 101', { Priority: '101' }, '400 InvalidPriority.ValueNotSupported'],
    ['an unknown NIC type', { NicType: 'wifi' }, '400 InvalidNicType.ValueNotSupported'],
    ['no peer', { SourceCidrIp: '' }, '400 MissingParameter.Source'],
    ['an address with a leading zero', { SourceCidrIp: '010.0.0.1' }, '400 InvalidSourceCidrIp.Malformed'],
    ['a prefix of 33', { SourceCidrIp: '10.0.0.0/33' }, '400 InvalidSourceCidrIp.Malformed'],
    ['IPv6 where IPv4 belongs', { SourceCidrIp: '2001:db8::/32' }, '400 InvalidSourceCidrIp.Malformed'],
    [
      'IPv4 where IPv6 belongs',
      { SourceCidrIp: '', Ipv6SourceCidrIp: '10.0.0.1' },
      '400 InvalidParam.Ipv6SourceCidrIp',
    ],
    ['both families', { Ipv6SourceCidrIp: '2001:db8::/32' }, '400 InvalidParam.SourceIp'],
    [
      'families mixed over both ends',
      { Ipv6DestCidrIp: '2001:db8::1' },
      '400 InvalidParam.Ipv4ProtocolConflictWithIpv6Address',
    ],
    [
      'ICMPv6 from IPv4',
      { IpProtocol: 'icmpv6', PortRange: '-1/-1' },
      '400 InvalidParam.Ipv6ProtocolConflictWithIpv4Address',
    ],
    ['an empty description', { Description: '' }, '400 InvalidSecurityGroupDiscription.Malformed'],
    [
      '513 characters of description',
      { Description: 'd'.repeat(513) },
      '400 InvalidSecurityGroupDiscription.Malformed',
    ],
    ['an unknown peer group', { SourceCidrIp: '', SourceGroupId: 'sg-none' }, '404 InvalidSourceGroupId.NotFound'],
    ['itself as peer', { SourceCidrIp: '', SourceGroupId: 'sg-demo-web' }, '403 InvalidParamter.Conflict'],
    ['a group beside a CIDR, which wins', { SourceGroupId: 'sg-none' }, '200 ok'],
    ['a malformed prefix list', { SourceCidrIp: '', SourcePrefixListId: 'x' }, '404 InvalidPrefixListId.NotFound'],
    [
      'a port list for ICMP',
      { IpProtocol: 'gre', PortRange: '', PortRangeListId: 'prl-1' },
      '400 InvalidParam.ProtocolNotSupportPortRangeList',
    ],
  ])('answers %s', (_, fields, expected) => {
    const answer = call(cloud(), 'AuthorizeSecurityGroup', entry({ ...SHELL, ...fields }));

    expect(answer).toBe(expected);
  });

  it.each([
    ['no peer', { DestCidrIp: '' }, '400 MissingParameter.Dest'],
    ['a malformed address', { DestCidrIp: 'x' }, '400 InvalidDestCidrIp.Malformed'],
    ['an unknown peer group', { DestCidrIp: '', DestGroupId: 'sg-none' }, '404 InvalidDestGroupId.NotFound'],
    ['itself as peer', { DestCidrIp: '', DestGroupId: 'sg-demo-web' }, '403 InvalidSecurityGroup.IsSame'],
    ['both families', { Ipv6DestCidrIp: '2001:db8::/32' }, '400 InvalidParam.DestIp'],
  ])('answers %s for egress', (_, fields, expected) => {
    const rule = { IpProtocol: 'tcp', PortRange: '22/22', DestCidrIp: '203.0.113.7/32', ...fields };

    const answer = call(cloud(), 'AuthorizeSecurityGroupEgress', entry(rule));

    expect(answer).toBe(expected);
  });

  it.each([
    ['an unknown region', { RegionId: 'nowhere' }, '404 InvalidRegionId.NotFound'],
    ['no region', { RegionId: '' }, '400 MissingParameter'],
    ['no group', { SecurityGroupId: '' }, '400 MissingParameter'],
    ['a group of another region', { RegionId: 'cn-beijing' }, '404 InvalidSecurityGroupId.NotFound'],
  ])('answers %s', (_, parameters, expected) => {
    expect(call(cloud(), 'AuthorizeSecurityGroup', { ...entry(SHELL), ...parameters })).toBe(expected);
  });

  it.each([
    ['another family', { Ipv6SourceCidrIp: '2001:db8::/32' }, '400 InvalidOperation.ModifySgRuleEntityType'],
    ['a group for a CIDR', { SourceGroupId: 'sg-demo-db' }, '400 InvalidOperation.ModifySgRuleEntityType'],
    ['another NIC type', { NicType: 'internet' }, '400 InvalidOperation.ModifyNicType'],
    ['a port list for ports', { PortRangeListId: 'prl-1' }, '400 InvalidOperation.ModifyPortRangeType'],
    ['an emptied peer', { SourceCidrIp: '' }, '400 InvalidParam.InvalidModifyRuleRequest'],
    ['nothing', {}, '400 InvalidParam.InvalidModifyRuleRequest'],
    ['an empty description', { Description: '' }, '400 InvalidSecurityGroupDiscription.Malformed'],
    ['a protocol that its ports do not fit', { IpProtocol: 'all' }, '400 OperationDenied'],
    ['what another rule has', { PortRange: '443/443' }, '400 InvalidOperation.RuleDuplicate'],
    ['its own values', { PortRange: '80/80', SourceCidrIp: '0.0.0.0/0', Priority: '1' }, '200 ok'],
  ])('answers a modification to %s', (_, fields, expected) => {
    const target = cloud();
    const id = target.groups().find((group) => group.id === 'sg-demo-web')?.rules[0]?.id ?? '';

    expect(call(target, 'ModifySecurityGroupRule', { SecurityGroupRuleId: id, ...fields })).toBe(expected);
  });

  it('refuses an id twice, and ids of the other direction', () => {
    const target = cloud();
    const id = target.groups().find((group) => group.id === 'sg-demo-web')?.rules[0]?.id ?? '';

    const twice = call(target, 'RevokeSecurityGroup', { 'SecurityGroupRuleId.1': id, 'SecurityGroupRuleId.2': id });
    const egress = call(target, 'RevokeSecurityGroupEgress', { 'SecurityGroupRuleId.1': id });

    expect(twice).toBe('400 InvalidParam.SecurityGroupRuleIdRepeated');
    expect(egress).toBe('400 InvalidSecurityGroupRule.RuleNotExist');
  });

  it('keeps advanced groups and groups of other VPCs apart', () => {
    const target = cloud();
    const create = (fields: Record<string, string>) =>
      String(
        target.call({
          action: 'CreateSecurityGroup',
          parameters: { RegionId: 'cn-hangzhou', ...fields },
          accountId: ACCOUNT,
        }).body.SecurityGroupId,
      );
    const from = (SourceGroupId: string) => entry({ IpProtocol: 'tcp', PortRange: '22/22', SourceGroupId });

    const answers = [
      call(target, 'AuthorizeSecurityGroup', from(create({ VpcId: 'vpc-demo', SecurityGroupType: 'enterprise' }))),
      call(target, 'AuthorizeSecurityGroup', from(create({ VpcId: 'vpc-other' }))),
      call(target, 'AuthorizeSecurityGroup', from(create({ VpcId: 'vpc-demo' }))),
    ];

    expect(answers).toEqual([
      '403 InvalidGroupAuthParameter.OperationDenied',
      '400 InvalidSourceGroupId.Mismatch',
      '200 ok',
    ]);
  });

  it('leaves groups alone that a cloud product manages', () => {
    const target = cloud();
    const { body } = target.call({
      action: 'CreateSecurityGroup',
      parameters: { RegionId: 'cn-hangzhou', VpcId: 'vpc-demo', ServiceManaged: 'true' },
      accountId: ACCOUNT,
    });

    const answer = call(target, 'AuthorizeSecurityGroup', {
      ...entry(SHELL),
      SecurityGroupId: String(body.SecurityGroupId),
    });

    expect(answer).toBe('403 InvalidOperation.ResourceManagedByCloudProduct');
  });

  it('compresses IPv6 and keeps host bits', () => {
    const target = cloud();

    call(target, 'AuthorizeSecurityGroup', {
      ...entry({
        IpProtocol: 'tcp',
        PortRange: '22/22',
        Ipv6SourceCidrIp: '2001:0db8:3c4d:0015:0000:0000:1a2f:1a2b/64',
      }),
      'Permissions.4.IpProtocol': 'udp',
      'Permissions.4.PortRange': '53/53',
      'Permissions.4.SourceCidrIp': '10.159.6.18/12',
    });

    const rules = target.groups().find((group) => group.id === 'sg-demo-web')?.rules ?? [];
    expect(rules.slice(3).map(({ peer }) => peer.value)).toEqual(['2001:db8:3c4d:15::1a2f:1a2b/64', '10.159.6.18/12']);
  });

  it('gives the same answers under the same clock and chance', () => {
    const run = () => {
      const target = cloud();
      call(target, 'AuthorizeSecurityGroup', entry(SHELL));
      return target.groups();
    };

    expect(run()).toEqual(run());
  });
});
