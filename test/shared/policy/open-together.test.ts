import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Guards } from '../../../shared/config/guards-config.ts';
import type { Lease } from '../../../shared/lease/lease.ts';
import { unionSize } from '../../../shared/policy/address-union.ts';
import { openTogether } from '../../../shared/policy/open-together.ts';
import { type Block, canonicalCidr } from '../../../shared/rule/cidr.ts';
import type { Rule } from '../../../shared/rule/rule.ts';
import { someGuards } from '../../fakes/some-guards.ts';
import { group } from '../../fakes/world.ts';

const minute = 60_000;
const guards: Guards = { ...someGuards, widestCidr: { ...someGuards.widestCidr, publicIpv4: 1 } };
/** Four addresses of a kind on a port. */
const narrow: Guards = {
  ...guards,
  widestTogether: { publicIpv4: 30, privateIpv4: 30, publicIpv6: 126, privateIpv6: 126 },
};
const base: Rule = {
  ...{ direction: 'ingress', ipProtocol: 'tcp', portRange: '22/22', policy: 'accept', priority: 1 },
  ...{ nicType: 'intranet', sourceCidrIp: '203.0.113.7/32' },
};
let serial = 0;
const lease = (rules: readonly Rule[], from = 0, until = 10, more: Partial<Lease> = {}): Lease => {
  serial += 1;
  return {
    ...{ id: `l${serial}`, source: 'api', requestId: `r${serial}`, action: 'authorize', target: group, rules },
    ...{ startsAtMs: from * minute, expiresAtMs: until * minute, state: 'active', createdAtMs: 0 },
    requester: { id: 'lin' },
    ...more,
  };
};
const from = (text: string, change: Partial<Rule> = {}): Rule => ({ ...base, sourceCidrIp: text, ...change });
const check = (limits: Guards, asked: Lease, others: readonly Lease[], nowMs = 0) =>
  openTogether(limits).check(
    { lease: asked, person: asked.requester.id },
    others.map((one) => ({ lease: one, person: one.requester.id })),
    nowMs,
  );

