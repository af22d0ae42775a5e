import type { Group } from '../ecs/group.ts';
import type { RuleSpec } from '../ecs/rule.ts';
import { LOCAL_ACCOUNT_ID } from '../wire/credentials.ts';
import { randomName } from '../wire/random-ids.ts';
import { CENTRAL } from './call-context.ts';

type Sketch = Pick<RuleSpec, 'direction' | 'ipProtocol' | 'portRange' | 'description'> & { readonly cidr: string };

const RULES: readonly Sketch[] = [
  { direction: 'ingress', ipProtocol: 'TCP', portRange: '443/443', cidr: '0.0.0.0/0', description: 'edge, encrypted' },
  { direction: 'ingress', ipProtocol: 'ICMP', portRange: '-1/-1', cidr: '10.0.0.0/8', description: 'office ping' },
  { direction: 'egress', ipProtocol: 'ALL', portRange: '-1/-1', cidr: '0.0.0.0/0', description: 'everything out' },
];

/** One group of the local account that a newcomer finds, with permanent rules that must survive. */
export function startingState(nowMs: number, random: () => number): readonly Group[] {
  return [
    {
      accountId: LOCAL_ACCOUNT_ID,
      regionId: CENTRAL,
      id: 'sg-demo-ens',
      name: 'demo-ens',
      description: 'Edge nodes of the demo',
      type: 'normal',
      vpcId: 'ens',
      resourceGroupId: '',
      serviceManaged: false,
      tags: [],
      createdAtMs: nowMs,
      nextSequence: RULES.length + 1,
      rules: RULES.map(({ cidr, ...sketch }, index) => ({
        ...sketch,
        policy: 'Accept',
        priority: 1,
        nicType: 'intranet',
        portRangeListId: '',
        sourcePortRange: '',
        peer: { kind: 'ipv4', value: cidr, ownerAccountId: '' },
        nearCidr: '',
        id: randomName(random, 17),
        sequence: index + 1,
        createdAtMs: nowMs,
      })),
      tokens: [],
    },
  ];
}
