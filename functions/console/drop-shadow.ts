import { canonicalCidr, contains } from '../../shared/rule/cidr.ts';
import { portsOf } from '../../shared/rule/port-range.ts';
import { type ListedRule, peerOf, type Rule } from '../../shared/rule/rule.ts';

export type DropShadow = { readonly listed: ListedRule; readonly rule: Rule; readonly covers: 'whole' | 'part' };

/**
 * The drop rule of the group that takes precedence over an accept rule, of equal priority too, as the cloud
 * evaluates them: opening the rule would then let nothing through, or not all of it.
 */
export function dropShadow(rule: Rule, listing: readonly ListedRule[]): DropShadow | undefined {
  if (rule.policy !== 'accept') return undefined;
  const shadows = listing.flatMap((listed): DropShadow[] => {
    const drop = listed.rule;
    if (drop?.policy !== 'drop' || drop.priority > rule.priority) return [];
    if (drop.direction !== rule.direction || drop.nicType !== rule.nicType) return [];
    const overlaps = [protocol(drop, rule), ports(drop, rule), sourcePorts(drop, rule), peer(drop, rule)];
    if (overlaps.includes('none')) return [];
    return [{ listed, rule: drop, covers: overlaps.every((one) => one === 'whole') ? 'whole' : 'part' }];
  });
  return shadows.find((one) => one.covers === 'whole') ?? shadows[0];
}

/** How much of the second rule the first covers, on one count. */
type Overlap = 'whole' | 'part' | 'none';

function protocol(drop: Rule, rule: Rule): Overlap {
  if (drop.ipProtocol === 'all' || drop.ipProtocol === rule.ipProtocol) return 'whole';
  return rule.ipProtocol === 'all' ? 'part' : 'none';
}

function ports(drop: Rule, rule: Rule): Overlap {
  if (drop.ipProtocol === 'all' || drop.portRange === rule.portRange) return 'whole';
  const [outer, inner] = [portsOf(drop.portRange ?? ''), portsOf(rule.portRange ?? '')];
  // A list of ports: what is in it is not known here.
  if (!outer || !inner) return 'part';
  if (outer.from <= inner.from && inner.to <= outer.to) return 'whole';
  return outer.to < inner.from || inner.to < outer.from ? 'none' : 'part';
}

const sourcePorts = (drop: Rule, rule: Rule): Overlap =>
  drop.sourcePortRange === undefined || drop.sourcePortRange === rule.sourcePortRange ? 'whole' : 'part';

function peer(drop: Rule, rule: Rule): Overlap {
  const [outer, inner] = [peerOf(drop), peerOf(rule)];
  if (!outer || !inner) return 'part';
  if (outer.kind === inner.kind && outer.value === inner.value) return 'whole';
  const [block, other] = [canonicalCidr(outer.value), canonicalCidr(inner.value)];
  if (block && other) {
    if (contains(block, other)) return 'whole';
    return contains(other, block) ? 'part' : 'none';
  }
  // Groups and lists stand for addresses that are not known here: only a block of all of them surely covers some.
  return block?.bits === 0 || other?.bits === 0 ? 'part' : 'none';
}
