import { describe, expect, it } from 'vitest';
import { canonicalRule, requestRuleSchema } from '../../../shared/rule/request-rule.ts';

const ssh = { direction: 'ingress', ipProtocol: 'tcp', portRange: '22/22', sourceCidrIp: '203.0.113.7/32' };
const egress = { direction: 'egress', ipProtocol: 'tcp', portRange: '443/443', destCidrIp: '203.0.113.7/32' };
const plain = { policy: 'accept', priority: 1, nicType: 'intranet' };

/** What a requested rule becomes; the field names that are wrong, where the schema says so. */
function read(value: Record<string, unknown>) {
  const parsed = requestRuleSchema.safeParse(value);
  if (!parsed.success) return { wrong: parsed.error.issues.map((issue) => issue.path.join('.')) };
  return canonicalRule(parsed.data, ['rules', 0], 'sg-web');
}

const without = (name: string, from: Record<string, unknown> = ssh) =>
  Object.fromEntries(Object.entries(from).filter(([key]) => key !== name));

describe('a rule that is asked for', () => {
  it('takes protocols in either case and keeps them in lower case', () => {
    for (const ipProtocol of ['icmp', 'GRE', 'Tcp', 'UDP', 'all']) {
      const portRange = /tcp|udp/i.test(ipProtocol) ? '1/200' : '-1/-1';
      expect(read({ ...ssh, ipProtocol, portRange })).toMatchObject({ ipProtocol: ipProtocol.toLowerCase() });
    }
    expect(read({ ...ssh, ipProtocol: 'sctp' })).toEqual({ wrong: ['ipProtocol'] });
  });

  it('takes ports of TCP and UDP as start/end and of all others as -1/-1', () => {
    expect(read({ ...ssh, portRange: '1/65535' })).toMatchObject({ portRange: '1/65535' });
    for (const portRange of ['200/1', '80', '22-23', '0/1', '1/65536', '-1/-1', '1 /200', '01/20']) {
      expect(read({ ...ssh, portRange })).toMatchObject({ code: 'INVALID_PORT_RANGE', path: '/rules/0/portRange' });
    }
    for (const ipProtocol of ['icmp', 'gre', 'all']) {
      expect(read({ ...ssh, ipProtocol, portRange: '-1/-1' })).toMatchObject({ portRange: '-1/-1' });
      expect(read({ ...ssh, ipProtocol, portRange: '1/200' })).toMatchObject({ code: 'INVALID_PORT_RANGE' });
    }
    expect(read(without('portRange'))).toMatchObject({ code: 'MISSING_FIELD', path: '/rules/0/portRange' });
  });

  it('takes source ports in the same form, and every source port for none named', () => {
    expect(read({ ...ssh, sourcePortRange: '1024/2048' })).toMatchObject({ sourcePortRange: '1024/2048' });
    for (const every of ['-1/-1', '1/65535']) {
      const ipProtocol = every === '-1/-1' ? 'icmp' : 'tcp';
      const portRange = every === '-1/-1' ? '-1/-1' : '22/22';
      expect(read({ ...ssh, ipProtocol, portRange, sourcePortRange: every })).not.toHaveProperty('sourcePortRange');
    }
    expect(read({ ...ssh, sourcePortRange: '200/1' })).toMatchObject({ path: '/rules/0/sourcePortRange' });
  });

  it('accepts at priority 1 on the intranet side unless it says otherwise', () => {
    expect(read(ssh)).toEqual({ ...ssh, ...plain });
    expect(read({ ...ssh, nicType: 'internet' })).toMatchObject({ nicType: 'internet' });
    expect(read({ ...ssh, nicType: 'public' })).toEqual({ wrong: ['nicType'] });
  });

  it('accepts or drops, and knows no "allow"', () => {
    expect(read({ ...ssh, policy: 'Drop' })).toMatchObject({ policy: 'drop' });
    expect(read({ ...ssh, policy: 'allow' })).toEqual({ wrong: ['policy'] });
  });

  it('takes a priority from 1 to 100 as number or text', () => {
    expect(read({ ...ssh, priority: '100' })).toMatchObject({ priority: 100 });
    for (const priority of [0, 101, 1.5, '0', '101', 'high']) {
      expect(read({ ...ssh, priority })).toEqual({ wrong: ['priority'] });
    }
  });

  it('without a peer is refused, and never becomes 0.0.0.0/0', () => {
    expect(read(without('sourceCidrIp'))).toMatchObject({ code: 'MISSING_FIELD', path: '/rules/0/sourceCidrIp' });
    expect(read(without('destCidrIp', egress))).toMatchObject({ code: 'MISSING_FIELD', path: '/rules/0/destCidrIp' });
  });

  it('takes an address or a block at either end', () => {
    expect(read({ ...egress, destCidrIp: '203.0.113.7' })).toMatchObject({ destCidrIp: '203.0.113.7/32' });
    expect(read({ ...ssh, destCidrIp: '10.0.0.0/8' })).toMatchObject({ destCidrIp: '10.0.0.0/8' });
    expect(read({ ...egress, sourceCidrIp: '10.0.0.0/8' })).toMatchObject({ sourceCidrIp: '10.0.0.0/8' });
    expect(read({ ...egress, destCidrIp: '203.0.113.7/24' })).toMatchObject({ path: '/rules/0/destCidrIp' });
  });

  it('takes IPv6 at either end, and never both families', () => {
    const v6 = { ...without('destCidrIp', egress), ipv6DestCidrIp: '2001:db8::/64' };
    expect(read(v6)).toMatchObject({ ipv6DestCidrIp: '2001:db8::/64' });
    expect(read({ ...v6, ipv6SourceCidrIp: '2001:db8::1' })).toMatchObject({ ipv6SourceCidrIp: '2001:db8::1/128' });
    expect(read({ ...v6, destCidrIp: '10.0.0.0/8' })).toMatchObject({ code: 'MIXED_ADDRESS_FAMILIES' });
    expect(read({ ...v6, ipProtocol: 'icmp', portRange: '-1/-1' })).toMatchObject({ code: 'MIXED_ADDRESS_FAMILIES' });
  });

  it('between groups is for the intranet side, and a group is not its own peer', () => {
    const peer = { ...without('destCidrIp', egress), destGroupId: 'sg-db' };
    expect(read(peer)).toMatchObject({ destGroupId: 'sg-db', nicType: 'intranet' });
    expect(read({ ...peer, nicType: 'internet' })).toMatchObject({ code: 'INVALID_NIC_TYPE' });
    expect(read({ ...peer, destGroupId: 'sg-web' })).toMatchObject({ code: 'GROUP_IS_ITSELF' });
    expect(read({ ...without('sourceCidrIp'), sourceGroupId: 'sg-db' })).toMatchObject({ sourceGroupId: 'sg-db' });
  });

  it('names the owner of a peer group by account or by number', () => {
    const ingress = { ...without('sourceCidrIp'), sourceGroupId: 'sg-db' };
    const outward = { ...without('destCidrIp', egress), destGroupId: 'sg-db' };
    expect(read({ ...ingress, sourceGroupOwnerAccount: 'test@example.com' })).toMatchObject({
      sourceGroupOwnerAccount: 'test@example.com',
    });
    expect(read({ ...ingress, sourceGroupOwnerId: 155780923770 })).toMatchObject({
      sourceGroupOwnerId: '155780923770',
    });
    expect(read({ ...outward, destGroupOwnerAccount: 'test@example.com' })).toMatchObject({
      destGroupOwnerAccount: 'test@example.com',
    });
    expect(read({ ...outward, destGroupOwnerId: '155780923770' })).toMatchObject({ destGroupOwnerId: '155780923770' });
  });

  it('with an address and a group is a rule of the address, whose owner means nothing', () => {
    const both = { ...egress, destGroupId: 'sg-db', destGroupOwnerAccount: 'a', destGroupOwnerId: 1 };

    expect(read(both)).toEqual({ ...egress, ...plain });
    expect(read({ ...ssh, sourceGroupId: 'sg-db', sourceGroupOwnerId: 1 })).toEqual({ ...ssh, ...plain });
  });

  it('has a group at its far end only', () => {
    expect(read({ ...egress, sourceGroupId: 'sg-db' })).toMatchObject({ code: 'WRONG_SIDE' });
    expect(read({ ...ssh, destGroupId: 'sg-db' })).toMatchObject({ code: 'WRONG_SIDE' });
  });

  it('may bear a description of 1 to 512 characters', () => {
    expect(read({ ...ssh, description: 'x'.repeat(512) })).toMatchObject({ description: 'x'.repeat(512) });
    for (const description of ['', 'x'.repeat(513)]) {
      expect(read({ ...ssh, description })).toEqual({ wrong: ['description'] });
    }
  });
});
