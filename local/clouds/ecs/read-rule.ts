import { networkOf } from './addresses.ts';
import type { EcsBehaviour } from './behaviour.ts';
import type { CallContext } from './call-context.ts';
import { refuseOwnGroup } from './check-peer.ts';
import type { Group } from './group.ts';
import type { RuleFields } from './parameters.ts';
import type { Direction, RuleSpec } from './rule.ts';
import { checkProtocolFamily, nearSide, readEnds } from './rule-ends.ts';
import {
  checkPortRange,
  readDescription,
  readNicType,
  readPolicy,
  readPorts,
  readPriority,
  readProtocol,
} from './rule-values.ts';

/**
 * Reads one rule as the service does: defaults filled in, values in the form that Describe shows.
 * The first wrong field in this order decides the code.
 */
export function readRule(fields: RuleFields, direction: Direction, group: Group, context: CallContext): RuleSpec {
  const ipProtocol = readProtocol(fields.IpProtocol, context.regionId);
  const ports = readPorts(fields, ipProtocol);
  const sourcePortRange = fields.SourcePortRange ?? '';
  if (sourcePortRange !== '') {
    checkPortRange(sourcePortRange, ipProtocol);
  }
  const policy = readPolicy(fields.Policy);
  const priority = readPriority(fields.Priority);
  const nicType = readNicType(fields.NicType, group, context.behaviour.vpcInternetNic);
  const ends = readEnds(fields, direction, context.accountId, context.behaviour);
  refuseOwnGroup(fields, nearSide(direction), group);
  checkProtocolFamily(ipProtocol, ends.peer);
  return {
    direction,
    ipProtocol,
    policy,
    priority,
    nicType,
    ...ports,
    sourcePortRange,
    ...ends,
    description: readDescription(fields.Description),
  };
}

/** What makes two rules one. Description is not part of it. */
export function identityOf(
  spec: RuleSpec,
  { priorityIsIdentity, hostBitsAreIdentity }: Pick<EcsBehaviour, 'priorityIsIdentity' | 'hostBitsAreIdentity'>,
): string {
  const address = (cidr: string) => (hostBitsAreIdentity ? cidr : networkOf(cidr));
  const { peer } = spec;
  const isCidr = peer.kind === 'ipv4' || peer.kind === 'ipv6';
  return [
    spec.direction,
    spec.ipProtocol,
    spec.policy,
    priorityIsIdentity ? spec.priority : '',
    spec.nicType,
    spec.portRange || spec.portRangeListId,
    spec.sourcePortRange,
    isCidr ? address(peer.value) : `${peer.ownerAccountId}:${peer.value}`,
    address(spec.nearCidr),
  ].join(' ');
}
