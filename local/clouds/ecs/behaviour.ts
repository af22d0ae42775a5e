import * as z from 'zod';
import { wireSwitches } from '../wire/wire-switches.ts';

/** Everything that ECS leaves undocumented, and the limits that a trial may want elsewhere. */
export const ecsBehaviour = z.strictObject({
  ...wireSwitches,
  revokeMissingByPermissions: z
    .enum(['ok', 'RuleNotExist', 'InvalidGroupAuthItem.NotFound'])
    .default('ok')
    .describe(
      'revoking by Permissions what is not there: 200, InvalidSecurityGroupRule.RuleNotExist 400, or the older InvalidGroupAuthItem.NotFound 403',
    ),
  revokeMissingByFlat: z
    .enum(['ok', 'RuleNotExist', 'InvalidGroupAuthItem.NotFound'])
    .default('RuleNotExist')
    .describe('the same with the deprecated flat parameters, where the refusal was observed'),
  revokeMissingById: z
    .enum([
      'documented',
      'InvalidParam.SecurityGroupRuleId',
      'InvalidSecurityGroupRule.RuleNotExist',
      'InvalidSecurityGroupRuleId.NotFound',
      'ok',
    ])
    .default('documented')
    .describe(
      'revoking an unknown id; documented: InvalidParam.SecurityGroupRuleId for ingress, InvalidSecurityGroupRule.RuleNotExist for egress; ok: as before July 2024',
    ),
  modifyMissingById: z
    .enum(['InvalidSecurityGroupRuleId.NotFound', 'SecurityGroupRule.NotFound'])
    .default('InvalidSecurityGroupRuleId.NotFound')
    .describe('modifying an unknown id, 404'),
  existingDescription: z
    .enum(['kept', 'replaced'])
    .default('kept')
    .describe('authorizing a rule that is there already with another Description: the old one stays, or the new one'),
  batch: z
    .enum(['atomic', 'partial'])
    .default('atomic')
    .describe('a batch whose k-th entry is refused: nothing is done, or the entries before it stay done'),
  priorityIsIdentity: z
    .boolean()
    .default(true)
    .describe('two rules that differ in Priority only are two rules; false: one'),
  hostBitsAreIdentity: z.boolean().default(false).describe('true: 10.1.2.3/8 and 10.0.0.0/8 are two rules'),
  bareIpEcho: z
    .enum(['as-sent', 'with-prefix'])
    .default('as-sent')
    .describe('how Describe shows a bare address: 203.0.113.7 or 203.0.113.7/32'),
  priorityEcho: z.enum(['number', 'string']).default('number').describe('the JSON type of Priority in answers'),
  vpcInternetNic: z
    .enum(['refuse', 'ignore'])
    .default('refuse')
    .describe('NicType internet in a VPC: InvalidNicType.Mismatch 400, or taken as intranet'),
  describeLagMs: z
    .int()
    .min(0)
    .max(600_000)
    .default(0)
    .describe('DescribeSecurityGroupAttribute shows the rules as they were so long ago'),
  tokenTtlSeconds: z.int().min(0).default(86_400).describe('how long a ClientToken is remembered; 0: not at all'),
  rememberFailures: z.boolean().default(false).describe('a ClientToken also replays a refusal (4xx)'),
  tokenMismatchStatus: z
    .union([z.literal(400), z.literal(403)])
    .default(400)
    .describe('the status of IdempotentParameterMismatch'),
  throttlePerMinute: z
    .int()
    .min(0)
    .nullable()
    .default(null)
    .describe('calls that an account may make of one operation in one region within a clock minute; null: any number'),
  throttleRetryAfter: z
    .boolean()
    .default(true)
    .describe('throttled answers bear x-acs-retry-after, in milliseconds up to the next minute'),
  rulesPerGroupMax: z.int().min(0).default(200).describe('rules of a group, both directions together'),
  groupRulesMax: z.int().min(0).default(20).describe('rules of a group that name another group'),
});

export type EcsBehaviour = z.infer<typeof ecsBehaviour>;
