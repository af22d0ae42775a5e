import * as z from 'zod/mini';
import type { Change } from '../../reconcile/cloud-port.ts';
import type { Rule } from '../../rule/rule.ts';
import type { Target } from '../../rule/target.ts';

/** The requests that `freezeRequest` writes, read back before they are sent. */
export const frozenRequest = z.union([
  z.strictObject({ parameters: z.record(z.string(), z.string()).check(z.refine((all) => 'SecurityGroupId' in all)) }),
  z.strictObject({ unsupported: z.string() }),
]);

const protocols = ['icmp', 'gre', 'tcp', 'udp', 'all'];

/**
 * The request of a change as JSON: the flat parameters of one rule, because the document knows neither `Permissions`
 * nor rule ids. What is removed is therefore named by everything that makes it itself.
 */
export function freezeRequest({ regionId, securityGroupId }: Target, change: Change): string {
  const [rule, ...more] = change.kind === 'modify' ? [] : change.rules;
  const why = rule === undefined ? 'this change' : more.length > 0 ? 'several rules in one call' : unsupported(rule);
  if (rule === undefined || why !== undefined) return JSON.stringify({ unsupported: why });
  const isAdding = change.kind === 'authorize';
  const parameters = { RegionId: regionId, SecurityGroupId: securityGroupId, ...parametersOf(rule, isAdding) };
  return JSON.stringify({ parameters });
}

/** What one rule adds to a request. */
export function bytesOfRule(rule: Rule): number {
  return encodeURIComponent(JSON.stringify(parametersOf(rule, true))).length;
}

function unsupported(rule: Rule): string | undefined {
  if (!protocols.includes(rule.ipProtocol)) return `the protocol ${rule.ipProtocol}`;
  if (rule.portRange === undefined) return 'a port list';
  const list = rule.direction === 'ingress' ? rule.sourcePrefixListId : rule.destPrefixListId;
  return list === undefined ? undefined : 'a prefix list';
}

/** Policy, priority and NIC type are always said: the defaults of granting and revoking need not be the same. */
function parametersOf(rule: Rule, isAdding: boolean): Record<string, string> {
  const said: Readonly<Record<string, string | undefined>> = {
    // Called case-sensitive: lower case, as rules are kept here.
    IpProtocol: rule.ipProtocol,
    PortRange: rule.portRange,
    SourcePortRange: rule.sourcePortRange,
    Policy: rule.policy,
    Priority: String(rule.priority),
    NicType: rule.nicType,
    SourceCidrIp: rule.sourceCidrIp,
    Ipv6SourceCidrIp: rule.ipv6SourceCidrIp,
    SourceGroupId: rule.sourceGroupId,
    SourceGroupOwnerAccount: rule.sourceGroupOwnerAccount,
    SourceGroupOwnerId: rule.sourceGroupOwnerId,
    DestCidrIp: rule.destCidrIp,
    Ipv6DestCidrIp: rule.ipv6DestCidrIp,
    DestGroupId: rule.destGroupId,
    DestGroupOwnerAccount: rule.destGroupOwnerAccount,
    DestGroupOwnerId: rule.destGroupOwnerId,
    // An empty one is refused.
    Description: isAdding && rule.description ? rule.description : undefined,
  };
  return Object.fromEntries(
    Object.entries(said).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}
