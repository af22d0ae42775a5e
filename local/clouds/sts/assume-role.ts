import * as z from 'zod';
import { Refusal } from '../wire/answer.ts';
import type { CredentialRegistry } from '../wire/credentials.ts';
import { randomName } from '../wire/random-ids.ts';

const ROLE_ARN = /^acs:ram::(\d{5,20}):role\/([\w.-]{1,64})$/;

const request = z.object({
  RoleArn: z.string().regex(ROLE_ARN),
  RoleSessionName: z.string().regex(/^[\w.@-]{2,64}$/),
  DurationSeconds: z.coerce.number().int().min(900).max(43_200).default(3_600),
  ExternalId: z
    .string()
    .regex(/^[\w=,.@:/-]{2,1224}$/)
    .optional(),
});

export type AssumeRoleDeps = {
  readonly now: () => number;
  readonly random: () => number;
  readonly credentials: CredentialRegistry;
};

/**
 * Issues credentials that act for the account of a role. Every role of every account exists and
 * trusts every caller: who may assume what is the business of the real cloud's policies.
 */
export function assumeRole(
  deps: AssumeRoleDeps,
  parameters: Readonly<Record<string, string>>,
): Record<string, unknown> {
  const parsed = request.safeParse(parameters);
  if (!parsed.success) {
    const name = String(parsed.error.issues[0]?.path[0] ?? 'RoleArn');
    throw parameters[name]
      ? new Refusal(400, `InvalidParameter.${name}`, `The parameter ${name} is wrongly formed.`)
      : new Refusal(400, `Missing${name}`, `${name} is mandatory for this action.`);
  }
  const { RoleArn, RoleSessionName, DurationSeconds } = parsed.data;
  const [, accountId = '', role = ''] = ROLE_ARN.exec(RoleArn) ?? [];
  const expiresAtMs = deps.now() + DurationSeconds * 1000;
  const issued = deps.credentials.issue(`STS.${randomName(deps.random, 24)}`, accountId, expiresAtMs);
  return {
    AssumedRoleUser: {
      Arn: `acs:ram::${accountId}:role/${role.toLowerCase()}/${RoleSessionName}`,
      AssumedRoleId: `3${accountId}:${RoleSessionName}`,
    },
    Credentials: {
      AccessKeyId: issued.accessKeyId,
      AccessKeySecret: issued.accessKeySecret,
      SecurityToken: issued.securityToken,
      Expiration: `${new Date(expiresAtMs).toISOString().slice(0, 19)}Z`,
    },
  };
}
