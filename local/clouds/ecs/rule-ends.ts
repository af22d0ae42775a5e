import { isIPv6 } from 'node:net';
import { Refusal } from '../wire/answer.ts';
import { echoedCidr, withPrefix } from './addresses.ts';
import type { EcsBehaviour } from './behaviour.ts';
import type { RuleFields } from './parameters.ts';
import type { Direction, Peer } from './rule.ts';

export type Side = 'Source' | 'Dest';

/** The two ends of a rule: the peer that it is about, and the group's own side of a quintuple rule. */
export type RuleEnds = { readonly peer: Peer; readonly nearCidr: string };

/** Which side of the wire names is the peer. */
export function peerSide(direction: Direction): Side {
  return direction === 'ingress' ? 'Source' : 'Dest';
}

/** The side that the group itself is on. */
export function nearSide(direction: Direction): Side {
  return direction === 'ingress' ? 'Dest' : 'Source';
}

/** Reads both ends. A peer is mandatory: the old default of 0.0.0.0/0 is gone. */
export function readEnds(
  fields: RuleFields,
  direction: Direction,
  accountId: string,
  behaviour: Pick<EcsBehaviour, 'bareIpEcho'>,
): RuleEnds {
  const side = peerSide(direction);
  const peer = readPeer(fields, side, accountId, behaviour);
  if (!peer) {
    throw noPeer(fields, side);
  }
  const near = readCidr(fields, nearSide(direction), behaviour);
  const ends = { peer, nearCidr: near?.value ?? '' };
  checkFamilies(peer, near?.kind);
  return ends;
}

/** The peer that the fields name, by precedence: CIDR, then group, then prefix list. */
export function readPeer(
  fields: RuleFields,
  side: Side,
  accountId: string,
  behaviour: Pick<EcsBehaviour, 'bareIpEcho'>,
): Peer | undefined {
  const cidr = readCidr(fields, side, behaviour);
  if (cidr) {
    return { ...cidr, ownerAccountId: '' };
  }
  const groupId = fields[`${side}GroupId`];
  if (groupId) {
    const owner = fields[`${side}GroupOwnerId`] || fields[`${side}GroupOwnerAccount`] || accountId;
    return { kind: 'group', value: groupId, ownerAccountId: owner };
  }
  const prefixListId = fields[`${side}PrefixListId`];
  if (!prefixListId) {
    return undefined;
  }
  // The emulator has no prefix lists of its own: any well-formed id is taken to exist.
  if (!prefixListId.startsWith('pl-')) {
    throw new Refusal(404, 'InvalidPrefixListId.NotFound', 'The specified prefix list was not found.');
  }
  return { kind: 'prefix-list', value: prefixListId, ownerAccountId: '' };
}

type FamilyCidr = { readonly kind: 'ipv4' | 'ipv6'; readonly value: string };

/** The IPv4 or IPv6 range of one side. Naming both is refused. */
export function readCidr(
  fields: RuleFields,
  side: Side,
  behaviour: Pick<EcsBehaviour, 'bareIpEcho'>,
): FamilyCidr | undefined {
  const ipv4 = fields[`${side}CidrIp`];
  const ipv6 = fields[`Ipv6${side}CidrIp`];
  if (ipv4 && ipv6) {
    throw new Refusal(
      400,
      `InvalidParam.${side}Ip`,
      `The parameters ${side}CidrIp and Ipv6${side}CidrIp cannot be specified at the same time.`,
    );
  }
  if (!ipv4 && !ipv6) {
    return undefined;
  }
  const kind = ipv4 ? 'ipv4' : 'ipv6';
  const echoed = echoedCidr(ipv4 || ipv6 || '', kind);
  if (echoed === undefined) {
    throw malformedCidr(side, kind, ipv4 || ipv6 || '');
  }
  return { kind, value: behaviour.bareIpEcho === 'with-prefix' ? withPrefix(echoed) : echoed };
}

/** ICMP is for IPv4, ICMPv6 for IPv6. */
export function checkProtocolFamily(ipProtocol: string, peer: Peer): void {
  if (ipProtocol === 'ICMP' && peer.kind === 'ipv6') {
    throw new Refusal(
      400,
      'InvalidParam.Ipv4ProtocolConflictWithIpv6Address',
      'The specified IPv4 protocol conflicts with the IPv6 address.',
    );
  }
  if (ipProtocol === 'ICMPv6' && peer.kind === 'ipv4') {
    throw new Refusal(
      400,
      'InvalidParam.Ipv6ProtocolConflictWithIpv4Address',
      'The specified IPv6 protocol conflicts with the IPv4 address.',
    );
  }
}

export function checkFamilies(peer: Peer, near: 'ipv4' | 'ipv6' | undefined): void {
  if (near && (peer.kind === 'ipv4' || peer.kind === 'ipv6') && peer.kind !== near) {
    throw new Refusal(
      400,
      'InvalidParam.Ipv4ProtocolConflictWithIpv6Address',
      'IPv4 and IPv6 addresses cannot be specified at the same time.',
    );
  }
}

/** Two old sentences: a peer that was given and is blank, and one that was not given at all. */
function noPeer(fields: RuleFields, side: Side): Refusal {
  const isBlank = fields[`${side}CidrIp`] === '' || fields[`${side}GroupId`] === '';
  return isBlank
    ? new Refusal(
        403,
        'MissingParameter',
        `The input parameter "${side}GroupId" or "${side}CidrIp" cannot be both blank.`,
      )
    : new Refusal(400, `MissingParameter.${side}`, `The parameter ${side}CidrIp or ${side}GroupId is essential.`);
}

function malformedCidr(side: Side, kind: 'ipv4' | 'ipv6', text: string): Refusal {
  // An address of the right family with a prefix that does not exist is a block, only an illegal one.
  if (kind === 'ipv6' && isIPv6(text.split('/')[0] ?? '')) {
    return new Refusal(400, 'ILLEGAL_IPV6_CIDR', `The specified IPv6 CIDR block "${text}" is illegal.`);
  }
  return kind === 'ipv4'
    ? new Refusal(400, `Invalid${side}CidrIp.Malformed`, `The specified parameter "${side}CidrIp" is not valid.`)
    : new Refusal(400, `InvalidParam.Ipv6${side}CidrIp`, `The specified parameter "Ipv6${side}CidrIp" is not valid.`);
}
