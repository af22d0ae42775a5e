import * as z from 'zod/mini';
import { parseRequestCidr } from './cidr.ts';
import { checkPortRange, hasPorts, noPorts } from './port-range.ts';
import { pointer, type Refusal, refusal } from './refusal.ts';
import type { Rule } from './rule.ts';

const id = (prefix: string) => z.string().check(z.regex(new RegExp(`^${prefix}[A-Za-z0-9_-]{1,62}$`)));
const owner = z.string().check(z.minLength(1), z.maxLength(128));

/** The fields of a rule with the value forms of the ECS API; what is left out has no default here. */
export const ruleFields = {
  direction: z.enum(['ingress', 'egress']),
  ipProtocol: z.string().check(z.regex(/^(?:tcp|udp|icmp|icmpv6|gre|all|25[0-5]|2[0-4]\d|1?\d?\d)$/i)),
  portRange: z.optional(z.string().check(z.maxLength(32))),
  portRangeListId: z.optional(id('')),
  sourcePortRange: z.optional(z.string().check(z.maxLength(32))),
  policy: z.string().check(z.regex(/^(?:accept|drop)$/i)),
  priority: z.union([z.int().check(z.gte(1), z.lte(100)), z.string().check(z.regex(/^(?:[1-9]\d?|100)$/))]),
  nicType: z.enum(['intranet', 'internet']),
  sourceCidrIp: z.optional(z.string()),
  ipv6SourceCidrIp: z.optional(z.string()),
  sourceGroupId: z.optional(id('')),
  sourceGroupOwnerAccount: z.optional(owner),
  sourceGroupOwnerId: z.optional(z.union([z.string().check(z.regex(/^\d{1,19}$/)), z.int().check(z.positive())])),
  sourcePrefixListId: z.optional(id('')),
  destCidrIp: z.optional(z.string()),
  ipv6DestCidrIp: z.optional(z.string()),
  destGroupId: z.optional(id('')),
  destGroupOwnerAccount: z.optional(owner),
  destGroupOwnerId: z.optional(z.union([z.string().check(z.regex(/^\d{1,19}$/)), z.int().check(z.positive())])),
  destPrefixListId: z.optional(id('')),
  description: z.optional(z.string().check(z.minLength(1), z.maxLength(512))),
};

/** A rule as a request writes it: the ECS names in camelCase with the ECS value forms. Unknown names are refused. */
export const requestRuleSchema = z.strictObject({
  ...ruleFields,
  policy: z._default(ruleFields.policy, 'accept'),
  priority: z._default(ruleFields.priority, 1),
  nicType: z._default(ruleFields.nicType, 'intranet'),
});

export type RequestRule = z.infer<typeof requestRuleSchema>;

const cidrFields = [
  ['sourceCidrIp', 4],
  ['destCidrIp', 4],
  ['ipv6SourceCidrIp', 6],
  ['ipv6DestCidrIp', 6],
] as const;

/**
 * Brings a well-formed request rule into canonical form, or says what is wrong with it and where.
 * `path` is where the rule stands in its message; `groupId` is the group it is for (it may not name itself).
 */
export function canonicalRule(request: RequestRule, path: readonly PropertyKey[], groupId: string): Rule | Refusal {
  const at = (field: string) => pointer([...path, field]);
  const ipProtocol = request.ipProtocol.toLowerCase();
  const ports = canonicalPorts(request, ipProtocol, at);
  if ('code' in ports) return ports;
  const addresses = canonicalAddresses(request, at);
  if ('code' in addresses) return addresses;
  const peer = canonicalPeer(request, addresses, at, groupId);
  if ('code' in peer) return peer;
  const family = familyConflict(ipProtocol, addresses, at);
  if (family) return family;
  return {
    direction: request.direction,
    ipProtocol,
    ...ports,
    policy: request.policy.toLowerCase() === 'drop' ? 'drop' : 'accept',
    priority: Number(request.priority),
    nicType: request.nicType,
    ...addresses,
    ...peer,
    ...(request.description === undefined ? {} : { description: request.description }),
  };
}

type At = (field: string) => string;
type Ports = Pick<Rule, 'portRange' | 'portRangeListId' | 'sourcePortRange'>;
type Addresses = Pick<Rule, 'sourceCidrIp' | 'destCidrIp' | 'ipv6SourceCidrIp' | 'ipv6DestCidrIp'>;