describe('the sum of addresses on a port', () => {
  it('is everybody by union, however narrow each of the blocks is', () => {
    const half = lease([from('0.0.0.0/1')]);

    expect(check(guards, lease([from('128.0.0.0/2')]), [half])).toBeUndefined();
    expect(check(guards, lease([from('128.0.0.0/1')]), [half])).toMatchObject({ code: 'WORLD_OPEN', path: '/rules/0' });
    expect(check(guards, lease([from('128.0.0.0/1'), from('0.0.0.0/1')]), [])).toMatchObject({ code: 'WORLD_OPEN' });
    expect(check({ ...guards, worldOpen: 'allow' }, lease([from('128.0.0.0/1')]), [half])).toBeUndefined();
  });

  it('is everybody with the private blocks among them', () => {
    const rest = [
      '128.0.0.0/1',
      '0.0.0.0/5',
      '8.0.0.0/7',
      '11.0.0.0/8',
      '12.0.0.0/6',
      '16.0.0.0/4',
      '32.0.0.0/3',
      '64.0.0.0/2',
    ];
    const others = rest.map((text) => lease([from(text)]));

    expect(check(guards, lease([from('10.0.0.0/8')]), others)?.code).toBe('WORLD_OPEN');
    expect(check(guards, lease([from('10.0.0.0/8')]), others.slice(1))).toBeUndefined();
  });

  it.each([
    ['another port', { portRange: '23/23' }, 0, 10, false],
    ['a range with the port in it', { portRange: '1/22' }, 0, 10, true],
    ['every protocol', { ipProtocol: 'all', portRange: '-1/-1' }, 0, 10, true],
    ['a list of ports, which may hold it', { portRange: undefined, portRangeListId: 'prl-1' }, 0, 10, true],
    ['another protocol', { ipProtocol: 'udp' }, 0, 10, false],
    [
      'the other direction',
      { direction: 'egress', sourceCidrIp: undefined, destCidrIp: '203.0.113.0/30' },
      0,
      10,
      false,
    ],
    ['a drop', { policy: 'drop' }, 0, 10, false],
    ['a time before', {}, 0, 5, false],
    ['a time that overlaps', {}, 0, 6, true],
  ])('counts %s only where it is open at the same time', (_, change, begins, ends, isRefused) => {
    const other = lease([{ ...from('203.0.113.0/30'), ...change } as Rule], begins, ends);

    const refused = check(narrow, lease([from('203.0.113.8/32')], 5, 10), [other]);

    expect(refused?.code).toBe(isRefused ? 'OPEN_TOO_WIDE' : undefined);
    if (refused) expect(refused.messageZh).toMatch(/5 个公网 IPv4/);
  });

  it('counts what should be gone and is not', () => {
    const stuck = lease([from('203.0.113.0/30')], 0, 5, { state: 'stuck' });
    const ended = lease([from('203.0.113.0/30')], 0, 50, { state: 'ended', closedAtMs: 5 * minute });

    expect(check(narrow, lease([from('203.0.113.8/32')], 7, 10), [stuck], 7 * minute)?.code).toBe('OPEN_TOO_WIDE');
    expect(check(narrow, lease([from('203.0.113.8/32')], 7, 10), [ended], 7 * minute)).toBeUndefined();
  });

  const block = fc
    .tuple(fc.nat(15), fc.integer({ min: 28, max: 32 }))
    .map(([host, bits]) => canonicalCidr(`203.0.113.${host}/${bits}`)?.text ?? '');
  const rule = fc
    .record({
      sourceCidrIp: block,
      ipProtocol: fc.constantFrom('tcp', 'tcp', 'udp', 'all'),
      ports: fc.tuple(fc.integer({ min: 1, max: 4 }), fc.nat(3)),
      policy: fc.constantFrom<Rule['policy']>('accept', 'accept', 'accept', 'drop'),
      direction: fc.constantFrom<Rule['direction']>('ingress', 'ingress', 'egress'),
    })
    .map(({ ports: [first, more], direction, sourceCidrIp, ...rest }): Rule => {
      const { sourceCidrIp: _, ...bare } = base;
      const peer = direction === 'ingress' ? { sourceCidrIp } : { destCidrIp: sourceCidrIp };
      const portRange = rest.ipProtocol === 'all' ? '-1/-1' : `${first}/${Math.min(4, first + more)}`;
      return { ...bare, ...rest, direction, ...peer, portRange };
    });
  const anyLease = fc
    .tuple(fc.array(rule, { minLength: 1, maxLength: 3 }), fc.nat(5), fc.integer({ min: 1, max: 5 }))
    .map(([rules, begins, length]) => lease(rules, begins, begins + length));

  /** Every direction, protocol, port, minute and address of a small world, one by one. */
  function mostAt(asked: Lease, others: readonly Lease[]): number {
    let most = 0;
    for (const direction of ['ingress', 'egress'])
      for (const protocol of ['tcp', 'udp', 'icmp'])
        for (let port = 1; port <= 4; port += 1)
          for (let at = 0; at < 11; at += 1) {
            const isThere = (one: Lease, host: number) =>
              one.startsAtMs <= at * minute &&
              at * minute < one.expiresAtMs &&
              one.rules.some((r) => r.direction === direction && hits(r, protocol, port, host));
            const hosts = Array.from({ length: 16 }, (_, host) => host);
            if (!hosts.some((host) => isThere(asked, host))) continue;
            most = Math.max(most, hosts.filter((host) => [asked, ...others].some((one) => isThere(one, host))).length);
          }
    return most;
  }
  function hits(one: Rule, protocol: string, port: number, host: number): boolean {
    const [address = '', bits = ''] = (one.sourceCidrIp ?? one.destCidrIp ?? '').split('/');
    const first = Number(address.split('.')[3]);
    const [low = 0, high = 0] = (one.portRange ?? '').split('/').map(Number);
    const isPort = one.ipProtocol === 'all' || (one.ipProtocol === protocol && low <= port && port <= high);
    return one.policy === 'accept' && isPort && first <= host && host < first + 2 ** (32 - Number(bits));
  }

  it('is what counting every address, port and minute comes to', () => {
    let refusals = 0;
    fc.assert(
      fc.property(anyLease, fc.array(anyLease, { maxLength: 5 }), (asked, others) => {
        const isRefused = check(narrow, asked, others) !== undefined;

        expect(isRefused).toBe(mostAt(asked, others) > 4);
        refusals += isRefused ? 1 : 0;
      }),
      { numRuns: 400 },
    );
    expect(refusals).toBeGreaterThan(20);
    expect(refusals).toBeLessThan(380);
  });

  it('counts each address of overlapping blocks once', () => {
    fc.assert(
      fc.property(fc.array(block, { maxLength: 6 }), (texts) => {
        const blocks = texts.map((text) => canonicalCidr(text) as Block);
        const hosts = new Set(
          texts.flatMap((text) => {
            const [address = '', bits = ''] = text.split('/');
            const first = Number(address.split('.')[3]);
            return Array.from({ length: 2 ** (32 - Number(bits)) }, (_, index) => first + index);
          }),
        );

        expect(unionSize(blocks)).toBe(BigInt(hosts.size));
      }),
    );
    expect(unionSize(['::/1', '8000::/1'].map((text) => canonicalCidr(text) as Block))).toBe(1n << 128n);
  });
});

describe('the time open in a row', () => {
  const limits: Guards = { ...guards, longestInARow: { rule: 'PT20M', person: 'PT30M', pause: 'PT2M' } };
  const ssh = [base];
  const web = [from('203.0.113.7/32', { portRange: '443/443' })];
  const mei = { requester: { id: 'mei' } };

  it.each([
    ['alone', [], undefined],
    ['after one that ends as it begins', [lease(ssh, 0, 10)], undefined],
    ['after a chain', [lease(ssh, -10, -1), lease(ssh, -1, 10)], 'OPEN_TOO_LONG'],
    [
      'after a chain with a pause in it that is too short to count',
      [lease(ssh, -10, -1), lease(ssh, 0, 9)],
      'OPEN_TOO_LONG',
    ],
    ['after a chain with a pause in it', [lease(ssh, -10, 0, { state: 'ended' }), lease(ssh, 2, 10)], undefined],
    ['before one that is to come', [lease(ssh, 0, 10), lease(ssh, 20, 25, { state: 'scheduled' })], 'OPEN_TOO_LONG'],
    ['after one of somebody else', [lease(ssh, -2, 10, mei)], 'OPEN_TOO_LONG'],
    ['after one of somebody else for another rule', [lease(web, -20, 10, mei)], undefined],
    ['after one that ended early', [lease(ssh, -20, 10, { state: 'ended', closedAtMs: -5 * minute })], undefined],
    ['after other rules of the same person', [lease(web, -12, 10)], 'OPEN_TOO_LONG'],
  ])('of ten minutes %s', (_, others, code) => {
    expect(check(limits, lease(ssh, 10, 20), others)?.code).toBe(code);
  });

  it('is no matter where nothing is said of it', () => {
    expect(check(guards, lease(ssh, 10, 20), [lease(ssh, -10_000, 10)])).toBeUndefined();
  });
});
