import * as z from 'zod';

/** What the policy files leave open: `${region}`, `${account}`, `${log_project}`, and `${group}` once each group. */
export const deploymentSchema = z.strictObject({
  region: z.string().regex(/^[a-z]+-[a-z]+(-\d+)?$/),
  account: z.string().regex(/^\d+$/),
  log_project: z.string().regex(/^[a-z0-9-]+$/),
  groups: z.array(z.string().regex(/^sg-[a-z0-9-]+$/)).min(1),
});

export type Deployment = z.infer<typeof deploymentSchema>;

/** One verb a statement, spelt out: `*` inside an action would give more than was read and approved. */
export const policySchema = z.strictObject({
  Version: z.literal('1'),
  Statement: z
    .array(
      z.strictObject({
        Effect: z.literal('Allow'),
        Action: z.array(z.string().regex(/^[a-z]+:[A-Za-z]+$/)).min(1),
        Resource: z.array(z.string().regex(/^(\*|acs:.+)$/)).min(1),
      }),
    )
    .min(1),
});

export type Policy = z.infer<typeof policySchema>;

/** The policy for one deployment. A resource that names `${group}` is written once for each group. */
export function renderPolicy(policy: Policy, { groups, ...values }: Deployment): Policy {
  const fill = (resource: string) => [...new Set(groups.map((group) => fillIn(resource, { ...values, group })))];
  return {
    ...policy,
    Statement: policy.Statement.map((statement) => ({
      ...statement,
      Resource: statement.Resource.flatMap(fill),
    })),
  };
}

function fillIn(text: string, values: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\$\{(\w+)\}/g, (placeholder, name: string) => values[name] ?? placeholder);
}
