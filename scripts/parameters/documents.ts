/** One request parameter as the vendor's document has it. */
export type Parameter = {
  readonly name: string;
  readonly type: 'String' | 'Long' | 'Integer';
  readonly isRequired?: true;
  /** The default that the document names; absent: it names none. */
  readonly fallback?: string;
  /** A newer document says otherwise, and that holds. */
  readonly isOverruled?: true;
  readonly values?: string;
};

export type ApiDocument = {
  readonly id: 'modify-egress' | 'modify' | 'revoke-egress' | 'ens' | 'apsara';
  readonly title: string;
  readonly parameters: readonly Parameter[];
};

const token = 'at most 64 ASCII characters';
const ports = '1/65535 for TCP and UDP, start ≤ end; -1/-1 for ICMP, GRE, ALL';
const anyCase = 'icmp, gre, tcp, udp, all; in either case';
const sides = 'internet, intranet; between groups intranet';
const policies = 'accept, drop';
const string = (name: string, more: Omit<Parameter, 'name' | 'type'> = {}): Parameter => ({
  name,
  type: 'String',
  ...more,
});
const required = (name: string, values?: string): Parameter =>
  string(name, { isRequired: true, ...(values === undefined ? {} : { values }) });

/** The five documents that this project was asked to serve, parameter by parameter and in their order. */
export const documents: readonly ApiDocument[] = [
  {
    id: 'modify-egress',
    title: 'ECS ModifySecurityGroupEgressRule',
    parameters: [
      required('IpProtocol', anyCase),
      required('PortRange', ports),
      required('RegionId'),
      required('SecurityGroupId'),
      string('Action'),
      string('ClientToken', { values: token }),
      string('Description', { values: '1 to 512 characters' }),
      string('DestCidrIp', { fallback: '0.0.0.0/0', isOverruled: true, values: 'CIDR block or IPv4 address' }),
      string('DestGroupId'),
      string('DestGroupOwnerAccount'),
      { name: 'DestGroupOwnerId', type: 'Long' },
      string('Ipv6DestCidrIp', { values: 'CIDR block or IPv6 address' }),
      string('Ipv6SourceCidrIp', { values: 'CIDR block or IPv6 address' }),
      string('NicType', { values: sides }),
      string('Policy', { fallback: 'accept', values: policies }),
      string('Priority', { fallback: '1', values: '1 to 100' }),
      string('SourceCidrIp', { values: 'CIDR block or IPv4 address' }),
      string('SourcePortRange', { values: ports }),
    ],
  },
  {
    id: 'modify',
    title: 'ECS ModifySecurityGroupRule',
    parameters: [
      required('Action'),
      required('RegionId'),
      required('SecurityGroupId'),
      required('Description'),
      required('IpProtocol', anyCase),
      required('Portrange', ports),
      string('SourcePortRange', { values: ports }),
      string('Nictype', { fallback: 'internet', isOverruled: true, values: sides }),
      string('Policy', { fallback: 'accept', values: policies }),
      string('DestCidrIp', { fallback: '0.0.0.0/0', isOverruled: true, values: 'CIDR block or IPv4 address' }),
      string('SourceCidrIp', { fallback: '0.0.0.0/0', isOverruled: true, values: 'CIDR block' }),
      string('SourceGroupId', { values: 'this or SourceCidrIp, which wins' }),
      string('SourceGroupOwnerAccount', { values: 'means nothing beside SourceCidrIp' }),
      string('SourceGroupOwnerId', { values: 'means nothing beside SourceCidrIp' }),
      string('Priority', { values: '1 to 100' }),
    ],
  },
  {
    id: 'revoke-egress',
    title: 'ECS RevokeSecurityGroupEgress',
    parameters: [
      required('IpProtocol', anyCase),
      required('PortRange', ports),
      required('RegionId'),
      required('SecurityGroupId'),
      string('Action'),
      string('ClientToken', { values: token }),
      string('Description'),
      string('DestCidrIp', { fallback: 'null', values: 'CIDR block or IPv4 address' }),
      string('DestGroupId', { values: 'this or DestCidrIp, which wins' }),
      string('DestGroupOwnerAccount', { values: 'means nothing beside DestCidrIp' }),
      { name: 'DestGroupOwnerId', type: 'Long', values: 'means nothing beside DestCidrIp' },
      string('Ipv6DestCidrIp', { fallback: 'null', values: 'VPC only' }),
      string('Ipv6SourceCidrIp', { fallback: 'null', values: 'VPC only' }),
      string('NicType', { fallback: 'internet', isOverruled: true, values: sides }),
      string('Policy', { fallback: 'accept', values: policies }),
      string('Priority', { fallback: '1', values: '1 to 100' }),
      string('SourceCidrIp', { fallback: 'null', values: 'CIDR block or IPv4 address' }),
      string('SourcePortRange', { values: ports }),
    ],
  },
  {
    id: 'ens',
    title: 'Edge Node Service AuthorizeSecurityGroupEgress',
    parameters: [
      required('IpProtocol', 'case-sensitive'),
      required('PortRange', 'such as 22/22'),
      required('SecurityGroupId'),
      string('Policy', { values: 'such as accept' }),
      { name: 'Priority', type: 'Integer', fallback: '1', values: '1 to 100' },
      string('DestCidrIp', { isRequired: true, fallback: 'empty', values: 'CIDR block or IPv4 address' }),
      string('SourcePortRange', { values: 'such as 22/22' }),
    ],
  },
  {
    id: 'apsara',
    title: 'Apsara Stack AuthorizeSecurityGroupEgress',
    parameters: [
      string('Policy', { fallback: 'accept', values: policies }),
      string('Description', { values: '1 to 512 characters' }),
      string('SourcePortRange', { values: ports }),
      string('Priority', { fallback: '1', values: '1 to 100' }),
      required('SecurityGroupId'),
      string('Ipv6SourceCidrIp', { fallback: 'none', values: 'VPC only' }),
      string('NicType', { fallback: 'internet', isOverruled: true, values: `${sides}; not needed in a VPC` }),
      string('DestGroupId', { values: 'this or DestCidrIp, which wins' }),
      string('version', { values: 'such as 2016-01-01' }),
      required('PortRange', ports),
      string('DestGroupOwnerAccount', { values: 'means nothing beside DestCidrIp' }),
      required('regionId'),
      string('SourceCidrIp', { fallback: 'none', values: 'CIDR block or IPv4 address' }),
      { name: 'DestGroupOwnerId', type: 'Long', values: 'means nothing beside DestCidrIp' },
      required('IpProtocol', 'icmp, gre, tcp, udp, all; case-sensitive'),
      string('DestCidrIp', { fallback: 'none', values: 'CIDR block or IPv4 address' }),
      required('RegionId'),
      string('Ipv6DestCidrIp', { fallback: 'none', values: 'VPC only' }),
      string('ClientToken', { values: token }),
    ],
  },
];
