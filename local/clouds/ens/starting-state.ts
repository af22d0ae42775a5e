import type { Group } from '../ecs/group.ts';
import { demoGroup, type Sketch } from '../ecs/starting-state.ts';
import { ensPlace } from './call-context.ts';

const RULES: readonly Sketch[] = [
  { direction: 'ingress', ipProtocol: 'TCP', portRange: '443/443', cidr: '0.0.0.0/0', description: 'edge, encrypted' },
  { direction: 'ingress', ipProtocol: 'ICMP', portRange: '-1/-1', cidr: '10.0.0.0/8', description: 'office ping' },
  { direction: 'egress', ipProtocol: 'ALL', portRange: '-1/-1', cidr: '0.0.0.0/0', description: 'everything out' },
];

/** One group of the local account that a newcomer finds, with permanent rules that must survive. */
export function startingState(nowMs: number, random: () => number): readonly Group[] {
  const named = { ...ensPlace, id: 'sg-demo-ens', description: 'Edge nodes of the demo' };
  return [demoGroup(named, RULES, nowMs, random)];
}
