import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalCidr, contains, parseRequestCidr } from '../../../shared/rule/cidr.ts';

const octet = fc.integer({ min: 0, max: 255 });
const ipv4 = fc.tuple(octet, octet, octet, octet).map((parts) => parts.join('.'));

describe('a CIDR block in a request', () => {
  it.each([
    ['203.0.113.7', '203.0.113.7/32'],
    ['203.0.113.7/32', '203.0.113.7/32'],
    ['10.0.0.0/8', '10.0.0.0/8'],
    ['0.0.0.0/0', '0.0.0.0/0'],
  ])('reads %s as %s', (text, canonical) => {
    expect(parseRequestCidr(text, 4)).toMatchObject({ family: 4, text: canonical });
  });

  it.each([
    ['2001:db8::1', '2001:db8::1/128'],
    ['2001:0DB8:0:0::/64', '2001:db8::/64'],
    ['::/0', '::/0'],
  ])('reads %s as %s', (text, canonical) => {
    expect(parseRequestCidr(text, 6)).toMatchObject({ family: 6, text: canonical });
  });

  it.each([
    '010.0.0.1',
    '127.1',
    '0x7f.0.0.1',
    '2130706433',
    '1.2.3.4/08',
    '1.2.3.4/33',
    '1.2.3.4/',
    '1.2.3.4/-1',
    '1.2.3.4 ',
    ' 1.2.3.4',
    '1.2.3.4\n',
    '１.2.3.4',
    '256.1.1.1',
    '1.2.3',
    '::1',
    '',
    '1.2.3.4/24/8',
  ])('refuses %j as IPv4', (text) => {
    expect(parseRequestCidr(text, 4)).toMatchObject({ code: 'INVALID_CIDR' });
  });

  it.each([
    '::ffff:1.2.3.4',
    '::ffff:102:304',
    'fe80::1%eth0',
    '64:ff9b::1',
    '2002:102:304::/48',
    '1::2::3',
    '1.2.3.4',
    ':::',
    '2001:db8::/129',
  ])('refuses %j as IPv6', (text) => {
    expect(parseRequestCidr(text, 6)).toMatchObject({ code: 'INVALID_CIDR' });
  });

  it.each([
    ['10.159.6.18/12', 4, '10.144.0.0/12'],
    ['2001:db8::1/64', 6, '2001:db8::/64'],
  ] as const)('refuses host bits in %s and names the block', (text, family, meant) => {
    const problem = parseRequestCidr(text, family);

    expect(problem).toMatchObject({ code: 'HOST_BITS_SET', message: expect.stringContaining(meant) });
  });

  it('takes every masked block, and gives back the same text', () => {
    fc.assert(
      fc.property(ipv4, fc.integer({ min: 0, max: 32 }), (address, bits) => {
        const block = canonicalCidr(`${address}/${bits}`);

        expect(parseRequestCidr(block?.text ?? '', 4)).toEqual(block);
      }),
    );
  });
});

describe('canonical blocks', () => {
  it('mask host bits that the cloud echoes', () => {
    expect(canonicalCidr('2001:db8:3c4d:15::1a2f:1a2b/0')?.text).toBe('::/0');
    expect(canonicalCidr('10.159.6.18/12')?.text).toBe('10.144.0.0/12');
  });

  it('contain exactly the blocks whose first bits they share', () => {
    const bitsOf = (address: string) =>
      address
        .split('.')
        .map((part) => Number(part).toString(2).padStart(8, '0'))
        .join('');
    fc.assert(
      fc.property(
        ipv4,
        fc.integer({ min: 0, max: 32 }),
        ipv4,
        fc.integer({ min: 0, max: 32 }),
        (a, aBits, b, bBits) => {
          const [outer, inner] = [canonicalCidr(`${a}/${aBits}`), canonicalCidr(`${b}/${bBits}`)];
          const expected = bBits >= aBits && bitsOf(a).slice(0, aBits) === bitsOf(b).slice(0, aBits);

          expect(outer && inner && contains(outer, inner)).toBe(expected);
        },
      ),
    );
  });
});
