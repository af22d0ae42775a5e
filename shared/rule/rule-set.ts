import { type Block, canonicalCidr } from './cidr.ts';
import { checkPortRange } from './port-range.ts';
import { pointer, type Refusal, refusal } from './refusal.ts';
import type { Rule } from './rule.ts';

/** What a modification sets: canonical values of the fields that the API lets one change. */
export type RuleSet = Partial<Omit<Rule, 'direction' | 'nicType'>>;

const peers = {
  ingress: ['sourceCidrIp', 'ipv6SourceCidrIp', 'sourceGroupId', 'sourcePrefixListId'],
  egress: ['destCidrIp', 'ipv6DestCidrIp', 'destGroupId', 'destPrefixListId'],
} as const;

/**
 * The rule after a modification, or why the API would refuse it (ModifySecurityGroupRule: the kind of peer, the
 * address family, ports against a list of ports cannot be changed).
 */
export function changed(before: Rule, set: RuleSet, path: readonly PropertyKey[]): Rule | Refusal {
  const at = (field: string) => pointer([...path, 'set', field]);
  const no = (field: string, why: string) => refusal('CHANGE_NOT_POSSIBLE', why, at(field));
  for (const side of ['ingress', 'egress'] as const) {
    for (const field of peers[side]) {
      if (set[field] === undefined) continue;
      if (before[field] === undefined) {
        return no(field, `the rule has no ${field}: its kind of peer and address family stay as they are`);
      }
    }
  }
  if (set.portRange !== undefined && before.portRange === undefined) {
    return no('portRange', 'the rule names a list of ports: it cannot be given ports instead');
  }
  if (set.portRangeListId !== undefined && before.portRangeListId === undefined) {
    return no('portRangeListId', 'the rule names ports: it cannot be given a list of ports instead');
  }
  const after: Rule = { ...before, ...set };
  const ports =
    after.portRange === undefined ? undefined : checkPortRange(after.portRange, after.ipProtocol, at('portRange'));
  return ports ?? after;
}

/** Equal in everything that a cloud shows of a rule, its description included; not by who owns a peer group. */
export function isSameRule(a: Rule, b: Rule): boolean {
  const fields = new Set([...Object.keys(a), ...Object.keys(b)] as (keyof Rule)[]);
  for (const field of fields) {
    if (/Owner(?:Account|Id)$/.test(field)) continue;
    if ((a[field] ?? '') !== (b[field] ?? '')) return false;
  }
  return true;
}

/** The block of addresses at the other end; undefined for groups and prefix lists. */
export function peerBlockOf(rule: Rule): Block | undefined {
  const [v4, v6] = peers[rule.direction];
  const text = rule[v4] ?? rule[v6];
  return text === undefined ? undefined : canonicalCidr(text);
}
