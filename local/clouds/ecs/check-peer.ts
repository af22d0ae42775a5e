import { Refusal } from '../wire/answer.ts';
import type { CallContext } from './call-context.ts';
import type { Group } from './group.ts';
import type { RuleFields } from './parameters.ts';
import type { Peer, RuleSpec } from './rule.ts';
import { peerSide, type Side } from './rule-ends.ts';

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
  refuseOwnGroup({ [`${side}GroupId`]: peer.value }, side, group);
  if (group.type === 'enterprise' || other?.type === 'enterprise') {
    throw new Refusal(
      403,
      'InvalidGroupAuthParameter.OperationDenied',
      'The security group can not authorize to enterprise level security group.',
    );
  }
  if (!other) {
    throw noSuchGroup(side, peer.ownerAccountId !== context.accountId);
  }
  if (spec.nicType !== 'intranet') {
    throw new Refusal(403, `Invalid${side}GroupId.Mismatch`, 'NicType is required or NicType expects intranet.');
  }
  if (other.vpcId !== group.vpcId) {
    throw otherNetwork(side, other.vpcId === '' || group.vpcId === '');
  }
}

/** No rule names its own group, on whichever side it is named. */
export function refuseOwnGroup(fields: RuleFields, side: Side, group: Group): void {
  if (fields[`${side}GroupId`] !== group.id) {
    return;
  }
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

/** "In our records" are the groups of the caller; another account's have a sentence of their own. */
function noSuchGroup(side: Side, isForeign: boolean): Refusal {
  return isForeign
    ? new Refusal(400, `Invalid${side}Group.NotFound`, `The specified ${side}GroupId does not exist.`)
    : new Refusal(404, `Invalid${side}GroupId.NotFound`, `The ${side}GroupId provided does not exist in our records.`);
}

/** The two documents have a code each for a classic group beside one of a VPC. */
function otherNetwork(side: Side, isClassicAndVpc: boolean): Refusal {
  if (isClassicAndVpc) {
    return new Refusal(
      403,
      side === 'Source' ? 'InvalidNetworkType.Mismatch' : 'InvalidNetworkType.Conflict',
      'The specified SecurityGroup network type should be same with SourceGroup network type (vpc or classic).',
    );
  }
  const name = side === 'Source' ? 'source' : 'destination';
  return new Refusal(
    400,
    `Invalid${side}GroupId.Mismatch`,
    `Specified security group and ${name} group are not in the same VPC.`,
  );
}
