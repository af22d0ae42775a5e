import ipaddr from 'ipaddr.js';
import type { Block } from '../rule/cidr.ts';

/** First and last address of a block, as numbers. */
type Range = { readonly first: bigint; readonly last: bigint };

export const bitsOf = ({ family }: Pick<Block, 'family'>): number => (family === 4 ? 32 : 128);

/** How many addresses a block of a prefix length has. */
export const sizeOf = (block: Pick<Block, 'family' | 'bits'>): bigint => 1n << BigInt(bitsOf(block) - block.bits);

/** How many addresses are in these blocks together, each counted once. All of one family. */
export function unionSize(blocks: readonly Block[]): bigint {
  const ranges = blocks.map(rangeOf).sort((a, b) => (a.first < b.first ? -1 : a.first > b.first ? 1 : 0));
  let size = 0n;
  let reached = -1n;
  for (const { first, last } of ranges) {
    if (last <= reached) continue;
    size += last - (first > reached ? first : reached + 1n) + 1n;
    reached = last;
  }
  return size;
}

function rangeOf(block: Block): Range {
  const bytes = ipaddr.parse(block.text.split('/')[0] ?? '').toByteArray();
  const first = bytes.reduce((value, byte) => (value << 8n) | BigInt(byte), 0n);
  return { first, last: first + sizeOf(block) - 1n };
}
