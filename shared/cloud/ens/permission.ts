import type { Rule } from '../../rule/rule.ts';

/** A rule as it stands in the JSON text `Permissions`. Absent fields are left out: an empty text is refused. */
export type Permission = Readonly<Record<string, string | number>>;

/** How a call is made: with `Permissions`, which take a Description, or with the older flat parameters. */
export type EnsForm = 'stamped' | 'flat';

/** The two forms write protocols differently, and only one of them knows each of the last two. */
const protocols: Readonly<Record<EnsForm, Readonly<Record<string, string>>>> = {
  stamped: { tcp: 'TCP', udp: 'UDP', icmp: 'ICMP', icmpv6: 'ICMPv6', all: 'ALL' },
  flat: { tcp: 'tcp', udp: 'udp', icmp: 'icmp', gre: 'gre', all: 'all' },
};

/** Why this cloud cannot hold a rule; undefined if it can. Said here, because the cloud would only ignore the field. */
export function unsupported(rule: Rule, form: EnsForm): string | undefined {
  if (protocols[form][rule.ipProtocol] === undefined) return `the protocol ${rule.ipProtocol}`;
  if (rule.portRange === undefined) return 'a port list';
  if (rule.nicType !== 'intranet') return 'a NIC type';
  const isIngress = rule.direction === 'ingress';
  const [v4, v6] = isIngress ? [rule.sourceCidrIp, rule.ipv6SourceCidrIp] : [rule.destCidrIp, rule.ipv6DestCidrIp];
  if (v4 === undefined && v6 === undefined) return 'a peer that is no address range';
  if (form === 'stamped') return undefined;
  const near = isIngress ? rule.destCidrIp : rule.sourceCidrIp;
  if (v4 === undefined) return 'an IPv6 range in the flat form';
  return near === undefined ? undefined : 'both ends of the traffic in the flat form';
}

/** The entry of a batch. The text of whoever asked belongs into creating calls only: removing ones refuse it. */
export function permissionOf(rule: Rule, { isCreating }: { readonly isCreating: boolean }): Permission {
  const { description } = rule;
  return present({
    Direction: rule.direction,
    IpProtocol: protocols.stamped[rule.ipProtocol],
    PortRange: rule.portRange,
    Policy: rule.policy === 'accept' ? 'Accept' : 'Drop',
    Priority: rule.priority,
    SourcePortRange: rule.sourcePortRange,
    SourceCidrIp: rule.sourceCidrIp,
    Ipv6SourceCidrIp: rule.ipv6SourceCidrIp,
    DestCidrIp: rule.destCidrIp,
    Ipv6DestCidrIp: rule.ipv6DestCidrIp,
    Description: isCreating && description ? description : undefined,
  });
}

/** The parameters of a flat call. Policy and priority are always said. */
export function flatParametersOf(rule: Rule): Readonly<Record<string, string>> {
  const parameters = present({
    IpProtocol: protocols.flat[rule.ipProtocol],
    PortRange: rule.portRange,
    Policy: rule.policy,
    Priority: String(rule.priority),
    SourcePortRange: rule.sourcePortRange,
    SourceCidrIp: rule.sourceCidrIp,
    DestCidrIp: rule.destCidrIp,
  });
  return parameters as Readonly<Record<string, string>>;
}

function present(fields: Readonly<Record<string, string | number | undefined>>): Permission {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}
