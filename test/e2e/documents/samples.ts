type Parameters = Readonly<Record<string, string>>;

/** A parameter of a sample that cannot stand as it was printed, what stands instead, and why. */
type Correction = { readonly parameter: string; readonly becomes: Parameters; readonly why: string };

/** How a call on the wire carries a rule: parameters of their own, as `Permissions.1.…`, or by the rule's id. */
export type Form = 'flat' | 'in Permissions' | 'by id' | 'by id, with every field';
type Call = { readonly action: string; readonly form: Form };

export type Sample = {
  readonly document: string;
  readonly cloud: 'ecs' | 'ens' | 'apsara';
  readonly direction: 'ingress' | 'egress';
  /** The sample request of the document; where it has none, the examples of its parameters. */
  readonly printed: Parameters;
  readonly corrections: readonly Correction[];
  /** The action of the message that carries it. */
  readonly action: 'authorize' | 'modify' | 'revoke';
  /** What is sent at the lease's start and at its end. */
  readonly calls: { readonly start: Call; readonly end: Call };
};

const allow: Correction = {
  parameter: 'Policy',
  becomes: { Policy: 'accept' },
  why: 'the document itself knows accept and drop only',
};
const masked: Correction = {
  parameter: 'DestCidrIp',
  becomes: { DestCidrIp: '10.0.0.0/8' },
  why: 'its middle is blacked out in print',
};
const noPorts: Correction = {
  parameter: 'IpProtocol',
  becomes: { IpProtocol: 'tcp' },
  why: 'the other examples are ports, which the protocol all has none of',
};
const left = (why: string, ...parameters: string[]): Correction[] =>
  parameters.map((parameter) => ({ parameter, becomes: {}, why }));

export const samples: readonly Sample[] = [
  {
    document: 'ECS ModifySecurityGroupEgressRule',
    cloud: 'ecs',
    direction: 'egress',
    printed: {
      SecurityGroupId: 'sg-F876FF7BA',
      SourceGroupId: 'sg-1651FBB64',
      SourceGroupOwnerAccount: 'test@aliyun.com',
      IpProtocol: 'tcp',
      PortRange: '80/80',
      Policy: 'allow',
      Description: 'Thisisanewsecuritygrouprule.',
    },
    corrections: [
      allow,
      {
        parameter: 'SourceGroupId',
        becomes: { DestGroupId: 'sg-1651FBB64' },
        why: 'an egress rule has its peer at the destination: the document has no SourceGroupId',
      },
      {
        parameter: 'SourceGroupOwnerAccount',
        becomes: { DestGroupOwnerAccount: 'test@aliyun.com' },
        why: 'the same',
      },
    ],
    action: 'modify',
    calls: {
      start: { action: 'ModifySecurityGroupEgressRule', form: 'by id, with every field' },
      end: { action: 'ModifySecurityGroupEgressRule', form: 'by id, with every field' },
    },
  },
  {
    document: 'ECS ModifySecurityGroupRule',
    cloud: 'ecs',
    direction: 'ingress',
    printed: {
      SecurityGroupId: 'sg-F876FF7BA',
      SourceGroupId: 'sg-1651FBB64',
      SourceGroupOwnerAccount: 'test@aliyun.com',
      IpProtocol: 'tcp',
      PortRange: '80/80',
      Policy: 'allow',
      Description: 'This is a new security group rule.',
    },
    corrections: [allow],
    action: 'modify',
    calls: {
      start: { action: 'ModifySecurityGroupRule', form: 'by id, with every field' },
      end: { action: 'ModifySecurityGroupRule', form: 'by id, with every field' },
    },
  },
  {
    document: 'ECS RevokeSecurityGroupEgress',
    cloud: 'ecs',
    direction: 'egress',
    printed: {
      SecurityGroupId: 'sg-94n63e80l',
      IpProtocol: 'all',
      DestCidrIp: '10.0.0.0/8',
      PortRange: '-1/-1',
      NicType: 'intranet',
      Policy: 'Allow',
    },
    corrections: [allow],
    action: 'revoke',
    calls: {
      start: { action: 'RevokeSecurityGroupEgress', form: 'by id' },
      end: { action: 'AuthorizeSecurityGroupEgress', form: 'in Permissions' },
    },
  },
  {
    document: 'ENS AuthorizeSecurityGroupEgress',
    cloud: 'ens',
    direction: 'egress',
    printed: {
      IpProtocol: 'all',
      PortRange: '22/22',
      SecurityGroupId: 'sg-bp67acfmxazb4p****',
      Policy: 'accept',
      Priority: '1',
      DestCidrIp: '10.0.XX.XX/8',
      SourcePortRange: '22/22',
    },
    corrections: [noPorts, masked],
    action: 'authorize',
    calls: {
      start: { action: 'AuthorizeSecurityGroupEgress', form: 'flat' },
      end: { action: 'RevokeSecurityGroupEgress', form: 'flat' },
    },
  },
  {
    document: 'Apsara Stack AuthorizeSecurityGroupEgress',
    cloud: 'apsara',
    direction: 'egress',
    printed: {
      Policy: 'accept',
      Description: 'Manually authorize SSH 22 port-RuleDemo',
      SourcePortRange: '80/80',
      Priority: '1',
      SecurityGroupId: 'sg-bp67acfmxazb4ph***',
      Ipv6SourceCidrIp: '2001:db8:1234:1a00::***',
      NicType: 'intranet',
      DestGroupId: 'sg-bp67acfmxazb4pi***',
      PortRange: '80/80',
      DestGroupOwnerAccount: 'Test@aliyun.com',
      SourceCidrIp: '10.0.0.0/8',
      DestGroupOwnerId: '12345678910',
      IpProtocol: 'all',
      DestCidrIp: '10.0.0.0/8',
      RegionId: 'cn-qingdao-env17-d01',
      Ipv6DestCidrIp: '2001:db8:1233:1a00::***',
      ClientToken: '123e4567-e89b-12d3-a456-426655440000',
    },
    corrections: [
      noPorts,
      ...left('they mean nothing beside DestCidrIp', 'DestGroupId', 'DestGroupOwnerAccount', 'DestGroupOwnerId'),
      ...left('a rule is for IPv4 or for IPv6, and they are blacked out', 'Ipv6SourceCidrIp', 'Ipv6DestCidrIp'),
      ...left('Curfew makes its own', 'ClientToken'),
    ],
    action: 'authorize',
    calls: {
      start: { action: 'AuthorizeSecurityGroupEgress', form: 'flat' },
      end: { action: 'RevokeSecurityGroupEgress', form: 'flat' },
    },
  },
];

/** The parameters of a sample that can stand. */
export function corrected({ printed, corrections }: Sample): Parameters {
  const gone = new Set(corrections.map(({ parameter }) => parameter));
  const kept = Object.entries(printed).filter(([name]) => !gone.has(name));
  return Object.assign(Object.fromEntries(kept), ...corrections.map(({ becomes }) => becomes)) as Parameters;
}
