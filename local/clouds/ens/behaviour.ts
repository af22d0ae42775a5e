import * as z from 'zod';
import { ecsBehaviour } from '../ecs/behaviour.ts';
import { wireSwitches } from '../wire/wire-switches.ts';

/** Everything that Edge Node Service leaves undocumented, and the limits that a trial may want elsewhere. */
export const ensBehaviour = z.strictObject({
  ...wireSwitches,
  ...ecsBehaviour.pick({
    batch: true,
    rulesPerGroupMax: true,
    hostBitsAreIdentity: true,
    bareIpEcho: true,
    describeLagMs: true,
    throttleRetryAfter: true,
  }).shape,
  revokeMissing: z
    .enum(['ok', 'InvalidSecurityGroupRule.RuleNotExist', 'InvalidParameter', 'ens.interface.error'])
    .default('ok')
    .describe('removing a rule that is not there, in either form: 200, or this code with 400'),
  revokeMatches: z
    .enum(['exact', 'any-priority'])
    .default('exact')
    .describe('what a removal takes: the rule of the named priority (1 if unsaid), or all that differ in it only'),
  descriptions: z
    .enum(['kept', 'ignored', 'InvalidParameter'])
    .default('kept')
    .describe('a Description in CreateSecurityGroupPermissions is kept, dropped in silence, or refused'),
  flatDescription: z
    .enum(['ignored', 'kept', 'InvalidParameter'])
    .default('ignored')
    .describe('the same in AuthorizeSecurityGroup and AuthorizeSecurityGroupEgress, which do not document one'),
  deleteDescription: z
    .enum(['InvalidParameter', 'ignored'])
    .default('InvalidParameter')
    .describe('a Description in DeleteSecurityGroupPermissions'),
  emptyStrings: z
    .enum(['InvalidParameter', 'ignored'])
    .default('InvalidParameter')
    .describe('an empty text where a value may be: refused, or taken as absent'),
  permissionsMax: z.int().min(1).default(100).describe('entries of one Permissions; more are InvalidParameter'),
  priorityIsIdentity: z
    .boolean()
    .default(true)
    .describe('two rules that differ in Priority only are two rules; false: the second is a duplicate'),
  caseEcho: z
    .enum(['capitalised', 'lower'])
    .default('capitalised')
    .describe('how Describe writes IpProtocol and Policy: TCP and Accept, or tcp and accept'),
  sourcePortRangeEcho: z
    .enum(['defaulted', 'as-sent'])
    .default('defaulted')
    .describe('how Describe shows source ports that nobody named: all of them, or an empty text'),
  throttlePerMinute: z
    .int()
    .min(0)
    .nullable()
    .default(null)
    .describe('calls that an account may make of one operation within a clock minute; null: any number'),
});

export type EnsBehaviour = z.infer<typeof ensBehaviour>;