function canonicalPorts(request: RequestRule, ipProtocol: string, at: At): Ports | Refusal {
  const { portRange, portRangeListId, sourcePortRange } = request;
  if (portRange === undefined && portRangeListId === undefined) {
    return refusal(
      'MISSING_FIELD',
      `portRange is missing: such as 22/22, or ${noPorts} for a protocol without ports`,
      at('portRange'),
    );
  }
  if (portRangeListId !== undefined && portRange === undefined && !hasPorts(ipProtocol)) {
    return refusal('INVALID_PORT_RANGE', `${ipProtocol} has no ports, so it takes no port list`, at('portRangeListId'));
  }
  const wrong =
    (portRange === undefined ? undefined : checkPortRange(portRange, ipProtocol, at('portRange'))) ??
    (sourcePortRange === undefined ? undefined : checkPortRange(sourcePortRange, ipProtocol, at('sourcePortRange')));
  if (wrong) return wrong;
  // A port list is ignored by the API when ports are given, and every source port is the same as none named.
  const isEvery = sourcePortRange === undefined || sourcePortRange === noPorts || sourcePortRange === '1/65535';
  return {
    ...(portRange === undefined ? { portRangeListId: portRangeListId as string } : { portRange }),
    ...(isEvery ? {} : { sourcePortRange }),
  };
}

function canonicalAddresses(request: RequestRule, at: At): Addresses | Refusal {
  const found: Record<string, string> = {};
  for (const [field, family] of cidrFields) {
    const text = request[field];
    if (text === undefined) continue;
    const block = parseRequestCidr(text, family);
    if ('code' in block) return refusal(block.code, `${field} ${block.message}`, at(field));
    found[field] = block.text;
  }
  const v6 = found.ipv6SourceCidrIp !== undefined || found.ipv6DestCidrIp !== undefined;
  if (v6 && (found.sourceCidrIp !== undefined || found.destCidrIp !== undefined)) {
    const field = found.ipv6SourceCidrIp === undefined ? 'ipv6DestCidrIp' : 'ipv6SourceCidrIp';
    return refusal('MIXED_ADDRESS_FAMILIES', 'a rule is for IPv4 or for IPv6, not for both', at(field));
  }
  return found;
}

function canonicalPeer(request: RequestRule, addresses: Addresses, at: At, groupId: string): Partial<Rule> | Refusal {
  const side = request.direction === 'ingress' ? 'source' : 'dest';
  const other = side === 'source' ? 'dest' : 'source';
  for (const field of [
    `${other}GroupId`,
    `${other}PrefixListId`,
    `${other}GroupOwnerAccount`,
    `${other}GroupOwnerId`,
  ] as const) {
    if (request[field as keyof RequestRule] !== undefined) {
      return refusal('WRONG_SIDE', `an ${request.direction} rule has no ${field}; it takes ${side}…`, at(field));
    }
  }
  const v6Field = side === 'source' ? 'ipv6SourceCidrIp' : 'ipv6DestCidrIp';
  // CIDR over group over prefix list, as the API itself decides: what it would ignore is not kept.
  if (addresses[`${side}CidrIp`] !== undefined || addresses[v6Field] !== undefined) return {};
  const group = request[`${side}GroupId`];
  if (group !== undefined) return groupPeer(request, side, group, at, groupId);
  const list = request[`${side}PrefixListId`];
  if (list !== undefined) return { [`${side}PrefixListId`]: list };
  const sentence = `no peer: give ${side}CidrIp, ${v6Field}, ${side}GroupId or ${side}PrefixListId`;
  return refusal('MISSING_FIELD', sentence, at(`${side}CidrIp`));
}

function groupPeer(
  request: RequestRule,
  side: 'source' | 'dest',
  group: string,
  at: At,
  groupId: string,
): Partial<Rule> | Refusal {
  if (group === groupId) return refusal('GROUP_IS_ITSELF', 'a group cannot be its own peer', at(`${side}GroupId`));
  if (request.nicType !== 'intranet') {
    return refusal('INVALID_NIC_TYPE', 'between groups nicType must be intranet', at('nicType'));
  }
  const account = request[`${side}GroupOwnerAccount`];
  const ownerId = request[`${side}GroupOwnerId`];
  return {
    [`${side}GroupId`]: group,
    ...(account === undefined ? {} : { [`${side}GroupOwnerAccount`]: account }),
    ...(ownerId === undefined ? {} : { [`${side}GroupOwnerId`]: String(ownerId) }),
  };
}

function familyConflict(ipProtocol: string, addresses: Addresses, at: At): Refusal | undefined {
  const v6 = addresses.ipv6SourceCidrIp ?? addresses.ipv6DestCidrIp;
  const v4 = addresses.sourceCidrIp ?? addresses.destCidrIp;
  if (ipProtocol === 'icmp' && v6 !== undefined) {
    return refusal('MIXED_ADDRESS_FAMILIES', 'icmp is for IPv4 addresses; use icmpv6', at('ipProtocol'));
  }
  if (ipProtocol === 'icmpv6' && v4 !== undefined) {
    return refusal('MIXED_ADDRESS_FAMILIES', 'icmpv6 is for IPv6 addresses; use icmp', at('ipProtocol'));
  }
  return undefined;
}
