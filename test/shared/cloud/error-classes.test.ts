import { describe, expect, it } from 'vitest';
import { classOf } from '../../../shared/cloud/error-classes.ts';
import { documentedErrors } from './documented-errors.ts';

const rows = documentedErrors.flatMap((table) =>
  table.rows.map(([status, code, expected]) => [table.document, status, code, expected, table.kind] as const),
);

describe('the classes of error codes', () => {
  it('cover all 82 rows of the documents', () => {
    expect(rows).toHaveLength(82);
  });

  it.each(rows)('%s: %i %s is %s', (_document, _status, code, expected, kind) => {
    expect(classOf(code, kind)).toBe(expected);
    expect(classOf(code.toUpperCase(), kind)).toBe(expected);
  });

  it.each([
    ['Throttling', 'throttled'],
    ['Throttling.User', 'throttled'],
    ['Throttling.Api', 'throttled'],
    ['Rejected.Throttling', 'throttled'],
    ['OperationConflict', 'busy'],
    ['LastTokenProcessing', 'busy'],
    ['IdempotentProcessing', 'busy'],
    ['Idempotence.Processing', 'busy'],
    ['SignatureNonceUsed', 'busy'],
    ['IdempotentParameterMismatch', 'mismatch'],
    ['IdempotenceParamNotMatch', 'mismatch'],
    ['Idempotence.SignatureMismatch', 'mismatch'],
    ['InvalidIdempotenceParameter.Mismatch', 'mismatch'],
    ['InvalidClientToken.ValueNotSupported', 'caller'],
    ['InvalidParam.DuplicatePermissions', 'caller'],
    ['InvalidParameter.Conflict', 'caller'],
    ['InvalidParameter.Ipv6CidrIp', 'caller'],
    ['InvalidPrefixListId.NotFound', 'peer-gone'],
    ['InvalidOperation.RuleDuplicate', 'conflict'],
    ['AuthorizedGroupRule.LimitExceed', 'quota'],
    ['LimitExceed.PrefixListAssociationResource', 'quota'],
    ['Forbidden.RAM', 'permission'],
    ['Forbidden.AccessKeyDisabled', 'permission'],
    ['InvalidOperation.SecurityGroupNotAuthorized', 'permission'],
    ['InvalidOperation.ResourceManagedByCloudProduct', 'permission'],
    ['InvalidAccessKeyId.NotFound', 'credentials'],
    ['InvalidSecurityToken.Expired', 'credentials'],
    ['InvalidTimeStamp.Expired', 'credentials'],
    ['SignatureDoesNotMatch', 'credentials'],
    ['InvalidSecurityGroupRule.RuleNotExist', 'rule-gone'],
    ['InvalidSecurityGroupRuleId.NotFound', 'rule-gone'],
    // The service's own errors: what was asked may have been done before them.
    ['ServiceUnavailable', 'unknown'],
    ['ServiceUnavailable.RegionMaintaining', 'unknown'],
    ['InvalidGressFlow.Malformed', 'unknown'],
    ['UnknownError', 'unknown'],
    ['RequestTimeout', 'unknown'],
    ['-1', 'unknown'],
  ])('%s is %s', (code, expected) => {
    expect(classOf(code, 'revoke')).toBe(expected);
  });

  it('take an unknown rule id for a rule that is gone only where an id was named', () => {
    const code = 'InvalidParam.SecurityGroupRuleId';

    expect(classOf(code, 'revoke')).toBe('rule-gone');
    expect(classOf(code, 'modify')).toBe('rule-gone');
    expect(classOf(code, 'authorize')).toBe('caller');
  });

  it('take a duplicate for the rule being there only where it was to be added', () => {
    const code = 'SecurityGroupRuleConflict.Duplicated';

    expect(classOf(code, 'authorize')).toBe('exists');
    expect(classOf(code, 'modify')).toBe('conflict');
  });

  it.each(['Surprise.Of.Tomorrow', 'undefined', '', 'constructor', 'ThrottledNot'])(
    'take the unlisted code "%s" for an unknown outcome',
    (code) => {
      expect(classOf(code, 'authorize')).toBe('unknown');
    },
  );
});
