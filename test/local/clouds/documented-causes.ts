/** Groups that the trial made beside the demo groups, which are in `vpc-demo`. */
export type Groups = { readonly classic: string; readonly otherVpc: string };
type Fields = Readonly<Record<string, string | undefined>>;

/** What brings one row of a document's error table about. */
export type Cause =
  /** Parameters that differ from those of a good call; undefined leaves one out. */
  | {
      readonly send: Fields | ((groups: Groups) => Fields);
      /** Switches of the emulator, for what the vendor leaves open or a limit that would take long to reach. */
      readonly behaviour?: Readonly<Record<string, unknown>>;
      /** The call is made twice; the second one gets the code. */
      readonly twice?: true;
    }
  /** Why no input can bring it about here; the emulator says it when it is armed to. */
  | { readonly armed: string };

const groupPeer = (id: string): Fields => ({ DestCidrIp: undefined, DestGroupId: id });
const sourcePeer = (id: string): Fields => ({ SourceCidrIp: undefined, SourceGroupId: id });
const ipv6Peer = (cidr: string): Fields => ({ DestCidrIp: undefined, Ipv6DestCidrIp: cidr });

/** The fields are read alike by ModifySecurityGroupEgressRule and RevokeSecurityGroupEgress. */
const egressFields: Readonly<Record<string, readonly Cause[]>> = {
  '404 InvalidSecurityGroupId.NotFound': [{ send: { SecurityGroupId: 'sg-nobody' } }],
  '404 InvalidDestGroupId.NotFound': [{ send: groupPeer('sg-nobody') }],
  '400 InvalidPolicy.Malformed': [{ send: { Policy: 'allow' } }],
  '400 MissingParameter.Dest': [{ send: { DestCidrIp: undefined } }],
  '400 InvalidParam.PortRange': [{ send: { PortRange: '200/1' } }],
  '400 InvalidPriority.Malformed': [{ send: { Priority: 'high' } }],
  '400 InvalidPriority.ValueNotSupported': [{ send: { Priority: '0' } }, { send: { Priority: '101' } }],
  '400 InvalidParam.SourceIp': [{ send: { SourceCidrIp: '10.0.0.0/8', Ipv6SourceCidrIp: '2001:db8::/32' } }],
  '400 InvalidParam.DestIp': [{ send: { Ipv6DestCidrIp: '2001:db8::/32' } }],
  '400 InvalidParam.Ipv6DestCidrIp': [{ send: ipv6Peer('203.0.113.7') }],
  '400 InvalidParam.Ipv6SourceCidrIp': [{ send: { ...ipv6Peer('2001:db8::/32'), Ipv6SourceCidrIp: '10.0.0.1' } }],
  '400 InvalidParam.Ipv4ProtocolConflictWithIpv6Address': [
    { send: { ...ipv6Peer('2001:db8::/32'), IpProtocol: 'icmp', PortRange: '-1/-1' } },
  ],
  '400 InvalidParam.Ipv6ProtocolConflictWithIpv4Address': [{ send: { IpProtocol: 'icmpv6', PortRange: '-1/-1' } }],
  '400 ILLEGAL_IPV6_CIDR': [{ send: ipv6Peer('2001:db8::/129') }],
};

