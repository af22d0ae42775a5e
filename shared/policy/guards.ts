import type { Guards } from '../config/guards-config.ts';
import { matchesTarget } from '../config/target-pattern.ts';
import { parseDuration } from '../lease/duration.ts';
import { type Block, canonicalCidr, contains } from '../rule/cidr.ts';
import { noPorts, portsOf } from '../rule/port-range.ts';
import { type Refusal, refusal } from '../rule/refusal.ts';
import type { Rule } from '../rule/rule.ts';
import type { Target } from '../rule/target.ts';

/** What is asked for, in canonical form, with the window that it would have. */
export type Asked = {
  readonly rules: readonly Rule[];
  readonly target: Target;
  readonly startsAtMs: number;
  /** Infinity for a change without an end. */
  readonly expiresAtMs: number;
  /** The field by which the end was given. */
  readonly endField?: 'duration' | 'expiresAt' | undefined;
};

/**
 * The first limit that a request breaks; undefined when it keeps all. Pure. Ask again whenever the end moves: the
 * longest lease counts from its start.
 */
export function checkGuards(guards: Guards, asked: Asked): Refusal | undefined {
  return (
    checkGroup(guards, asked) ??
    checkLength(guards, asked) ??
    checkRules(guards, asked.rules) ??
    checkSum(guards, asked.rules)
  );
}

function checkGroup({ protectedGroups }: Guards, { target }: Asked): Refusal | undefined {
  const isProtected = protectedGroups.some((pattern) => matchesTarget(pattern, target));
  if (!isProtected) return undefined;
  const sentence = `${target.securityGroupId} is protected: nothing is changed in it. Choose another group, or have it taken out of protectedGroups in guards.yaml`;
  return refusal('GROUP_PROTECTED', sentence, '/target/securityGroupId');
}

function checkLength(
  { longestLease }: Guards,
  { startsAtMs, expiresAtMs, endField = 'duration' }: Asked,
): Refusal | undefined {
  const longestMs = parseDuration(longestLease) ?? 0;
  if (expiresAtMs === Number.POSITIVE_INFINITY || expiresAtMs - startsAtMs <= longestMs) return undefined;
  const sentence = `a lease may last ${longestLease}, extensions counted in; ask for less, and again when it ends`;
  return refusal('LEASE_TOO_LONG', sentence, `/${endField}`);
}

function checkRules(guards: Guards, rules: readonly Rule[]): Refusal | undefined {
  for (const [index, rule] of rules.entries()) {
    // A drop rule only ever closes.
    if (rule.policy === 'drop') continue;
    const wrong = checkPeer(guards, rule, index) ?? checkPorts(guards, rule, index);
    if (wrong) return wrong;
  }
  return undefined;
}

function checkPeer(guards: Guards, rule: Rule, index: number): Refusal | undefined {
  const peer = peerBlock(rule);
  if (!peer) return undefined;
  const { field, block } = peer;
  const path = pointerTo(index, field);
  if (block.bits === 0) {
    if (guards.worldOpen === 'allow') return undefined;
    return refusal('WORLD_OPEN', `${block.text} is everybody; name the addresses that need it`, path);
  }
  const kind = kindOf(block);
  const widest = guards.widestCidr[kind];
  if (block.bits >= widest) return undefined;
  const sentence = `${block.text} is too wide: ${words[kind]} blocks may be /${widest} or narrower; name fewer addresses`;
  return refusal('CIDR_TOO_WIDE', sentence, path);
}

function checkPorts({ allPorts }: Guards, rule: Rule, index: number): Refusal | undefined {
  if (allPorts === 'allow' || !isEveryPort(rule)) return undefined;
  const field = rule.ipProtocol === 'all' ? 'ipProtocol' : 'portRange';
  return refusal(
    'ALL_PORTS',
    'this is every port; name the protocol and the ports that are needed',
    pointerTo(index, field),
  );
}

function checkSum({ mostPublicIpv4 }: Guards, rules: readonly Rule[]): Refusal | undefined {
  if (mostPublicIpv4 === undefined) return undefined;
  // Many rules for one block, a port each, are the same addresses.
  const blocks = new Map<string, Block>();
  for (const rule of rules) {
    const block = rule.policy === 'accept' ? peerBlock(rule)?.block : undefined;
    if (block && kindOf(block) === 'publicIpv4') blocks.set(block.text, block);
  }
  const sum = [...blocks.values()].reduce((total, { bits }) => total + 2 ** (32 - bits), 0);
  if (sum <= mostPublicIpv4) return undefined;
  const sentence = `these are ${sum} public IPv4 addresses; one request may have ${mostPublicIpv4}: name fewer`;
  return refusal('TOO_MANY_ADDRESSES', sentence, '/rules');
}

/**
 * The addresses at the other end. The near end (an ingress rule's destination) is the group's own interfaces: /0
 * there opens nothing to anybody.
 */
function peerBlock(rule: Rule): { readonly field: keyof Rule; readonly block: Block } | undefined {
  const fields =
    rule.direction === 'ingress'
      ? (['sourceCidrIp', 'ipv6SourceCidrIp'] as const)
      : (['destCidrIp', 'ipv6DestCidrIp'] as const);
  for (const field of fields) {
    const block = rule[field] === undefined ? undefined : canonicalCidr(rule[field]);
    if (block) return { field, block };
  }
  return undefined;
}

type Kind = keyof Guards['widestCidr'];

const words: Record<Kind, string> = {
  publicIpv4: 'public IPv4',
  privateIpv4: 'private IPv4',
  publicIpv6: 'IPv6',
  privateIpv6: 'unique local IPv6',
};
const privateBlocks = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7'].map(
  (text) => canonicalCidr(text) as Block,
);

/** A block that reaches beyond the private ones is public. */
function kindOf(block: Block): Kind {
  const isPrivate = privateBlocks.some((outer) => contains(outer, block));
  if (block.family === 4) return isPrivate ? 'privateIpv4' : 'publicIpv4';
  return isPrivate ? 'privateIpv6' : 'publicIpv6';
}

function isEveryPort(rule: Rule): boolean {
  if (rule.ipProtocol === 'all') return true;
  if (rule.portRange === undefined || rule.portRange === noPorts) return false;
  const ports = portsOf(rule.portRange);
  return ports !== undefined && ports.from <= 1 && ports.to >= 65_535;
}

const pointerTo = (index: number, field: string): string => `/rules/${index}/${field}`;
