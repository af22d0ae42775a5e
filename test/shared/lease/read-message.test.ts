import { describe, expect, it } from 'vitest';
import { readMessage } from '../../../shared/lease/read-message.ts';

const rule = { direction: 'ingress', ipProtocol: 'tcp', portRange: '22/22', sourceCidrIp: '203.0.113.7/32' };
const target = { cloud: 'ecs', regionId: 'cn-hangzhou', securityGroupId: 'sg-bp67acfmxazb4p' };
const message = {
  version: 1,
  action: 'authorize',
  id: 'OPS-1234/1',
  target,
  rules: [rule],
  duration: 'PT2H',
  requester: { id: 'lin@example.com' },
};
const without = (...names: string[]) =>
  Object.fromEntries(Object.entries(message).filter(([name]) => !names.includes(name)));
const withRule = (change: Record<string, unknown>) => ({ ...message, rules: [{ ...rule, ...change }] });
const ruleWithout = (name: string) => ({
  ...message,
  rules: [Object.fromEntries(Object.entries(rule).filter(([key]) => key !== name))],
});
const on = (cloud: string, change: Record<string, unknown> = {}) => ({
  ...withRule(change),
  target: { ...target, cloud },
});
const later = (action: string, change: Record<string, unknown> = {}) => ({
  version: 1,
  action,
  id: 'L-1',
  leaseId: 'x',
  ...change,
});

