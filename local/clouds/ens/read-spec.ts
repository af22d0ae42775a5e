import { echoedCidr, withPrefix } from '../ecs/addresses.ts';
import type { Direction, RuleSpec } from '../ecs/rule.ts';
import type { EnsBehaviour } from './behaviour.ts';
import type { FlatEntry, Permission } from './entries.ts';
import { invalid, missing, unfit } from './refusals.ts';

const PORT_MAX = 65_535;

type Ends = Pick<Permission, 'SourceCidrIp' | 'DestCidrIp' | 'Ipv6SourceCidrIp' | 'Ipv6DestCidrIp'>;

/** A flat entry as a rule. The peer is mandatory and IPv4; the near side cannot be said. */
export function specOfFlat(direction: Direction, entry: FlatEntry, behaviour: Readonly<EnsBehaviour>): RuleSpec {
  return specOf(
    {
      ...entry,
      SourceCidrIp: direction === 'ingress' ? entry.SourceCidrIp : undefined,
      DestCidrIp: direction === 'egress' ? entry.DestCidrIp : undefined,
      Direction: direction,
      IpProtocol: entry.IpProtocol.toUpperCase(),
      Policy: entry.Policy === 'accept' ? 'Accept' : 'Drop',
    },
    behaviour,
  );
}

type Entry = Omit<Permission, 'IpProtocol'> & { readonly IpProtocol: string };

/** An entry of `Permissions` as a rule, in the form in which rules are kept. */
export function specOf(entry: Entry, behaviour: Readonly<EnsBehaviour>): RuleSpec {
  const { Direction: direction, IpProtocol: ipProtocol, SourcePortRange = '' } = entry;
  checkPorts('PortRange', entry.PortRange, ipProtocol);
  if (SourcePortRange !== '') {
    checkPorts('SourcePortRange', SourcePortRange, ipProtocol);
  }
  const peer = readEnd(entry, direction === 'ingress' ? 'Source' : 'Dest', behaviour);
  const near = readEnd(entry, direction === 'ingress' ? 'Dest' : 'Source', behaviour);
  if (!peer) {
    throw missing(direction === 'ingress' ? 'SourceCidrIp' : 'DestCidrIp');
  }
  if (near && near.kind !== peer.kind) {
    throw unfit('IPv4 and IPv6 addresses in one rule');
  }
  if ((ipProtocol === 'ICMP' && peer.kind === 'ipv6') || (ipProtocol === 'ICMPv6' && peer.kind === 'ipv4')) {
    throw unfit(`${ipProtocol} with an address of the other family`);
  }
  return {
    direction,
    ipProtocol,
    policy: entry.Policy,
    priority: entry.Priority,
    nicType: 'intranet',
    portRange: entry.PortRange,
    portRangeListId: '',
    sourcePortRange: SourcePortRange,
    peer: { ...peer, ownerAccountId: '' },
    nearCidr: near?.value ?? '',
    description: entry.Description ?? '',
  };
}

function readEnd(
  ends: Ends,
  side: 'Source' | 'Dest',
  { bareIpEcho }: Readonly<EnsBehaviour>,
): { readonly kind: 'ipv4' | 'ipv6'; readonly value: string } | undefined {
  const [ipv4, ipv6] = [ends[`${side}CidrIp`], ends[`Ipv6${side}CidrIp`]];
  if (ipv4 !== undefined && ipv6 !== undefined) {
    throw unfit(`${side}CidrIp and Ipv6${side}CidrIp in one rule`);
  }
  const text = ipv4 ?? ipv6;
  if (text === undefined) {
    return undefined;
  }
  const kind = ipv4 === undefined ? 'ipv6' : 'ipv4';
  const echoed = echoedCidr(text, kind) ?? text;
  return { kind, value: bareIpEcho === 'with-prefix' ? withPrefix(echoed) : echoed };
}

/** `first/last` for TCP and UDP; `-1/-1` for every other protocol, and only for them. */
function checkPorts(field: string, text: string, ipProtocol: string): void {
  const [first = 0, last = 0] = text.split('/').map(Number);
  const hasPorts = ipProtocol === 'TCP' || ipProtocol === 'UDP';
  const isPorts = first >= 1 && first <= last && last <= PORT_MAX;
  if (hasPorts ? !isPorts : text !== '-1/-1') {
    throw invalid(field);
  }
}
