import type { ChangeKind, RefusalClass } from '../reconcile/cloud-port.ts';

export type CallKind = ChangeKind | 'describe';

/**
 * What the codes of all three clouds mean, ordered by class. The status is not asked: one code comes with several
 * (`InvalidSecurityGroupId.NotFound` with 400 and 404, `AuthorizationLimitExceed` with 400 and 403), and a status of
 * 403 means anything from a missing rule to a busy server. The misspelt names are the vendor's.
 */
const codesOf: Readonly<Record<RefusalClass | 'unknown', readonly string[]>> = {
  caller: [
    'ILLEGAL_IPV6_CIDR',
    'InvalidClientToken.ValueNotSupported',
    'InvalidDestCidrIp.Malformed',
    'InvalidDestGroupId.Mismatch',
    'InvalidGroupAuthParameter.OperationDenied',
    'InvalidGroupParameter.OperationDenied',
    'InvalidIpPortRange.Malformed',
    'InvalidIpProtocol.Malformed',
    'InvalidIpProtocol.ValueNotSupported',
    'InvalidNetworkType.Conflict',
    'InvalidNetworkType.Mismatch',
    'InvalidNicType.ValueNotSupported',
    'InvalidOperation.ModifyNicType',
    'InvalidOperation.ModifyPortRangeType',
    'InvalidOperation.ModifySgRuleEntityType',
    'InvalidParam.DestCidrIp',
    'InvalidParam.DestIp',
    'InvalidParam.DuplicatePermissions',
    'InvalidParam.InvalidModifyRuleRequest',
    'InvalidParam.Ipv4ProtocolConflictWithIpv6Address',
    'InvalidParam.Ipv6DestCidrIp',
    'InvalidParam.Ipv6ProtocolConflictWithIpv4Address',
    'InvalidParam.Ipv6SourceCidrIp',
    'InvalidParam.Permissions',
    'InvalidParam.PortRange',
    'InvalidParam.PrefixListAddressFamilyMismatch',
    'InvalidParam.ProtocolAndPortRangeMismatch',
    'InvalidParam.ProtocolNotSupportPortRangeList',
    'InvalidParam.SecurityGroupRuleId',
    'InvalidParam.SecurityGroupRuleIdRepeated',
    'InvalidParam.SourceCidrIp',
    'InvalidParam.SourceIp',
    'InvalidParameter',
    'InvalidParamter.Conflict',
    'InvalidPolicy.Malformed',
    'InvalidPortRange.Malformed',
    'InvalidPortRangeListId.NotFound',
    'InvalidPriority.Malformed',
    'InvalidPriority.ValueNotSupported',
    'InvalidRegionId.NotFound',
    'InvalidSecurityGroup.InvalidNetworkType',
    'InvalidSecurityGroup.IsSame',
    'InvalidSecurityGroupDiscription.Malformed',
    'InvalidSecurityGroupId.Malformed',
    'InvalidSourceCidrIp.Malformed',
    'InvalidSourceGroupId.Mismatch',
    'InvalidSourceOrDestGroupId.DirectionMissmatch',
    'InvalidSourcePortRange.Malformed',
    'MissingParameter',
    'MissingParameter.Dest',
    'MissingParameter.Source',
    'NotSupported.ClassicNetworkPrefixList',
    // Despite its name about protocol and ports that do not fit each other.
    'OperationDenied',
    'VPCDisabled',
  ],
  'rule-gone': [
    'InvalidGroupAuthItem.NotFound',
    'InvalidSecurityGroupRule.RuleNotExist',
    'InvalidSecurityGroupRuleId.NotFound',
    'SecurityGroupRule.NotFound',
  ],
  'group-gone': ['InvalidSecurityGroupId.NotFound'],
  'peer-gone': [
    'InvalidDestGroup.NotFound',
    'InvalidDestGroupId.NotFound',
    'InvalidPrefixListId.NotFound',
    'InvalidSourceGroup.NotFound',
    'InvalidSourceGroupId.NotFound',
  ],
  exists: [],
  conflict: ['InvalidNicType.Mismatch', 'InvalidOperation.RuleDuplicate', 'SecurityGroupRuleConflict.Duplicated'],
  quota: ['AuthorizationLimitExceed', 'AuthorizedGroupRule.LimitExceed', 'LimitExceed.PrefixListAssociationResource'],
  permission: [
    'Forbidden',
    'InvalidOperation.ResourceManagedByCloudProduct',
    'InvalidOperation.SecurityGroupNotAuthorized',
    'NoPermission',
  ],
  credentials: [
    'IncompleteSignature',
    'InvalidAccessKeyId',
    'InvalidTimeStamp.Expired',
    'InvalidTimeStamp.Format',
    'MissingSecurityToken',
    'SignatureDoesNotMatch',
  ],
  // An earlier call with this token, or on this group, is not through yet; or only the nonce was used twice.
  busy: [
    'Idempotence.Processing',
    'IdempotentProcessing',
    'LastTokenProcessing',
    'OperationBusy',
    'OperationConflict',
    'SignatureNonceUsed',
    'SystemBusy',
  ],
  throttled: ['Throttling'],
  mismatch: [
    'Idempotence.SignatureMismatch',
    'IdempotenceParamNotMatch',
    'IdempotentParameterMismatch',
    'InvalidIdempotenceParameter.Mismatch',
  ],
  // Errors from inside the cloud: the change may have been made before them.
  unknown: [
    // Apsara Stack's "system error", the only failure that its document shows.
    '-1',
    'CallInterface',
    'ens.interface.error',
    'InternalError',
    'InternalError.Dispatch',
    'InvalidGressFlow.Malformed',
    'RequestTimeout',
    'ServiceUnavailable',
    'ServiceUnavailable.RegionMaintaining',
    'UnknownError',
  ],
};

const prefixes: readonly (readonly [string, RefusalClass])[] = [
  ['throttling', 'throttled'],
  ['rejected.throttling', 'throttled'],
  ['invalidparameter.', 'caller'],
  ['forbidden.', 'permission'],
  ['invalidaccesskeyid.', 'credentials'],
  ['invalidsecuritytoken.', 'credentials'],
];

/** Codes whose meaning depends on what was asked. */
const classFor: Readonly<Record<string, Partial<Record<CallKind, RefusalClass>>>> = {
  // Also said of an id that is no longer there.
  'invalidparam.securitygroupruleid': { revoke: 'rule-gone', modify: 'rule-gone' },
  'securitygroupruleconflict.duplicated': { authorize: 'exists' },
};

const classByCode = new Map(
  Object.entries(codesOf).flatMap(([name, codes]) =>
    codes.map((code) => [code.toLowerCase(), name as RefusalClass | 'unknown'] as const),
  ),
);

/**
 * What a cloud's code says about a call; `unknown` where it may have happened. A code that nobody listed is unknown
 * too: taking it for a refusal could forget a rule that is there.
 */
export function classOf(code: string, kind: CallKind): RefusalClass | 'unknown' {
  const key = code.toLowerCase();
  const listed = classFor[key]?.[kind] ?? classByCode.get(key);
  return listed ?? prefixes.find(([prefix]) => key.startsWith(prefix))?.[1] ?? 'unknown';
}
