import * as z from 'zod/mini';
import { type Refusal, refusal } from '../rule/refusal.ts';
import type { Target } from '../rule/target.ts';
import { apsaraSection } from './apsara-section.ts';

const endpoint = z.string().check(
  z.refine((text) => /^https?:\/\/[^\s/?#@]+(?:\/[^\s?#]*)?$/.test(text) && URL.canParse(text), {
    error: 'must be an address such as https://ecs.example.com',
  }),
);
const regionId = z.string().check(z.regex(/^[a-z0-9][a-z0-9-]{1,62}$/));
const groupForm = /^(?:ecs|ens|apsara)\/[a-z0-9][a-z0-9-]{1,62}\/[A-Za-z0-9][A-Za-z0-9_-]{1,62}$/;
const role = /^acs:ram::(\d{5,20}):role\/(?:[\w.-]|\{function\}){1,64}$/;

const fields = z.strictObject({
  accountId: z.optional(z.string().check(z.regex(/^\d{8,20}$/))),
  regions: z.union([z.literal('*'), z.array(regionId).check(z.minLength(1))]),
  clouds: z.optional(z.array(z.enum(['ecs', 'ens', 'apsara'])).check(z.minLength(1))),
  endpoints: z.optional(
    z.strictObject({ ecs: z.optional(endpoint), ens: z.optional(endpoint), apsara: z.optional(endpoint) }),
  ),
  roleArn: z.optional(
    z.string().check(
      z.refine((text) => role.test(text), {
        error: "must be a role's ARN such as acs:ram::2000000000000002:role/curfew-{function}",
      }),
    ),
  ),
  externalId: z.optional(z.string().check(z.regex(/^[\w=,.@:/-]{2,1224}$/))),
  ens: z.optional(
    z.strictObject({ form: z._default(z.enum(['stamped', 'flat']), 'stamped'), regionId: z.optional(regionId) }),
  ),
  apsara: z.optional(apsaraSection),
  callsPerMinute: z.optional(z.int().check(z.gte(1), z.lte(100_000))),
  groups: z.optional(
    z
      .array(
        z.string().check(
          z.refine((text) => groupForm.test(text), {
            error: 'must be cloud/region/group, such as ecs/cn-hangzhou/sg-bp67acfmxazb4p',
          }),
        ),
      )
      .check(z.minLength(1)),
  ),
});

/** A role leads into an account: which one is said twice, so that a slip of the pen leads nowhere. */
const account = fields.check(
  z.refine(({ roleArn, accountId }) => roleArn === undefined || role.exec(roleArn)?.[1] === accountId, {
    error: 'must be a role of the account that accountId names',
    path: ['roleArn'],
  }),
  z.refine(({ roleArn, externalId }) => externalId === undefined || roleArn !== undefined, {
    error: 'is for assuming a role: give roleArn too',
    path: ['externalId'],
  }),
  z.refine(({ endpoints, apsara }) => endpoints?.apsara === undefined || apsara?.baseUrl === undefined, {
    error: 'says the same as endpoints.apsara: give one of them',
    path: ['apsara', 'baseUrl'],
  }),
  z.refine(({ regions, groups }) => regions === '*' || (groups ?? []).every((one) => inRegions(one, regions)), {
    error: 'names a group of a region that `regions` does not have',
    path: ['groups'],
  }),
);

const inRegions = (group: string, regions: readonly string[]): boolean => regions.includes(group.split('/')[1] ?? '');

/** accounts.yaml: where rules may be changed at all. */
export const accountsSchema = z.strictObject({
  accounts: z.record(z.string().check(z.regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/)), account),
});

export type Account = z.infer<typeof account>;
export type Accounts = Readonly<Record<string, Account>>;

/** The account of a target, if it and the region are among the configured ones. */
export function accountOf(accounts: Accounts, target: Target): Account | Refusal {
  const found = Object.hasOwn(accounts, target.account) ? accounts[target.account] : undefined;
  if (!found) {
    const known = Object.keys(accounts).slice(0, 20).join(', ');
    return refusal(
      'UNKNOWN_ACCOUNT',
      `there is no account "${target.account}" in accounts.yaml; there is: ${known}`,
      '/target/account',
    );
  }
  if (found.regions !== '*' && !found.regions.includes(target.regionId)) {
    const sentence = `account "${target.account}" is not configured for ${target.regionId}, only for ${found.regions.join(', ')}`;
    return refusal('REGION_NOT_ALLOWED', sentence, '/target/regionId');
  }
  return found;
}
