import { Refusal } from '../wire/answer.ts';
import { networkOf } from './addresses.ts';
import type { EcsBehaviour } from './behaviour.ts';
import type { CallContext } from './call-context.ts';
import type { Group } from './group.ts';
import type { RuleFields } from './parameters.ts';
import type { Direction, Peer, RuleSpec } from './rule.ts';
import { checkProtocolFamily, peerSide, readEnds } from './rule-ends.ts';
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

/** Checks what a new or changed rule needs of the world around it: its peer must exist and fit. */
export function checkPeer(spec: RuleSpec, group: Group, context: CallContext): void {
  if (spec.peer.kind === 'prefix-list' && group.vpcId === '') {
    throw new Refusal(
      400,
      'NotSupported.ClassicNetworkPrefixList',
      'The prefix list is not supported when the network type of the security group is classic.',
    );
  }
  if (spec.peer.kind === 'group') {
    checkGroupPeer(spec, spec.peer, group, context);
  }
}

function checkGroupPeer(spec: RuleSpec, peer: Peer, group: Group, context: CallContext): void {
  const side = peerSide(spec.direction);
  const other = context.book.find({
    accountId: peer.ownerAccountId,
    regionId: group.regionId,
    id: peer.value,
  });
  if (peer.value === group.id) {
    throw side === 'Source'
      ? new Refusal(
          403,
          'InvalidParamter.Conflict',
          'The specified SecurityGroupId should be different from the SourceGroupId.',
        )
      : new Refusal(
          403,
          'InvalidSecurityGroup.IsSame',
          'The authorized SecurityGroupId should be different from the DestGroupId.',
        );
  }
  if (group.type === 'enterprise' || other?.type === 'enterprise') {
    throw new Refusal(
      403,
      'InvalidGroupAuthParameter.OperationDenied',
      'The security group can not authorize to enterprise level security group.',
    );
  }
  if (!other) {
    throw new Refusal(
      404,
      `Invalid${side}GroupId.NotFound`,
      `The ${side}GroupId provided does not exist in our records.`,
    );
  }
  if (spec.nicType !== 'intranet') {
    throw new Refusal(403, `Invalid${side}GroupId.Mismatch`, 'NicType is required or NicType expects intranet.');
  }
  if (other.vpcId !== group.vpcId) {
    const name = side === 'Source' ? 'source' : 'destination';
    throw new Refusal(
      400,
      `Invalid${side}GroupId.Mismatch`,
      `Specified security group and ${name} group are not in the same VPC.`,
    );
  }
}