export const causes: Readonly<Record<string, Readonly<Record<string, readonly Cause[]>>>> = {
  ModifySecurityGroupEgressRule: {
    ...egressFields,
    '400 OperationDenied': [{ send: { IpProtocol: 'icmp', PortRange: '22/22' } }],
    '400 InvalidIpProtocol.Malformed': [{ send: { IpProtocol: 'tcp!' } }],
    '400 InvalidIpProtocol.ValueNotSupported': [{ send: { IpProtocol: 'sctp' } }],
    '403 InvalidDestGroupId.Mismatch': [
      { send: ({ classic }) => ({ ...groupPeer('sg-demo-db'), SecurityGroupId: classic, NicType: 'internet' }) },
    ],
    '400 InvalidDestGroupId.Mismatch': [{ send: ({ otherVpc }) => groupPeer(otherVpc) }],
    '400 InvalidDestCidrIp.Malformed': [{ send: { DestCidrIp: '010.0.0.1' } }, { send: { DestCidrIp: '10.0.0.0/33' } }],
    '403 MissingParameter': [{ send: { DestCidrIp: '', DestGroupId: '' } }],
    '400 InvalidNicType.ValueNotSupported': [{ send: { NicType: 'wifi' } }, { send: { NicType: 'both' } }],
    '400 InvalidNicType.Mismatch': [{ send: { NicType: 'internet' } }],
    '403 AuthorizationLimitExceed': [{ armed: 'a modification adds no record, so it cannot reach the limit of them' }],
    '403 InvalidParamter.Conflict': [{ send: { SourceGroupId: 'sg-demo-web' } }],
    '400 InvalidDestGroup.NotFound': [{ send: { ...groupPeer('sg-demo-db'), DestGroupOwnerId: '2000000000000002' } }],
    '400 VPCDisabled': [{ armed: 'every account here has VPCs' }],
    '500 InternalError': [{ armed: 'no input makes the service fail inside' }],
    '403 InvalidNetworkType.Conflict': [{ send: ({ classic }) => groupPeer(classic) }],
    '403 InvalidSecurityGroup.IsSame': [{ send: groupPeer('sg-demo-web') }],
    '400 InvalidSecurityGroupDiscription.Malformed': [{ send: { Description: '' } }],
    '404 SecurityGroupRule.NotFound': [{ send: {} }],
    '400 InvalidSecurityGroup.InvalidNetworkType': [
      { armed: 'it is about ClassicLink, which the vendor has withdrawn and the emulator never had' },
    ],
  },
  ModifySecurityGroupRule: {
    '400 InvalidIpProtocol.Malformed': [{ send: { IpProtocol: 'tcp!' } }],
    '400 InvalidNicType.Mismatch': [{ send: { NicType: 'internet' } }],
    '400 InvalidNicType.ValueNotSupported': [{ send: { NicType: 'wifi' } }],
    '400 InvalidPolicy.Malformed': [{ send: { Policy: 'allow' } }],
    '400 InvalidPriority.Malformed': [{ send: { Priority: 'high' } }],
    '400 InvalidPriority.ValueNotSupported': [{ send: { Priority: '101' } }],
    '400 InvalidSecurityGroupDiscription.Malformed': [{ send: { Description: 'd'.repeat(513) } }],
    '400 InvalidSourceCidrIp.Malformed': [{ send: { SourceCidrIp: '203.0.113' } }],
    '400 InvalidSourceGroup.NotFound': [
      { send: { ...sourcePeer('sg-demo-db'), SourceGroupOwnerId: '2000000000000002' } },
    ],
    '400 InvalidSourceGroupId.Mismatch': [{ send: ({ otherVpc }) => sourcePeer(otherVpc) }],
    '400 OperationDenied': [{ send: { PortRange: '-1/-1' } }],
    '403 InvalidNetworkType.Mismatch': [{ send: ({ classic }) => sourcePeer(classic) }],
    '403 InvalidParamter.Conflict': [{ send: sourcePeer('sg-demo-web') }],
    '403 InvalidSourceGroupId.Mismatch': [
      { send: ({ classic }) => ({ ...sourcePeer('sg-demo-db'), SecurityGroupId: classic, NicType: 'internet' }) },
    ],
    '403 MissingParameter': [{ send: { SourceCidrIp: '', SourceGroupId: '' } }],
    '404 InvalidRegionId.NotFound': [{ send: { RegionId: 'nowhere' } }],
    '404 InvalidSecurityGroupId.NotFound': [{ send: { SecurityGroupId: 'sg-nobody' } }],
    '404 InvalidSourceGroupId.NotFound': [{ send: sourcePeer('sg-nobody') }],
  },
  RevokeSecurityGroupEgress: {
    ...egressFields,
    '400 InvalidIpProtocol.ValueNotSupported': [{ send: { IpProtocol: 'sctp' } }, { send: { IpProtocol: 'tcp!' } }],
    '403 InvalidNicType.Mismatch': [{ send: { NicType: 'internet' } }],
    '403 InvalidGroupAuthItem.NotFound': [
      { send: {}, behaviour: { revokeMissingByFlat: 'InvalidGroupAuthItem.NotFound' } },
    ],
    '400 Invaliddestcidrip.Malformed': [{ send: { DestCidrIp: '10.0.0.0/33' } }],
  },
  'ENS AuthorizeSecurityGroupEgress': {
    '400 MissingParameter': [{ send: { PortRange: undefined } }],
    '400 NoPermission': [{ armed: 'the emulated accounts have no RAM users with fewer rights' }],
    '400 InvalidParameter.%s': [{ send: { Priority: '101' } }],
    '400 InvalidParameter': [{ send: { Policy: '' } }],
    '400 InvalidSecurityGroupId.NotFound': [{ send: { SecurityGroupId: 'sg-nobody' } }],
    '400 SecurityGroupRuleConflict.Duplicated': [{ send: {}, twice: true }],
    '400 AuthorizationLimitExceed': [{ send: {}, behaviour: { rulesPerGroupMax: 1 } }],
    '400 ens.interface.error': [{ armed: 'no input makes the service fail inside' }],
    '400 CallInterface': [{ armed: 'no input makes the service fail inside' }],
  },
};
