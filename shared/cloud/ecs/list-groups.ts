import type { NotListed } from '../../reconcile/cloud-port.ts';
import { type EcsOptions, ecsCaller } from './ecs-caller.ts';
import { listPages } from './list-pages.ts';

const pageSizeMax = 100;

export type GroupListing = {
  readonly kind: 'listed';
  readonly groupIds: readonly string[];
  readonly requestIds: readonly string[];
};

/** The ids of every security group of the region that the credentials may see, all pages or none. */
export async function listEcsGroups(options: EcsOptions): Promise<GroupListing | NotListed> {
  const { regionId } = options;
  const listed = await listPages(ecsCaller(options), (nextToken) => (client, sdk) => {
    const which = { regionId, maxResults: pageSizeMax, ...(nextToken ? { nextToken } : {}) };
    return client.describeSecurityGroups(new sdk.DescribeSecurityGroupsRequest(which));
  });
  if (listed.kind !== 'pages') return listed;
  const groups = listed.bodies.map((body) => body.securityGroups?.securityGroup);
  if (groups.some((page) => page === undefined)) {
    return { kind: 'unknown', code: 'MALFORMED_LISTING', message: 'the answer is not a listing of groups' };
  }
  const ids = groups.flatMap((page) => page ?? []).flatMap(({ securityGroupId }) => securityGroupId ?? []);
  return { kind: 'listed', groupIds: [...new Set(ids)], requestIds: listed.requestIds };
}