describe('a message', () => {
  it('says what would be right: of a choice, each of its forms; of a list, which one', () => {
    const said = (change: object) => {
      const read = readMessage({ ...message, ...change });
      return 'code' in read ? read.message : '';
    };

    expect(said({ action: 'open' })).toContain('action must be one of "authorize", "modify"');
    expect(said({ rules: [7] })).toBe('rules[0] must be an object, not a number');
  });

  it.each<[string, unknown, string, string]>([
    ['null', null, 'INVALID_TYPE', ''],
    ['a number', 5, 'INVALID_TYPE', ''],
    ['a list', [], 'INVALID_TYPE', ''],
    ['an empty object', {}, 'MISSING_FIELD', '/action'],
    ['no version', without('version'), 'MISSING_FIELD', '/version'],
    ['another version', { ...message, version: 2 }, 'INVALID_VALUE', '/version'],
    ['a version as text', { ...message, version: '1' }, 'INVALID_VALUE', '/version'],
    ['no action', without('action'), 'MISSING_FIELD', '/action'],
    ['an unknown action', { ...message, action: 'open' }, 'INVALID_VALUE', '/action'],
    ['no id', without('id'), 'MISSING_FIELD', '/id'],
    ['an id with a blank', { ...message, id: 'a b' }, 'INVALID_VALUE', '/id'],
    ['an empty id', { ...message, id: '' }, 'INVALID_VALUE', '/id'],
    ['an id of 129 characters', { ...message, id: 'x'.repeat(129) }, 'INVALID_VALUE', '/id'],
    ['an id that is a number', { ...message, id: 7 }, 'INVALID_TYPE', '/id'],
    [
      'an invisible character in a person',
      { ...message, requester: { id: 'li\u200bn' } },
      'INVALID_VALUE',
      '/requester/id',
    ],
    ['a control character in a person', { ...message, requester: { id: 'lin\n' } }, 'INVALID_VALUE', '/requester/id'],
    ['half a character in a reason', { ...message, reason: 'so \ud83d' }, 'INVALID_VALUE', '/reason'],
    [
      'half a character in a ticket',
      { ...message, ticket: { system: 'jira', key: '\udc00' } },
      'INVALID_VALUE',
      '/ticket/key',
    ],
    ['a lease with a NUL', later('end', { leaseId: 'x\u0000' }), 'INVALID_VALUE', '/leaseId'],
    ['no target', without('target'), 'MISSING_FIELD', '/target'],
    ['an unknown cloud', { ...message, target: { ...target, cloud: 'aws' } }, 'INVALID_VALUE', '/target/cloud'],
    [
      'a target without a group',
      { ...message, target: { cloud: 'ecs', regionId: 'cn-hangzhou' } },
      'MISSING_FIELD',
      '/target/securityGroupId',
    ],
    ['an unknown field of the target', { ...message, target: { ...target, vpc: 'x' } }, 'UNKNOWN_FIELD', '/target/vpc'],
    ['no rules', without('rules'), 'MISSING_FIELD', '/rules'],
    ['an empty list of rules', { ...message, rules: [] }, 'INVALID_VALUE', '/rules'],
    ['101 rules', { ...message, rules: Array(101).fill(rule) }, 'INVALID_VALUE', '/rules'],
    ['rules that are no list', { ...message, rules: rule }, 'INVALID_TYPE', '/rules'],
    ['a rule that is null', { ...message, rules: [null] }, 'INVALID_TYPE', '/rules/0'],
    ['a rule without direction', ruleWithout('direction'), 'MISSING_FIELD', '/rules/0/direction'],
    ['a rule without protocol', ruleWithout('ipProtocol'), 'MISSING_FIELD', '/rules/0/ipProtocol'],
    ['a rule without ports', ruleWithout('portRange'), 'MISSING_FIELD', '/rules/0/portRange'],
    ['a rule without a peer', ruleWithout('sourceCidrIp'), 'MISSING_FIELD', '/rules/0/sourceCidrIp'],
    ['an unknown field of a rule', withRule({ approver: 'me' }), 'UNKNOWN_FIELD', '/rules/0/approver'],
    ['an unknown protocol', withRule({ ipProtocol: 'sctp' }), 'INVALID_VALUE', '/rules/0/ipProtocol'],
    ['ports backwards', withRule({ portRange: '200/1' }), 'INVALID_PORT_RANGE', '/rules/0/portRange'],
    ['port 0', withRule({ portRange: '0/22' }), 'INVALID_PORT_RANGE', '/rules/0/portRange'],
    ['port 65536', withRule({ portRange: '1/65536' }), 'INVALID_PORT_RANGE', '/rules/0/portRange'],
    ['one port without a slash', withRule({ portRange: '22' }), 'INVALID_PORT_RANGE', '/rules/0/portRange'],
    ['ports with zeros', withRule({ portRange: '022/022' }), 'INVALID_PORT_RANGE', '/rules/0/portRange'],
    ['ports for icmp', withRule({ ipProtocol: 'icmp' }), 'INVALID_PORT_RANGE', '/rules/0/portRange'],
    ['no ports for tcp', withRule({ portRange: '-1/-1' }), 'INVALID_PORT_RANGE', '/rules/0/portRange'],
    ['priority 0', withRule({ priority: 0 }), 'INVALID_VALUE', '/rules/0/priority'],
    ['priority 101', withRule({ priority: 101 }), 'INVALID_VALUE', '/rules/0/priority'],
    ['priority 1.5', withRule({ priority: 1.5 }), 'INVALID_TYPE', '/rules/0/priority'],
    ['policy allow', withRule({ policy: 'allow' }), 'INVALID_VALUE', '/rules/0/policy'],
    ['host bits', withRule({ sourceCidrIp: '10.0.0.1/8' }), 'HOST_BITS_SET', '/rules/0/sourceCidrIp'],
    ['an octal address', withRule({ sourceCidrIp: '010.0.0.1' }), 'INVALID_CIDR', '/rules/0/sourceCidrIp'],
    [
      'IPv4 and IPv6 in one rule',
      withRule({ ipv6SourceCidrIp: '2001:db8::/64' }),
      'MIXED_ADDRESS_FAMILIES',
      '/rules/0/ipv6SourceCidrIp',
    ],
    ['a destination group of an ingress rule', withRule({ destGroupId: 'sg-x' }), 'WRONG_SIDE', '/rules/0/destGroupId'],
    [
      'the group itself as peer',
      withRule({ sourceCidrIp: undefined, sourceGroupId: target.securityGroupId }),
      'GROUP_IS_ITSELF',
      '/rules/0/sourceGroupId',
    ],
    ['an empty description', withRule({ description: '' }), 'INVALID_VALUE', '/rules/0/description'],
    [
      'a description of 513 characters',
      withRule({ description: 'x'.repeat(513) }),
      'INVALID_VALUE',
      '/rules/0/description',
    ],
    ['no end', without('duration'), 'MISSING_FIELD', '/duration'],
    ['two ends', { ...message, expiresAt: '2026-12-01T09:00:00Z' }, 'CONFLICTING_FIELDS', '/expiresAt'],
    ['a month', { ...message, duration: 'P1M' }, 'INVALID_VALUE', '/duration'],
    ['a duration of nothing', { ...message, duration: 'PT0S' }, 'INVALID_VALUE', '/duration'],
    ['a duration as a number', { ...message, duration: 3600 }, 'INVALID_TYPE', '/duration'],
    ['a start without an offset', { ...message, startsAt: '2026-12-01T09:00:00' }, 'INVALID_VALUE', '/startsAt'],
    [
      'an end before its start',
      { ...without('duration'), startsAt: '2026-12-01T09:00:00Z', expiresAt: '2026-12-01T09:00:00Z' },
      'END_BEFORE_START',
      '/expiresAt',
    ],
    ['no requester', without('requester'), 'MISSING_FIELD', '/requester'],
    ['a requester without id', { ...message, requester: { name: 'Lin' } }, 'MISSING_FIELD', '/requester/id'],
    [
      'a ticket with a script as address',
      { ...message, ticket: { system: 'j', key: 'k', url: 'javascript:1' } },
      'INVALID_VALUE',
      '/ticket/url',
    ],
    ['an unknown field', { ...message, approvedBy: 'me' }, 'UNKNOWN_FIELD', '/approvedBy'],
    [
      'a __proto__',
      JSON.parse(`${JSON.stringify(message).slice(0, -1)},"__proto__":{}}`),
      'UNKNOWN_FIELD',
      '/__proto__',
    ],
    ['an end of no lease', { version: 1, action: 'end', id: 'L-1' }, 'MISSING_FIELD', '/leaseId'],
    ['an end of two leases', later('end', { requestId: 'y' }), 'CONFLICTING_FIELDS', '/requestId'],
    ['an extension by nothing', later('extend'), 'MISSING_FIELD', '/duration'],
    ['an extension with rules', later('extend', { duration: 'PT1H', rules: [] }), 'UNKNOWN_FIELD', '/rules'],
    [
      'a modification of nothing',
      { ...message, action: 'modify', rules: [{ securityGroupRuleId: 'sgr-1' }] },
      'MISSING_FIELD',
      '/rules/0/set',
    ],
    [
      'a modification with an empty set',
      { ...message, action: 'modify', rules: [{ securityGroupRuleId: 'sgr-1', set: {} }] },
      'MISSING_FIELD',
      '/rules/0/set',
    ],
    [
      'a modification of the direction',
      { ...message, action: 'modify', rules: [{ securityGroupRuleId: 'sgr-1', set: { direction: 'egress' } }] },
      'CHANGE_NOT_POSSIBLE',
      '/rules/0/set/direction',
    ],
    [
      'a modification by attributes of more than the description',
      { ...message, action: 'modify', rules: [{ ...rule, set: { priority: 2 } }] },
      'CHANGE_NOT_POSSIBLE',
      '/rules/0/set/priority',
    ],
    [
      'a rule named twice',
      { ...message, action: 'revoke', rules: [{ securityGroupRuleId: 'sgr-1' }, { securityGroupRuleId: 'sgr-1' }] },
      'REPEATED_RULE',
      '/rules/1',
    ],
    ['upper case on Edge Node Service', on('ens', { ipProtocol: 'TCP' }), 'INVALID_VALUE', '/rules/0/ipProtocol'],
    ['upper case on Apsara Stack', on('apsara', { policy: 'Accept' }), 'INVALID_VALUE', '/rules/0/policy'],
    [
      'a peer group on Edge Node Service',
      on('ens', { sourceGroupId: 'sg-x' }),
      'FIELD_NOT_SUPPORTED',
      '/rules/0/sourceGroupId',
    ],
    [
      'a prefix list on Apsara Stack',
      on('apsara', { sourcePrefixListId: 'pl-x' }),
      'FIELD_NOT_SUPPORTED',
      '/rules/0/sourcePrefixListId',
    ],
  ])('with %s is refused with a code, a sentence and a path', (_name, value, code, path) => {
    const read = readMessage(value);

    expect(read).toMatchObject({ code, path });
    expect('message' in read && typeof read.message === 'string' && read.message.length > 10).toBe(true);
  });

  it.each<[string, unknown]>([
    [
      'the example of the contract',
      {
        ...message,
        startsAt: '2026-12-01T09:00:00Z',
        reason: 'r',
        ticket: { system: 'jira', key: 'OPS-1234', url: 'https://example.atlassian.net/browse/OPS-1234' },
      },
    ],
    ['upper case on ECS', withRule({ ipProtocol: 'TCP', policy: 'Accept' })],
    ['priority as text', withRule({ priority: '100' })],
    ['every protocol', withRule({ ipProtocol: 'all', portRange: '-1/-1' })],
    ['a CIDR and a group, of which the CIDR counts', withRule({ sourceGroupId: 'sg-x' })],
    [
      'a modification without an end',
      {
        ...without('duration'),
        action: 'modify',
        rules: [{ securityGroupRuleId: 'sgr-1', set: { description: 'd' } }],
      },
    ],
    ['a removal by attributes', { ...message, action: 'revoke' }],
    ['lower case on Edge Node Service', on('ens')],
  ])('with %s is taken', (_name, value) => {
    expect(readMessage(value)).toHaveProperty('digest');
  });

  it('is the same with its defaults written out', () => {
    const full = {
      ...message,
      target: { ...target, account: 'default' },
      rules: [{ ...rule, policy: 'accept', priority: 1, nicType: 'intranet' }],
    };

    const [bare, written] = [readMessage(message), readMessage(full)];

    expect('digest' in bare && 'digest' in written && bare.digest === written.digest).toBe(true);
  });
});
