import { Refusal } from '../wire/answer.ts';
import type { CallContext, Effect } from './call-context.ts';
import { isoSeconds } from './iso-seconds.ts';
import { takePage } from './page.ts';
import { numberParameter } from './parameters.ts';
import type { Rule } from './rule.ts';
import { namedGroup } from './writable-group.ts';

const PAGE_SIZE = { min: 10, max: 1000, default: 500 };

/** Shows one group and a page of its rules, as they were `describeLagMs` ago. */
export function describeAttribute(context: CallContext): Effect {
  const { parameters, behaviour, book, nowMs } = context;
  const group = namedGroup(context);
  const direction = (parameters.Direction || 'all').toLowerCase();
  if (!['all', 'ingress', 'egress'].includes(direction)) {
    throw new Refusal(400, 'InvalidParameter.Direction', 'The specified parameter "Direction" is not valid.');
  }
  // In a VPC every rule is of the intranet, whatever is asked for.
  const nicType = group.vpcId === '' ? (parameters.NicType || 'internet').toLowerCase() : 'intranet';
  const size = numberParameter(parameters, 'MaxResults', PAGE_SIZE);

  const rules = book
    .rulesAt(group, behaviour.describeLagMs > 0 ? nowMs - behaviour.describeLagMs : Number.POSITIVE_INFINITY)
    .filter((rule) => rule.nicType === nicType && (direction === 'all' || rule.direction === direction));
  const page = takePage(rules, {
    of: `${group.id} ${direction} ${nicType}`,
    size,
    token: parameters.NextToken,
    keyOf: ({ sequence }) => String(sequence).padStart(12, '0'),
  });
  return {
    body: {
      SecurityGroupId: group.id,
      SecurityGroupName: group.name,
      Description: group.description,
      RegionId: group.regionId,
      VpcId: group.vpcId,
      InnerAccessPolicy: group.type === 'normal' ? 'Accept' : 'Drop',
      NextToken: page.nextToken,
      Permissions: { Permission: page.entries.map((rule) => permissionOf(rule, context)) },
      ...(parameters.Attribute === 'snapshotPolicyIds' ? { SnapshotPolicyIds: { SnapshotPolicyId: [] } } : {}),
    },
  };
}

/** A rule in the words of the wire: every field there, absent ones empty. */
function permissionOf(rule: Rule, { behaviour, book, regionId }: CallContext): Record<string, unknown> {
  const { peer } = rule;
  const peerFields = (side: 'Source' | 'Dest', isPeer: boolean): Record<string, string> => {
    const cidr = isPeer ? (peer.kind === 'ipv4' || peer.kind === 'ipv6' ? peer.value : '') : rule.nearCidr;
    const isIpv6 = cidr.includes(':');
    const groupId = isPeer && peer.kind === 'group' ? peer.value : '';
    const named = groupId === '' ? undefined : book.find({ accountId: peer.ownerAccountId, regionId, id: groupId });
    return {
      [`${side}CidrIp`]: isIpv6 ? '' : cidr,
      [`Ipv6${side}CidrIp`]: isIpv6 ? cidr : '',
      [`${side}GroupId`]: groupId,
      [`${side}GroupName`]: named?.name ?? '',
      [`${side}GroupOwnerAccount`]: groupId === '' ? '' : peer.ownerAccountId,
      [`${side}PrefixListId`]: isPeer && peer.kind === 'prefix-list' ? peer.value : '',
      [`${side}PrefixListName`]: '',
    };
  };
  return {
    SecurityGroupRuleId: rule.id,
    Direction: rule.direction,
    IpProtocol: rule.ipProtocol,
    Policy: rule.policy,
    PortRange: rule.portRange,
    PortRangeListId: rule.portRangeListId,
    PortRangeListName: '',
    SourcePortRange: rule.sourcePortRange,
    Priority: behaviour.priorityEcho === 'number' ? rule.priority : String(rule.priority),
    NicType: rule.nicType,
    Description: rule.description,
    CreateTime: isoSeconds(rule.createdAtMs),
    ...peerFields('Source', rule.direction === 'ingress'),
    ...peerFields('Dest', rule.direction === 'egress'),
  };
}
