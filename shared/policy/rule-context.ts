import type { CedarValueJson } from '@cedar-policy/cedar-wasm/nodejs';
import type { RuleChange } from '../lease/lease.ts';
import { canonicalCidr } from '../rule/cidr.ts';
import { portsOf } from '../rule/port-range.ts';
import { peerOf, type Rule } from '../rule/rule.ts';
import type { RuleSet } from '../rule/rule-set.ts';

type Record = { readonly [name: string]: CedarValueJson };

/** A value of one of the engine's own kinds: an address, an instant, a duration. */
export const extension = (fn: 'ip' | 'datetime' | 'duration', arg: string): CedarValueJson => ({ __extn: { fn, arg } });

/** The numbers of protocols that have names (IANA): 6 is tcp, whoever writes it. */
const names: Readonly<{ [number: string]: string }> = { 1: 'icmp', 6: 'tcp', 17: 'udp', 47: 'gre', 58: 'icmpv6' };
const withoutPorts = ['icmp', 'icmpv6', 'gre'];
const everyPort = { from: 0, to: 65_535 };

/** What is known of a rule that a request is about: all of it, but where only its id and what is set were given. */
export type Known = Partial<Rule>;

/** Each rule that a request opens, or what a rule would become or is that it changes; what is unknown stays so. */
export const knownRules = (rules: readonly Rule[], changes: readonly RuleChange[]): readonly Known[] =>
  rules.length > 0 ? rules : changes.map(({ rule, set }): Known => ({ ...rule, ...set }));

/** The names of what a `modify` sets; a policy may allow descriptions to more people than addresses. */
export const setNames = (set: RuleSet | undefined): string[] => Object.keys(set ?? {}).sort();

/** A rule as policies see it. What is not known is "unknown" to a permit, and as wide as can be to a forbid. */
export function ruleContext(rule: Known): Record {
  const protocol = names[rule.ipProtocol ?? ''] ?? rule.ipProtocol ?? 'all';
  return {
    direction: rule.direction ?? 'unknown',
    protocol,
    ports: portsContext(rule, protocol),
    peer: peerContext(rule),
    policy: rule.policy ?? 'unknown',
    priority: rule.priority ?? 1,
  };
}

/** Protocols without ports have none; a list of ports, and a protocol that only has a number, may be any. */
function portsContext({ portRange }: Known, protocol: string): Record {
  if (withoutPorts.includes(protocol)) return { from: -1, to: -1 };
  const ports = portRange === undefined ? undefined : portsOf(portRange);
  return ports ? { from: ports.from, to: ports.to } : everyPort;
}

function peerContext(rule: Known): Record {
  const peer = peerOf({ ...rule, direction: rule.direction ?? sideOf(rule) } as Rule);
  if (!peer) return { kind: 'unknown', value: '' };
  const { sourceGroupOwnerAccount, sourceGroupOwnerId, destGroupOwnerAccount, destGroupOwnerId } = rule;
  const account = sourceGroupOwnerAccount ?? sourceGroupOwnerId ?? destGroupOwnerAccount ?? destGroupOwnerId;
  const block = peer.kind === 'ipv4' || peer.kind === 'ipv6' ? canonicalCidr(peer.value) : undefined;
  return {
    ...peer,
    ...(block ? { address: extension('ip', block.text), prefix: block.bits } : {}),
    ...(account === undefined ? {} : { account }),
  };
}

/** Of a rule that is known by its id alone: the side of which something is set. */
const sideOf = (set: Known): Rule['direction'] =>
  peerOf({ ...set, direction: 'ingress' } as Rule) === undefined ? 'egress' : 'ingress';
