import { isIPv4, isIPv6 } from 'node:net';
import ipaddr from 'ipaddr.js';

type Cidr = {
  readonly family: 'ipv4' | 'ipv6';
  readonly address: string;
  readonly prefix: number | undefined;
};

/** Reads an address or range in plain form only: no leading zeros, no zone, no short IPv4. */
function parseCidr(text: string): Cidr | undefined {
  const [address = '', prefixText, ...rest] = text.split('/');
  const family = isIPv4(address) ? 'ipv4' : isIPv6(address) && !address.includes('%') ? 'ipv6' : undefined;
  if (!family || rest.length > 0) {
    return undefined;
  }
  if (prefixText === undefined) {
    return { family, address, prefix: undefined };
  }
  const prefix = /^(?:0|[1-9]\d{0,2})$/.test(prefixText) ? Number(prefixText) : Number.NaN;
  return prefix <= (family === 'ipv4' ? 32 : 128) ? { family, address, prefix } : undefined;
}

/**
 * The form in which the service keeps and shows an address: IPv6 compressed, host bits kept.
 * Undefined if it is no address of that family.
 */
export function echoedCidr(text: string, family: 'ipv4' | 'ipv6'): string | undefined {
  const cidr = parseCidr(text);
  if (cidr?.family !== family) {
    return undefined;
  }
  const address = family === 'ipv4' ? cidr.address : ipaddr.IPv6.parse(cidr.address).toRFC5952String();
  return cidr.prefix === undefined ? address : `${address}/${cidr.prefix}`;
}

/** A bare address with the prefix that it stands for. */
export function withPrefix(cidr: string): string {
  return cidr === '' || cidr.includes('/') ? cidr : `${cidr}/${isIPv4(cidr) ? 32 : 128}`;
}

/** The range that an echoed address means: its prefix written out and the host bits masked. */
export function networkOf(cidr: string): string {
  if (cidr === '') {
    return '';
  }
  const [address = '', prefix] = withPrefix(cidr).split('/');
  const bits = Number(prefix);
  const bytes = ipaddr.parse(address).toByteArray();
  const masked = bytes.map((byte, index) => byte & (0xff00 >> Math.min(8, Math.max(0, bits - index * 8))) & 0xff);
  return `${ipaddr.fromByteArray(masked).toString()}/${bits}`;
}
