import type { Group } from '../ecs/group.ts';
import { demoGroup, type Sketch } from '../ecs/starting-state.ts';

const REGION = 'cn-qingdao-env17-d01';

const RULES: readonly Sketch[] = [
  { direction: 'ingress', ipProtocol: 'TCP', portRange: '443/443', cidr: '10.0.0.0/8', description: 'intranet portal' },
  { direction: 'ingress', ipProtocol: 'TCP', portRange: '22/22', cidr: '10.1.0.0/16', description: 'operators' },
  { direction: 'egress', ipProtocol: 'ALL', portRange: '-1/-1', cidr: '10.0.0.0/8', description: 'everything inside' },
];

/** One group of the local account that a newcomer finds, with permanent rules that must survive. */
export function startingState(nowMs: number, random: () => number): readonly Group[] {
  const named = { id: 'sg-demo-stack', description: 'Servers of the demo stack', regionId: REGION, vpcId: 'vpc-demo' };
  return [demoGroup(named, RULES, nowMs, random)];
}
