import { canonicalCidr, contains } from '../../shared/rule/cidr.ts';
import { portsOf } from '../../shared/rule/port-range.ts';
import { peerOf, type Rule } from '../../shared/rule/rule.ts';

/** How much of the second rule's traffic the first is about, too. */
export type Overlap = 'whole' | 'part' | 'none';

export function overlap(outer: Rule, inner: Rule): Overlap {
  if (outer.direction !== inner.direction || outer.nicType !== inner.nicType) return 'none';
  const counts = [protocol(outer, inner), ports(outer, inner), sourcePorts(outer, inner), peer(outer, inner)];
  if (counts.includes('none')) return 'none';
  return counts.every((one) => one === 'whole') ? 'whole' : 'part';
}

function protocol(outer: Rule, inner: Rule): Overlap {
  if (outer.ipProtocol === 'all' || outer.ipProtocol === inner.ipProtocol) return 'whole';
  return inner.ipProtocol === 'all' ? 'part' : 'none';
}

function ports(outer: Rule, inner: Rule): Overlap {
  if (outer.ipProtocol === 'all') return 'whole';
  if (inner.ipProtocol === 'all') return 'part';
  if (outer.portRange !== undefined && outer.portRange === inner.portRange) return 'whole';
  const [a, b] = [portsOf(outer.portRange ?? ''), portsOf(inner.portRange ?? '')];
  // A list of ports: what is in it is not known here.
  if (!a || !b)
    return outer.portRangeListId !== undefined && outer.portRangeListId === inner.portRangeListId ? 'whole' : 'part';
  if (a.from <= b.from && b.to <= a.to) return 'whole';
  return a.to < b.from || b.to < a.from ? 'none' : 'part';
}

const sourcePorts = (outer: Rule, inner: Rule): Overlap =>
  outer.sourcePortRange === undefined || outer.sourcePortRange === inner.sourcePortRange ? 'whole' : 'part';

function peer(outer: Rule, inner: Rule): Overlap {
  const [a, b] = [peerOf(outer), peerOf(inner)];
  if (!a || !b) return 'part';
  if (a.kind === b.kind && a.value === b.value) return 'whole';
  const [block, other] = [canonicalCidr(a.value), canonicalCidr(b.value)];
  if (block && other) {
    if (contains(block, other)) return 'whole';
    return contains(other, block) ? 'part' : 'none';
  }
  // Groups and lists stand for addresses that are not known here: only a block of all of them surely covers some.
  return block?.bits === 0 || other?.bits === 0 ? 'part' : 'none';
}
