import { noPorts, portsOf } from './port-range.ts';
import { peerOf, type Rule } from './rule.ts';

/** A rule for people: `accept tcp 22 from 203.0.113.7/32`. */
export function ruleText(rule: Rule): string {
  const peer = peerOf(rule)?.value ?? 'anywhere';
  const words = [rule.policy, rule.ipProtocol, portText(rule), rule.direction === 'ingress' ? 'from' : 'to', peer];
  if (rule.sourcePortRange !== undefined) words.push(`source ports ${rule.sourcePortRange}`);
  if (rule.priority !== 1) words.push(`priority ${rule.priority}`);
  return words.filter((word) => word !== '').join(' ');
}

function portText(rule: Rule): string {
  if (rule.portRange === undefined) return rule.portRangeListId ?? '';
  if (rule.portRange === noPorts) return '';
  const ports = portsOf(rule.portRange);
  if (!ports) return rule.portRange;
  return ports.from === ports.to ? String(ports.from) : `${ports.from}-${ports.to}`;
}
