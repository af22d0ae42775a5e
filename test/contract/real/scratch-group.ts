import * as z from 'zod';
import { systemClock } from '../../../shared/runtime/clock.ts';
import { type EcsAccount, mustBeOk } from './account.ts';

/** Groups of this name and description are ours: both must fit before one is removed. */
export const namePrefix = 'curfew-contract-';
const description = 'scratch group of the contract test of curfew: made and removed by it';
const pagesMax = 100;
const triesMax = 5;

const page = z.object({
  NextToken: z.string().optional(),
  SecurityGroups: z.object({
    SecurityGroup: z.array(
      z.object({
        SecurityGroupId: z.string(),
        SecurityGroupName: z.string().default(''),
        Description: z.string().default(''),
        VpcId: z.string().default(''),
      }),
    ),
  }),
});
type Listed = z.infer<typeof page>['SecurityGroups']['SecurityGroup'][number];

/** Makes the group that everything happens in. Without `vpcId` it goes where another group of the region is. */
export async function makeScratchGroup(account: EcsAccount, vpcId: string | undefined): Promise<string> {
  const vpc = vpcId ?? (await listGroups(account)).find((group) => group.VpcId !== '')?.VpcId;
  if (vpc === undefined) throw new Error('no security group of this region is in a VPC; name one with --vpc');
  const name = `${namePrefix}${systemClock.nowMs().toString(36)}`;
  const parameters = { SecurityGroupName: name, Description: description, VpcId: vpc, ClientToken: name };
  const { body } = mustBeOk(await account.call('CreateSecurityGroup', parameters), 'making the scratch group');
  return z.string().min(1).parse(body.SecurityGroupId);
}

/** Removes every scratch group of this or an earlier run; answers those that stay. */
export async function removeScratchGroups(account: EcsAccount): Promise<readonly string[]> {
  const ours = (await listGroups(account)).filter(
    (group) => group.SecurityGroupName.startsWith(namePrefix) && group.Description === description,
  );
  const stay: string[] = [];
  for (const { SecurityGroupId } of ours) if (!(await remove(account, SecurityGroupId))) stay.push(SecurityGroupId);
  return stay;
}

/** Again after a pause: a group may count as used for a while after its last rule went. */
async function remove(account: EcsAccount, SecurityGroupId: string): Promise<boolean> {
  for (let tries = 1; tries <= triesMax; tries += 1) {
    const { code } = await account.cleanUp('DeleteSecurityGroup', { SecurityGroupId });
    if (code === 'ok' || code === 'InvalidSecurityGroupId.NotFound') return true;
    if (tries < triesMax) await systemClock.sleep(1_000 * tries);
  }
  return false;
}

async function listGroups(account: EcsAccount): Promise<readonly Listed[]> {
  const groups: Listed[] = [];
  let token = '';
  for (let pages = 0; pages < pagesMax; pages += 1) {
    const parameters = { MaxResults: '100', ...(token === '' ? {} : { NextToken: token }) };
    const said = mustBeOk(await account.cleanUp('DescribeSecurityGroups', parameters), 'listing the groups');
    const { NextToken, SecurityGroups } = page.parse(said.body);
    groups.push(...SecurityGroups.SecurityGroup);
    token = NextToken ?? '';
    if (token === '') return groups;
  }
  throw new Error('the listing of groups does not end');
}
