import * as z from 'zod';
import { ecsBehaviour } from '../ecs/behaviour.ts';

/** The switches of ECS, and whatever the documents of Apsara Stack leave open beyond them. */
export const apsaraBehaviour = z.strictObject({
  ...ecsBehaviour.shape,
  failureForm: z
    .enum(['errorSample', 'bare', 'asapi'])
    .default('errorSample')
    .describe(
      'how the route words a failure: {errorSample: {resultCode, resultMsg, result}}, the same without the wrapping, or {asapiSuccess: false, asapiErrorCode, asapiErrorMessage}',
    ),
  failureStatus: z
    .union([z.literal(200), z.literal(400), z.literal(500), z.literal('as-ecs')])
    .default(200)
    .describe('the HTTP status of a failure on the route; as-ecs: the status that ECS gives it'),
  failureNamesCode: z
    .boolean()
    .default(true)
    .describe('resultMsg begins with the code of ECS; false: it is always "system error", as in the document'),
  ruleIds: z.boolean().default(false).describe('DescribeSecurityGroupAttribute shows SecurityGroupRuleId'),
  takesPermissions: z
    .boolean()
    .default(false)
    .describe('Permissions.N and SecurityGroupRuleId.N are taken as ECS takes them; false: passed over as unknown'),
  bodies: z
    .enum(['any', 'json', 'form'])
    .default('any')
    .describe('which encoding of the body the route reads; a body of the other kind has no parameters'),
  staticHeaders: z
    .record(z.string(), z.string())
    .nullable()
    .default(null)
    .describe('a request that bears these headers needs no signature, such as {"x-api-key": "local-secret"}'),
  requiredHeaders: z
    .array(z.string())
    .default([])
    .describe('calls without these headers are refused, such as ["x-acs-organizationid"]'),
});

export type ApsaraBehaviour = z.infer<typeof apsaraBehaviour>;
