import { LOCAL_ACCOUNT_ID } from '../wire/credentials.ts';
import { randomName } from '../wire/random-ids.ts';
import { emptyGroup, type Group } from './group.ts';
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

type Named = Pick<Group, 'id' | 'description' | 'regionId' | 'vpcId'> & Partial<Pick<Group, 'instances'>>;

/** Two groups of the local account that a newcomer finds, with permanent rules that must survive. */
export function startingState(nowMs: number, random: () => number): readonly Group[] {
  const place = { regionId: 'cn-hangzhou', vpcId: 'vpc-demo' };
  const web = { ...place, id: 'sg-demo-web', description: 'Web servers of the demo', instances: 3 };
  const db = { ...place, id: 'sg-demo-db', description: 'Databases of the demo', instances: 2 };
  return [demoGroup(web, WEB, nowMs, random), demoGroup(db, DB, nowMs, random)];
}

export function demoGroup(named: Named, sketches: readonly Sketch[], nowMs: number, random: () => number): Group {
  const name = named.id.slice('sg-'.length);
  return {
    ...emptyGroup({ ...named, name, accountId: LOCAL_ACCOUNT_ID, createdAtMs: nowMs }),
    instances: named.instances ?? 0,
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
  };
}
