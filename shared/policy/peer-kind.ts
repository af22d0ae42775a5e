import { type Block, canonicalCidr, contains } from '../rule/cidr.ts';

/** Kinds of addresses, each with limits of its own. */
export const peerKinds = ['publicIpv4', 'privateIpv4', 'publicIpv6', 'privateIpv6'] as const;
export type PeerKind = (typeof peerKinds)[number];

export const kindWords: Record<PeerKind, string> = {
  publicIpv4: 'public IPv4',
  privateIpv4: 'private IPv4',
  publicIpv6: 'IPv6',
  privateIpv6: 'unique local IPv6',
};
export const kindWordsZh: Record<PeerKind, string> = {
  publicIpv4: '公网 IPv4',
  privateIpv4: '私网 IPv4',
  publicIpv6: 'IPv6',
  privateIpv6: '唯一本地 IPv6',
};
const privateTexts = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7'];
/** Read with the first block that is asked about: most starts ask about none. */
let privateBlocks: readonly Block[] | undefined;

/** A block that reaches beyond the private ones is public. */
export function kindOf(block: Block): PeerKind {
  privateBlocks ??= privateTexts.map((text) => canonicalCidr(text) as Block);
  const isPrivate = privateBlocks.some((outer) => contains(outer, block));
  if (block.family === 4) return isPrivate ? 'privateIpv4' : 'publicIpv4';
  return isPrivate ? 'privateIpv6' : 'publicIpv6';
}
