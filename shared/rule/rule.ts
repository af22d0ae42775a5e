/**
 * One security-group rule in canonical form: lower-case words, masked CIDR blocks, explicit policy, priority
 * and NIC type, only the fields that mean something. Field names are those of the ECS API in camelCase
 * (AuthorizeSecurityGroup, AuthorizeSecurityGroupEgress 2014-05-26).
 */
export type Rule = {
  readonly direction: 'ingress' | 'egress';
  readonly ipProtocol: string;
  readonly portRange?: string;
  readonly portRangeListId?: string;
  /** Absent means every source port. */
  readonly sourcePortRange?: string;
  readonly policy: 'accept' | 'drop';
  readonly priority: number;
  readonly nicType: 'intranet' | 'internet';
  readonly sourceCidrIp?: string;
  readonly ipv6SourceCidrIp?: string;
  readonly sourceGroupId?: string;
  readonly sourceGroupOwnerAccount?: string;
  readonly sourceGroupOwnerId?: string;
  readonly sourcePrefixListId?: string;
  readonly destCidrIp?: string;
  readonly ipv6DestCidrIp?: string;
  readonly destGroupId?: string;
  readonly destGroupOwnerAccount?: string;
  readonly destGroupOwnerId?: string;
  readonly destPrefixListId?: string;
  readonly description?: string;
};

/** A rule as a cloud lists it. `rule` is undefined where its text could not be read: such a rule matches nothing. */
export type ListedRule = {
  /** Absent on clouds without rule ids (Edge Node Service). */
  readonly ruleId?: string;
  readonly rule?: Rule;
  readonly description: string;
  readonly createdAtMs?: number;
};

/** The other end of the traffic: what a rule lets in from, or out to. */
export function peerOf(rule: Rule): { kind: 'ipv4' | 'ipv6' | 'group' | 'prefix-list'; value: string } | undefined {
  const own = rule.direction === 'ingress';
  const [v4, v6] = own ? [rule.sourceCidrIp, rule.ipv6SourceCidrIp] : [rule.destCidrIp, rule.ipv6DestCidrIp];
  if (v4) return { kind: 'ipv4', value: v4 };
  if (v6) return { kind: 'ipv6', value: v6 };
  const group = own ? rule.sourceGroupId : rule.destGroupId;
  if (group) return { kind: 'group', value: group };
  const list = own ? rule.sourcePrefixListId : rule.destPrefixListId;
  return list ? { kind: 'prefix-list', value: list } : undefined;
}
