import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Guards } from '../../../shared/config/guards-config.ts';
import { type Asked, checkGuards } from '../../../shared/policy/guards.ts';
import { canonicalCidr } from '../../../shared/rule/cidr.ts';
import type { Rule } from '../../../shared/rule/rule.ts';
import { someGuards } from '../../fakes/some-guards.ts';

const guards: Guards = {
  ...someGuards,
  allPorts: 'refuse',
  protectedGroups: ['sg-prod', 'ecs/*/cn-beijing/sg-db-*'],
};
const day = 86_400_000;
const rule: Rule = {
  direction: 'ingress',
  ipProtocol: 'tcp',
  portRange: '22/22',
  policy: 'accept',
  priority: 1,
  nicType: 'intranet',
  sourceCidrIp: '203.0.113.7/32',
};
const asked: Asked = {
  rules: [rule],
  target: { cloud: 'ecs', account: 'default', regionId: 'cn-hangzhou', securityGroupId: 'sg-demo-web' },
  startsAtMs: 0,
  expiresAtMs: 7 * day,
};
const bare = ({ sourceCidrIp: _, ...rest }: Rule): Rule => rest;
const from = (text: string): Rule =>
  text.includes(':') ? { ...bare(rule), ipv6SourceCidrIp: text } : { ...rule, sourceCidrIp: text };
const check = (over: Partial<Asked>, limits: Partial<Guards> = {}) =>
  checkGuards({ ...guards, ...limits }, { ...asked, ...over });

describe('guards', () => {
  it('let through what keeps every limit', () => {
    expect(check({})).toBeUndefined();
  });

  it.each([
    [{ securityGroupId: 'sg-prod' }, true],
    [{ securityGroupId: 'sg-prod2' }, false],
    [{ regionId: 'cn-beijing', securityGroupId: 'sg-db-1', account: 'other' }, true],
    [{ regionId: 'cn-hangzhou', securityGroupId: 'sg-db-1' }, false],
  ])('protect groups: %j %s', (over, isRefused) => {
    const found = check({ target: { ...asked.target, ...over } });

    expect(found?.code).toBe(isRefused ? 'GROUP_PROTECTED' : undefined);
    if (found) expect(found.path).toBe('/target/securityGroupId');
  });

  it('open nothing to a prefix list, which others may widen at any time, where they are told so', () => {
    const rules = [{ ...bare(rule), sourcePrefixListId: 'pl-1' }];

    expect(check({ rules })).toBeUndefined();
    expect(check({ rules }, { prefixLists: 'refuse' })).toMatchObject({
      code: 'PREFIX_LIST_PEER',
      path: '/rules/0/sourcePrefixListId',
      message: expect.stringContaining('pl-1'),
    });
  });

  it('end leases in time', () => {
    expect(check({ expiresAtMs: 7 * day + 1000 })).toMatchObject({
      code: 'LEASE_TOO_LONG',
      path: '/duration',
      message: expect.stringContaining('P7D'),
    });
    expect(check({ expiresAtMs: 8 * day, endField: 'expiresAt' })).toMatchObject({ path: '/expiresAt' });
    expect(check({ startsAtMs: day, expiresAtMs: 8 * day })).toBeUndefined();
    expect(check({ expiresAtMs: Number.POSITIVE_INFINITY })).toBeUndefined();
  });

  it.each([
    ['0.0.0.0/0', 'WORLD_OPEN'],
    ['::/0', 'WORLD_OPEN'],
    ['0.0.0.0/1', 'CIDR_TOO_WIDE'],
    ['203.0.112.0/23', 'CIDR_TOO_WIDE'],
    ['203.0.113.0/24', undefined],
    ['10.0.0.0/8', undefined],
    ['10.0.0.0/7', 'CIDR_TOO_WIDE'],
    ['172.16.0.0/12', undefined],
    ['172.0.0.0/8', 'CIDR_TOO_WIDE'],
    ['192.168.0.0/16', undefined],
    ['2001:db8::/47', 'CIDR_TOO_WIDE'],
    ['2001:db8::/48', undefined],
    ['fd00::/32', undefined],
    ['fd00::/31', 'CIDR_TOO_WIDE'],
  ])('judge how wide %s is: %s', (text, code) => {
    const found = check({ rules: [rule, from(text)] });

    expect(found?.code).toBe(code);
    if (found) expect(found.path).toBe(text.includes(':') ? '/rules/1/ipv6SourceCidrIp' : '/rules/1/sourceCidrIp');
  });

  it('look at the far end of a rule, which depends on its direction', () => {
    const egress: Rule = { ...bare(rule), direction: 'egress', destCidrIp: '0.0.0.0/0' };

    expect(check({ rules: [egress] })).toMatchObject({ code: 'WORLD_OPEN', path: '/rules/0/destCidrIp' });
    expect(check({ rules: [{ ...rule, destCidrIp: '0.0.0.0/0' }] })).toBeUndefined();
    expect(check({ rules: [{ ...egress, destCidrIp: '203.0.113.7/32', sourceCidrIp: '0.0.0.0/0' }] })).toBeUndefined();
  });

  it('never stop a rule that closes', () => {
    expect(
      check({ rules: [{ ...from('0.0.0.0/0'), policy: 'drop', ipProtocol: 'all', portRange: '-1/-1' }] }),
    ).toBeUndefined();
  });

  it('open the world only where they say so', () => {
    expect(check({ rules: [from('0.0.0.0/0')] }, { worldOpen: 'allow' })).toBeUndefined();
    expect(check({ rules: [from('0.0.0.0/1')] }, { worldOpen: 'allow' })).toMatchObject({ code: 'CIDR_TOO_WIDE' });
  });

  it.each([
    [{ portRange: '1/65535' }, '/rules/0/portRange'],
    [{ ipProtocol: 'all', portRange: '-1/-1' }, '/rules/0/ipProtocol'],
    [{ ipProtocol: 'icmp', portRange: '-1/-1' }, undefined],
    [{ portRange: '2/65535' }, undefined],
  ])('know every port when they see it: %j', (over, path) => {
    expect(check({ rules: [{ ...rule, ...over }] })?.path).toBe(path);
    expect(check({ rules: [{ ...rule, ...over }] }, { allPorts: 'allow' })).toBeUndefined();
  });

  it('count public addresses once, however many ports they get', () => {
    const rules = [
      from('203.0.113.0/24'),
      { ...from('203.0.113.0/24'), portRange: '80/80' },
      from('10.0.0.0/8'),
      from('198.51.100.1/32'),
    ];

    expect(check({ rules }, { mostPublicIpv4: 257 })).toBeUndefined();
    expect(check({ rules }, { mostPublicIpv4: 256 })).toMatchObject({ code: 'TOO_MANY_ADDRESSES', path: '/rules' });
  });

  it('never let a wider block through where they stop a narrower one', () => {
    const octets = fc.tuple(fc.nat(255), fc.nat(255), fc.nat(255), fc.nat(255));

    fc.assert(
      fc.property(octets, fc.integer({ min: 1, max: 32 }), (address, bits) => {
        const block = (length: number) => canonicalCidr(`${address.join('.')}/${length}`)?.text ?? '';
        const stopped = (length: number) => check({ rules: [from(block(length))] }) !== undefined;

        expect(!stopped(bits) || stopped(bits - 1)).toBe(true);
      }),
    );
  });
});
