import ipaddr from 'ipaddr.js';

/** A block of addresses in its canonical text: masked, compressed, with its length. */
export type Block = { readonly family: 4 | 6; readonly text: string; readonly bits: number };
export type CidrProblem = { readonly code: string; readonly message: string };

const octet = '(?:0|[1-9]\\d?|1\\d\\d|2[0-4]\\d|25[0-5])';
const ipv4Form = new RegExp(`^${octet}(?:\\.${octet}){3}(?:/(?:[0-9]|[12]\\d|3[0-2]))?$`);
// Hexadecimal groups and colons only: dotted tails (mapped forms), zone ids and blanks stay outside.
const ipv6Form = /^[0-9a-f:]+(?:\/(?:\d|[1-9]\d|1[01]\d|12[0-8]))?$/i;
/** Blocks in which an IPv4 address hides: mapped, compatible, NAT64 and 6to4. A rule on them is never what it seems. */
const disguised = ['::ffff:0:0/96', '64:ff9b::/96', '2002::/16'];
/** Read with the first address that is asked about: a millisecond of every cold start otherwise. */
let disguisedBlocks: readonly ReturnType<typeof ipaddr.parseCIDR>[] | undefined;

/**
 * Reads a block as a *request* may write it: plain forms only. `ipaddr.js` alone takes octal
 * (`010.0.0.1` as 8.0.0.1), short and mapped forms, so the form is checked before it sees the text.
 */
export function parseRequestCidr(text: string, family: 4 | 6): Block | CidrProblem {
  const wanted = family === 4 ? ipv4Form : ipv6Form;
  if (!wanted.test(text) || !ipaddr.isValid(text.split('/')[0] ?? '')) {
    const example = family === 4 ? '203.0.113.7/32' : '2001:db8::/64';
    return {
      code: 'INVALID_CIDR',
      message: `is not a plain IPv${family} address or CIDR block such as ${example}`,
    };
  }
  const block = canonicalCidr(text);
  if (!block || block.family !== family) return { code: 'INVALID_CIDR', message: `is not an IPv${family} block` };
  if (family === 6 && block.bits > 0 && isDisguised(block.text)) {
    return { code: 'INVALID_CIDR', message: 'is an IPv6 form of IPv4 addresses; write the IPv4 block' };
  }
  const [address] = split(text);
  if (ipaddr.parse(address).toString() !== ipaddr.parse(block.text.split('/')[0] ?? '').toString()) {
    return { code: 'HOST_BITS_SET', message: `has host bits set; did you mean ${block.text}?` };
  }
  return block;
}

/** Reads a block as the *cloud* may echo it (host bits, upper case, no length) into canonical form; undefined if unreadable. */
export function canonicalCidr(text: string): Block | undefined {
  const [address, length] = split(text);
  if (!ipaddr.isValid(address)) return undefined;
  const parsed = ipaddr.parse(address);
  const family = parsed.kind() === 'ipv4' ? 4 : 6;
  const bitsMax = family === 4 ? 32 : 128;
  const bits = length === undefined ? bitsMax : Number(length);
  if (!Number.isInteger(bits) || bits < 0 || bits > bitsMax) return undefined;
  const network =
    family === 4
      ? ipaddr.IPv4.networkAddressFromCIDR(`${parsed.toString()}/${bits}`)
      : ipaddr.IPv6.networkAddressFromCIDR(`${parsed.toString()}/${bits}`);
  return { family, bits, text: `${network.toString()}/${bits}` };
}

/** True when every address of `inner` lies in `outer`. */
export function contains(outer: Block, inner: Block): boolean {
  if (outer.family !== inner.family || inner.bits < outer.bits) return false;
  return ipaddr.parse(inner.text.split('/')[0] ?? '').match(ipaddr.parseCIDR(outer.text));
}

function isDisguised(text: string): boolean {
  const address = ipaddr.parse(text.split('/')[0] ?? '');
  disguisedBlocks ??= disguised.map((text) => ipaddr.parseCIDR(text));
  return disguisedBlocks.some((block) => address.match(block));
}

function split(text: string): [string, string | undefined] {
  const slash = text.indexOf('/');
  return slash < 0 ? [text, undefined] : [text.slice(0, slash), text.slice(slash + 1)];
}
