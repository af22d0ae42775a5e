import type { Guards } from '../config/guards-config.ts';
import { matchesTarget } from '../config/target-pattern.ts';
import { parseDuration } from '../lease/duration.ts';
import { noPorts, portsOf } from '../rule/port-range.ts';
import { pointer, type Refusal } from '../rule/refusal.ts';
import { peerOf, type Rule } from '../rule/rule.ts';
import { peerBlockOf } from '../rule/rule-set.ts';
import type { Target } from '../rule/target.ts';
import { unionSize } from './address-union.ts';
import {
  allPorts,
  cidrTooWide,
  crossAccountPeer,
  emergencyTooLong,
  groupProtected,
  leaseTooLong,
  noEmergencies,
  prefixListPeer,
  tooManyAddresses,
  worldOpen,
} from './guard-texts.ts';
import { kindOf } from './peer-kind.ts';

/** What is asked for, in canonical form, with the window that it would have. */
export type Asked = {
  readonly rules: readonly Rule[];
  readonly target: Target;
  readonly startsAtMs: number;
  /** Infinity for a change without an end. */
  readonly expiresAtMs: number;
  /** The field by which the end was given. */
  readonly endField?: 'duration' | 'expiresAt' | undefined;
  readonly isBreakGlass?: boolean | undefined;
  /** The number of the target's own account, where accounts.yaml tells it. */
  readonly accountId?: string | undefined;
};

/**
 * The first limit that a request breaks; undefined when it keeps all. Pure. Ask again whenever the end moves: the
 * longest lease counts from its start.
 */
export function checkGuards(guards: Guards, asked: Asked): Refusal | undefined {
  return (
    checkGroup(guards, asked) ??
    checkLength(guards, asked) ??
    checkRules(guards, asked) ??
    checkSum(guards, asked.rules)
  );
}

function checkGroup({ protectedGroups }: Guards, { target }: Asked): Refusal | undefined {
  const isProtected = protectedGroups.some((pattern) => matchesTarget(pattern, target));
  return isProtected ? groupProtected(target.securityGroupId) : undefined;
}

function checkLength(
  { longestLease, breakGlass }: Guards,
  { startsAtMs, expiresAtMs, endField = 'duration', isBreakGlass = false }: Asked,
): Refusal | undefined {
  if (isBreakGlass && !breakGlass) return noEmergencies;
  const lasts = (longest: string) => expiresAtMs - startsAtMs <= (parseDuration(longest) ?? 0);
  // An emergency has an end, whatever it does.
  if (isBreakGlass && breakGlass && !lasts(breakGlass.longestLease)) {
    return emergencyTooLong(breakGlass.longestLease, endField);
  }
  if (expiresAtMs === Number.POSITIVE_INFINITY || lasts(longestLease)) return undefined;
  return leaseTooLong(longestLease, endField);
}

function checkRules(guards: Guards, { rules, target, accountId }: Asked): Refusal | undefined {
  for (const [index, rule] of rules.entries()) {
    // A drop rule only ever closes.
    if (rule.policy === 'drop') continue;
    const wrong =
      checkPeer(guards, rule, index) ??
      checkOwner(guards, rule, { index, account: accountId ?? target.account }) ??
      checkPorts(guards, rule, index);
    if (wrong) return wrong;
  }
  return undefined;
}

function checkPeer(guards: Guards, rule: Rule, index: number): Refusal | undefined {
  const peer = peerOf(rule);
  const path = pointer(['rules', index, fieldOf(rule)]);
  if (peer?.kind === 'prefix-list' && guards.prefixLists === 'refuse') return prefixListPeer(peer.value, path);
  const block = peerBlockOf(rule);
  if (!block) return undefined;
  if (block.bits === 0) return guards.worldOpen === 'allow' ? undefined : worldOpen(block.text, path);
  const kind = kindOf(block);
  const widest = guards.widestCidr[kind];
  return block.bits >= widest ? undefined : cidrTooWide(block.text, kind, widest, path);
}

/** Who is in another account's group is decided there. An owner that is named and is the own account is none. */
function checkOwner(
  { crossAccountPeers = 'allow' }: Guards,
  rule: Rule,
  { index, account }: { readonly index: number; readonly account: string },
): Refusal | undefined {
  if (crossAccountPeers === 'allow') return undefined;
  const fields =
    rule.direction === 'ingress'
      ? (['sourceGroupOwnerId', 'sourceGroupOwnerAccount'] as const)
      : (['destGroupOwnerId', 'destGroupOwnerAccount'] as const);
  for (const field of fields) {
    const owner = rule[field];
    if (owner !== undefined && owner !== account) return crossAccountPeer(owner, pointer(['rules', index, field]));
  }
  return undefined;
}

function checkPorts({ allPorts: answer }: Guards, rule: Rule, index: number): Refusal | undefined {
  if (answer === 'allow' || !isEveryPort(rule)) return undefined;
  return allPorts(pointer(['rules', index, rule.ipProtocol === 'all' ? 'ipProtocol' : 'portRange']));
}

function checkSum({ mostPublicIpv4 }: Guards, rules: readonly Rule[]): Refusal | undefined {
  if (mostPublicIpv4 === undefined) return undefined;
  // Many rules for one block, a port each, are the same addresses.
  const blocks = rules.flatMap((rule) => (rule.policy === 'accept' ? (peerBlockOf(rule) ?? []) : []));
  const sum = Number(unionSize(blocks.filter((block) => kindOf(block) === 'publicIpv4')));
  return sum <= mostPublicIpv4 ? undefined : tooManyAddresses(sum, mostPublicIpv4);
}

/**
 * The field that names the other end. The near end (an ingress rule's destination) is the group's own interfaces: /0
 * there opens nothing to anybody.
 */
function fieldOf(rule: Rule): string {
  const side = rule.direction === 'ingress' ? 'source' : 'dest';
  const words = { ipv4: 'CidrIp', ipv6: 'CidrIp', group: 'GroupId', 'prefix-list': 'PrefixListId' } as const;
  const { kind = 'ipv4' } = peerOf(rule) ?? {};
  if (kind === 'ipv6') return side === 'source' ? 'ipv6SourceCidrIp' : 'ipv6DestCidrIp';
  return `${side}${words[kind]}`;
}

function isEveryPort(rule: Rule): boolean {
  if (rule.ipProtocol === 'all') return true;
  if (rule.portRange === undefined || rule.portRange === noPorts) return false;
  const ports = portsOf(rule.portRange);
  return ports !== undefined && ports.from <= 1 && ports.to >= 65_535;
}
