import { Refusal } from '../wire/answer.ts';
import type { CallContext } from './call-context.ts';
import type { RuleFields } from './parameters.ts';
import type { Rule } from './rule.ts';
import { checkFamilies, checkProtocolFamily, peerSide, readCidr, readPeer } from './rule-ends.ts';
import { checkPortRange, readDescription, readPolicy, readPorts, readPriority, readProtocol } from './rule-values.ts';

/** The rule with the given fields changed. What by-id modification cannot change is refused. */
export function changeRule(rule: Rule, fields: RuleFields, context: CallContext): Rule {
  refuseEmptying(rule, fields);
  if (fields.NicType && fields.NicType.toLowerCase() !== rule.nicType) {
    throw new Refusal(
      400,
      'InvalidOperation.ModifyNicType',
      'The NicType of a security group rule cannot be modified.',
    );
  }

  const ipProtocol = fields.IpProtocol ? readProtocol(fields.IpProtocol, context.regionId) : rule.ipProtocol;
  const ports = changedPorts(rule, fields, ipProtocol);
  const ends = changedEnds(rule, fields, context);
  checkProtocolFamily(ipProtocol, ends.peer);
  return {
    ...rule,
    ipProtocol,
    ...ports,
    ...ends,
    policy: fields.Policy ? readPolicy(fields.Policy) : rule.policy,
    priority: fields.Priority ? readPriority(fields.Priority) : rule.priority,
    description: fields.Description === undefined ? rule.description : readDescription(fields.Description),
  };
}

/** A field with a value cannot be made empty, and a request that changes nothing is no request. */
function refuseEmptying(rule: Rule, fields: RuleFields): void {
  const emptied =
    (fields.SourcePortRange === '' && rule.sourcePortRange !== '') ||
    (fields.PortRange === '' && rule.portRange !== '') ||
    ['IpProtocol', 'Policy', 'Priority', 'NicType'].some((name) => fields[name] === '') ||
    hasEmptiedEnd(rule, fields);
  if (emptied || Object.keys(fields).length === 0) {
    throw new Refusal(
      400,
      'InvalidParam.InvalidModifyRuleRequest',
      'The request is not valid: a rule field cannot be changed from a value to empty.',
    );
  }
}

function hasEmptiedEnd(rule: Rule, fields: RuleFields): boolean {
  const side = peerSide(rule.direction);
  const near = side === 'Source' ? 'Dest' : 'Source';
  const field = {
    ipv4: `${side}CidrIp`,
    ipv6: `Ipv6${side}CidrIp`,
    group: `${side}GroupId`,
    'prefix-list': `${side}PrefixListId`,
  };
  const nearField = rule.nearCidr.includes(':') ? `Ipv6${near}CidrIp` : `${near}CidrIp`;
  return fields[field[rule.peer.kind]] === '' || (rule.nearCidr !== '' && fields[nearField] === '');
}

function changedPorts(
  rule: Rule,
  fields: RuleFields,
  ipProtocol: string,
): Pick<Rule, 'portRange' | 'portRangeListId' | 'sourcePortRange'> {
  const usesList = rule.portRangeListId !== '';
  const wantsList = !fields.PortRange && Boolean(fields.PortRangeListId);
  const wantsRange = Boolean(fields.PortRange);
  if ((usesList && wantsRange) || (!usesList && wantsList)) {
    throw new Refusal(
      400,
      'InvalidOperation.ModifyPortRangeType',
      'A rule cannot be changed between PortRange and PortRangeListId.',
    );
  }
  const given = wantsRange || wantsList ? fields : { PortRange: rule.portRange, PortRangeListId: rule.portRangeListId };
  const ports = readPorts(given, ipProtocol);
  const sourcePortRange = fields.SourcePortRange || rule.sourcePortRange;
  if (sourcePortRange !== '') {
    checkPortRange(sourcePortRange, ipProtocol);
  }
  return { ...ports, sourcePortRange };
}

/** Neither the kind of peer nor its address family can change. */
function changedEnds(rule: Rule, fields: RuleFields, context: CallContext): Pick<Rule, 'peer' | 'nearCidr'> {
  const side = peerSide(rule.direction);
  const peer = readPeer(fields, side, context.accountId, context.behaviour) ?? rule.peer;
  if (peer.kind !== rule.peer.kind) {
    throw new Refusal(
      400,
      'InvalidOperation.ModifySgRuleEntityType',
      'The type of the authorization object of a security group rule cannot be modified.',
    );
  }
  const near = readCidr(fields, side === 'Source' ? 'Dest' : 'Source', context.behaviour);
  checkFamilies(peer, near?.kind);
  return { peer, nearCidr: near?.value ?? rule.nearCidr };
}
