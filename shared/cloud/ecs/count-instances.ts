import type { InstanceCount, NotListed } from '../../reconcile/cloud-port.ts';
import type { Target } from '../../rule/target.ts';
import { readAgain } from '../read-again.ts';
import type { EcsCaller } from './ecs-caller.ts';

/**
 * How many instances are in a group: `EcsCount`, which is true only where it is asked for. The vendor's client calls
 * the parameter deprecated and names no other: where the count ceases to come, the answer is no count.
 */
export async function countInstances(
  caller: EcsCaller,
  { regionId, securityGroupId }: Target,
): Promise<InstanceCount | NotListed> {
  const which = {
    regionId,
    securityGroupIds: JSON.stringify([securityGroupId]),
    isQueryEcsCount: true,
    maxResults: 10,
  };
  const answer = await readAgain(() =>
    caller('describe', (client, sdk) => client.describeSecurityGroups(new sdk.DescribeSecurityGroupsRequest(which))),
  );
  if (answer.kind !== 'answered') return answer;
  const [found] = (answer.body.securityGroups?.securityGroup ?? []).filter(
    (group) => group.securityGroupId === securityGroupId,
  );
  const instances = found?.ecsCount;
  if (instances !== undefined && Number.isInteger(instances) && instances >= 0) return { kind: 'counted', instances };
  // A group that may not be listed is left out like one that is not there: neither is one without instances.
  const message = found ? 'the answer has no EcsCount' : 'the answer does not have this group';
  return { kind: 'unknown', code: 'NOT_COUNTED', message };
}
