import * as z from 'zod/mini';

/** Where a rule lives: one security group of one account and region on one cloud. */
export const targetSchema = z.strictObject({
  cloud: z.enum(['ecs', 'ens', 'apsara']),
  account: z._default(z.string().check(z.regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/)), 'default'),
  regionId: z.string().check(z.regex(/^[a-z0-9][a-z0-9-]{1,62}$/)),
  securityGroupId: z.string().check(z.regex(/^[A-Za-z0-9][A-Za-z0-9_-]{1,62}$/)),
});

export type Target = z.infer<typeof targetSchema>;

/** One line that names a region of an account: what groups there have in common, a role and a quota among it. */
export const regionKey = ({ cloud, account, regionId }: Target): string => `${cloud}/${account}/${regionId}`;

/** One line that names a group: for keys, locks and logs. */
export const targetKey = (target: Target): string => `${regionKey(target)}/${target.securityGroupId}`;

/** The group that such a line names; undefined for another text. */
export function targetOfKey(key: string): Target | undefined {
  const [cloud, account, regionId, securityGroupId] = key.split('/');
  return targetSchema.safeParse({ cloud, account, regionId, securityGroupId }).data;
}
