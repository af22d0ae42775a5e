import type { Effect } from '../ecs/call-context.ts';
import { isoSeconds } from '../ecs/iso-seconds.ts';
import type { Rule } from '../ecs/rule.ts';
import { type EnsContext, namedGroup } from './call-context.ts';

/** Shows one group with all of its rules, as they were `describeLagMs` ago: no pages, no rule ids. */
export function describeAttribute(context: EnsContext): Effect {
  const { behaviour, book, nowMs } = context;
  const group = namedGroup(context);
  const asOfMs = behaviour.describeLagMs > 0 ? nowMs - behaviour.describeLagMs : Number.POSITIVE_INFINITY;
  return {
    body: {
      SecurityGroupId: group.id,
      SecurityGroupName: group.name,
      Description: group.description,
      InnerAccessPolicy: 'Accept',
      Permissions: { Permission: book.rulesAt(group, asOfMs).map((rule) => shownRule(rule, context)) },
    },
  };
}

function shownRule(rule: Rule, { behaviour }: EnsContext): Record<string, unknown> {
  const shown = (word: string) => (behaviour.caseEcho === 'lower' ? word.toLowerCase() : word);
  const isIngress = rule.direction === 'ingress';
  const [source, dest] = isIngress ? [rule.peer.value, rule.nearCidr] : [rule.nearCidr, rule.peer.value];
  return {
    CreationTime: isoSeconds(rule.createdAtMs),
    Description: rule.description,
    Direction: rule.direction,
    IpProtocol: shown(rule.ipProtocol),
    Policy: shown(rule.policy),
    PortRange: rule.portRange,
    SourcePortRange: rule.sourcePortRange || (behaviour.sourcePortRangeEcho === 'defaulted' ? everyPort(rule) : ''),
    Priority: rule.priority,
    SourceCidrIp: source.includes(':') ? '' : source,
    Ipv6SourceCidrIp: source.includes(':') ? source : '',
    DestCidrIp: dest.includes(':') ? '' : dest,
    Ipv6DestCidrIp: dest.includes(':') ? dest : '',
  };
}

function everyPort({ ipProtocol }: Rule): string {
  return ipProtocol === 'TCP' || ipProtocol === 'UDP' ? '1/65535' : '-1/-1';
}
