import { Refusal } from '../wire/answer.ts';
import type { RuleFields } from './parameters.ts';
import type { RuleSpec } from './rule.ts';

const PROTOCOLS = new Map(['TCP', 'UDP', 'ICMP', 'ICMPv6', 'GRE', 'ALL'].map((name) => [name.toLowerCase(), name]));

/** The only regions that take protocol numbers of IANA. */
const NUMBER_REGIONS = new Set([
  'ap-southeast-6',
  'eu-west-1',
  'ap-southeast-3',
  'cn-huhehaote',
  'cn-qingdao',
  'us-east-1',
  'ap-southeast-1',
]);

const DESCRIPTION_LENGTH_MAX = 512;
const PORT_MAX = 65_535;

export function readProtocol(text: string | undefined, regionId: string): string {
  const named = PROTOCOLS.get((text ?? '').toLowerCase());
  if (named) {
    return named;
  }
  const isNumber = /^(?:0|[1-9]\d{0,2})$/.test(text ?? '') && Number(text) <= 255;
  if (text && isNumber && NUMBER_REGIONS.has(regionId)) {
    return text;
  }
  if (text && !/^[A-Za-z0-9]+$/.test(text)) {
    throw new Refusal(400, 'InvalidIpProtocol.Malformed', 'The specified parameter "IpProtocol" is not valid.');
  }
  throw new Refusal(
    400,
    'InvalidIpProtocol.ValueNotSupported',
    'The specified parameter IpProtocol should not be null and only tcp, udp, icmp, gre or all is supported. Ignore case.',
  );
}

/**
 * Ports as `first/last` for TCP and UDP; `-1/-1` for every other protocol, and only for them. A range that is well
 * formed and does not fit the protocol is told apart from one that is none.
 */
export function checkPortRange(text: string, ipProtocol: string): void {
  const [, first, last] = /^([1-9]\d{0,4})\/([1-9]\d{0,4})$/.exec(text) ?? [];
  const hasPorts = ipProtocol === 'TCP' || ipProtocol === 'UDP';
  const isPorts = first !== undefined && Number(first) <= Number(last) && Number(last) <= PORT_MAX;
  if (!isPorts && text !== '-1/-1') {
    throw new Refusal(
      400,
      'InvalidParam.PortRange',
      "The specified param PortRange or SourcePortRange is not valid. should be integer and less than 65535, range separator is '/'.",
    );
  }
  if (hasPorts !== isPorts) {
    throw new Refusal(
      400,
      'OperationDenied',
      'The specified IpProtocol does not exist or IpProtocol and PortRange do not match.',
    );
  }
}

/** The destination ports: a range, or a port list where no range is given. */
export function readPorts(fields: RuleFields, ipProtocol: string): Pick<RuleSpec, 'portRange' | 'portRangeListId'> {
  const { PortRange: portRange = '', PortRangeListId: portRangeListId = '' } = fields;
  if (portRange !== '' || portRangeListId === '') {
    checkPortRange(portRange, ipProtocol);
    return { portRange, portRangeListId: '' };
  }
  if (!portRangeListId.startsWith('prl-')) {
    throw new Refusal(400, 'InvalidPortRangeListId.NotFound', 'The specified port range list was not found.');
  }
  if (ipProtocol !== 'TCP' && ipProtocol !== 'UDP') {
    throw new Refusal(
      400,
      'InvalidParam.ProtocolNotSupportPortRangeList',
      'The specified IpProtocol does not support the parameter PortRangeListId.',
    );
  }
  return { portRange: '', portRangeListId };
}

export function readPolicy(text: string | undefined): RuleSpec['policy'] {
  const policy = (text || 'accept').toLowerCase();
  if (policy !== 'accept' && policy !== 'drop') {
    throw new Refusal(400, 'InvalidPolicy.Malformed', 'The specified parameter "Policy" is not valid.');
  }
  return policy === 'accept' ? 'Accept' : 'Drop';
}

export function readPriority(text: string | undefined): number {
  if (!text) {
    return 1;
  }
  if (!/^-?\d{1,9}$/.test(text)) {
    throw new Refusal(400, 'InvalidPriority.Malformed', 'The specified parameter "Priority" is not valid.');
  }
  const priority = Number(text);
  if (priority < 1 || priority > 100) {
    throw new Refusal(400, 'InvalidPriority.ValueNotSupported', 'The parameter Priority is invalid.');
  }
  return priority;
}

/** An empty description is refused, although the SDK sends one for an empty string. */
export function readDescription(text: string | undefined): string {
  if (text === undefined) {
    return '';
  }
  if (text === '' || [...text].length > DESCRIPTION_LENGTH_MAX) {
    throw new Refusal(
      400,
      'InvalidSecurityGroupDiscription.Malformed',
      'The specified security group rule description is not valid.',
    );
  }
  return text;
}

/** Classic groups have two sides; a VPC has the intranet only. */
export function readNicType(
  text: string | undefined,
  group: { readonly vpcId: string },
  vpcInternetNic: 'refuse' | 'ignore',
): RuleSpec['nicType'] {
  const nicType = (text || (group.vpcId === '' ? 'internet' : 'intranet')).toLowerCase();
  if (nicType !== 'internet' && nicType !== 'intranet') {
    throw new Refusal(400, 'InvalidNicType.ValueNotSupported', 'The specified NicType does not exist.');
  }
  if (group.vpcId === '' || nicType === 'intranet') {
    return nicType;
  }
  if (vpcInternetNic === 'refuse') {
    throw new Refusal(400, 'InvalidNicType.Mismatch', 'Specified nic type conflicts with the authorization record.');
  }
  return 'intranet';
}
