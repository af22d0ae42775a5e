import { canonicalCidr } from '../../rule/cidr.ts';
import { noPorts } from '../../rule/port-range.ts';
import { type ListedRule, peerOf, type Rule } from '../../rule/rule.ts';

/** A rule as DescribeSecurityGroupAttribute shows it: absent values are empty texts, protocols are upper case. */
export type ListedPermission = { readonly [field in PermissionField]?: string | undefined };
type PermissionField =
  | 'createTime'
  | 'description'
  | 'direction'
  | 'ipProtocol'
  | 'nicType'
  | 'policy'
  | 'portRange'
  | 'portRangeListId'
  | 'priority'
  | 'securityGroupRuleId'
  | 'sourcePortRange'
  | (typeof cidrFields)[number]
  | (typeof textFields)[number];

const cidrFields = ['sourceCidrIp', 'ipv6SourceCidrIp', 'destCidrIp', 'ipv6DestCidrIp'] as const;
const textFields = [
  'sourceGroupId',
  'sourceGroupOwnerAccount',
  'sourcePrefixListId',
  'destGroupId',
  'destGroupOwnerAccount',
  'destPrefixListId',
] as const;

/** Brings a listed permission into the form that requests have; without `rule` where that cannot be done. */
export function listedRule(permission: ListedPermission): ListedRule {
  const { securityGroupRuleId, createTime, description = '' } = permission;
  const createdAtMs = Date.parse(createTime ?? '');
  const rule = readRule(permission);
  return {
    description,
    ...(securityGroupRuleId ? { ruleId: securityGroupRuleId } : {}),
    ...(rule ? { rule } : {}),
    ...(Number.isNaN(createdAtMs) ? {} : { createdAtMs }),
  };
}

function readRule(permission: ListedPermission): Rule | undefined {
  const direction = oneOf(['ingress', 'egress'] as const, permission.direction);
  const policy = oneOf(['accept', 'drop'] as const, permission.policy);
  const nicType = oneOf(['intranet', 'internet'] as const, permission.nicType || 'intranet');
  const ipProtocol = permission.ipProtocol?.toLowerCase();
  // No upper bound: the cloud's own default rules have 110.
  const priority = Number(permission.priority || Number.NaN);
  const addresses = readAddresses(permission);
  const ports = readPorts(permission);
  if (!direction || !policy || !nicType || !ipProtocol || !Number.isInteger(priority) || !addresses || !ports) {
    return undefined;
  }
  const { description } = permission;
  const rule: Rule = {
    direction,
    ipProtocol,
    ...ports,
    policy,
    priority,
    nicType,
    ...addresses,
    ...Object.fromEntries(textFields.flatMap((name) => (permission[name] ? [[name, permission[name]]] : []))),
    ...(description ? { description } : {}),
  };
  return peerOf(rule) ? rule : undefined;
}

/** Undefined when one of them cannot be read: half a rule must match nothing. */
function readAddresses(permission: ListedPermission): Partial<Rule> | undefined {
  const found: Record<string, string> = {};
  for (const name of cidrFields) {
    const text = permission[name];
    if (!text) continue;
    const block = canonicalCidr(text);
    if (!block || block.family !== (name.startsWith('ipv6') ? 6 : 4)) return undefined;
    found[name] = block.text;
  }
  return found;
}

function readPorts(permission: ListedPermission): Partial<Rule> | undefined {
  const { portRange, portRangeListId, sourcePortRange } = permission;
  if (!portRange && !portRangeListId) return undefined;
  const isEvery = !sourcePortRange || sourcePortRange === noPorts || sourcePortRange === '1/65535';
  return {
    ...(portRange ? { portRange } : { portRangeListId: portRangeListId as string }),
    ...(isEvery ? {} : { sourcePortRange }),
  };
}

function oneOf<Word extends string>(words: readonly Word[], text: string | undefined): Word | undefined {
  return words.find((word) => word === text?.toLowerCase());
}
