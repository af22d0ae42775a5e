import { LOCAL_ACCOUNT_ID } from '../wire/credentials.ts';
import { randomName } from '../wire/random-ids.ts';
import type { Group } from './group.ts';
import type { RuleSpec } from './rule.ts';

export type Sketch = Pick<RuleSpec, 'direction' | 'ipProtocol' | 'portRange' | 'description'> & {
  readonly cidr: string;
};

const WEB: readonly Sketch[] = [
  {
    direction: 'ingress',
    ipProtocol: 'TCP',
    portRange: '80/80',
    cidr: '0.0.0.0/0',
    description: 'web, plain',
  },
  {
    direction: 'ingress',
    ipProtocol: 'TCP',
    portRange: '443/443',
    cidr: '0.0.0.0/0',
    description: 'web, encrypted',
  },
  {
    direction: 'ingress',
    ipProtocol: 'TCP',
    portRange: '22/22',
    cidr: '10.0.0.0/8',
    description: 'office shell',
  },
];

/** No rule names another group: the vendor would then refuse to delete that group. */
const DB: readonly Sketch[] = [
  {
    direction: 'ingress',
    ipProtocol: 'TCP',
    portRange: '3306/3306',
    cidr: '172.16.0.0/12',
    description: 'web servers',
  },
  {
    direction: 'ingress',
    ipProtocol: 'TCP',
    portRange: '5432/5432',
    cidr: '10.0.0.0/8',
    description: 'office reports',
  },
  {
    direction: 'egress',
    ipProtocol: 'ALL',
    portRange: '-1/-1',
    cidr: '0.0.0.0/0',
    description: 'everything out',
  },
];

/** Two groups of the local account that a newcomer finds, with permanent rules that must survive. */
export function startingState(nowMs: number, random: () => number): readonly Group[] {
  return [
    demoGroup('sg-demo-web', 'Web servers of the demo', WEB, nowMs, random),
    demoGroup('sg-demo-db', 'Databases of the demo', DB, nowMs, random),
  ];
}

export function demoGroup(
  id: string,
  description: string,
  sketches: readonly Sketch[],
  nowMs: number,
  random: () => number,
): Group {
  return {
    accountId: LOCAL_ACCOUNT_ID,
    regionId: 'cn-hangzhou',
    id,
    name: id.slice('sg-'.length),
    description,
    type: 'normal',
    vpcId: 'vpc-demo',
    resourceGroupId: '',
    serviceManaged: false,
    tags: [],
    createdAtMs: nowMs,
    nextSequence: sketches.length + 1,
    rules: sketches.map(({ cidr, ...sketch }, index) => ({
      ...sketch,
      policy: 'Accept',
      priority: 1,
      nicType: 'intranet',
      portRangeListId: '',
      sourcePortRange: '',
      peer: { kind: 'ipv4', value: cidr, ownerAccountId: '' },
      nearCidr: '',
      id: `sgr-${randomName(random, 17)}`,
      sequence: index + 1,
      createdAtMs: nowMs,
    })),
    tokens: [],
  };
}
