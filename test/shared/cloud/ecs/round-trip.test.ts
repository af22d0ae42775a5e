import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ruleKey } from '../../../../shared/rule/identity.ts';
import { canonicalRule, type RequestRule, requestRuleSchema } from '../../../../shared/rule/request-rule.ts';
import type { Rule } from '../../../../shared/rule/rule.ts';
import { RuleApiHand } from '../../../contract/rule-api.ts';
import { type EcsTrial, openEcsTrial, webGroup } from './ecs-trial.ts';

let trial: EcsTrial;
beforeAll(async () => {
  trial = await openEcsTrial({ timeoutMs: 5_000 });
});
afterAll(() => trial.close());

const port = fc.integer({ min: 1, max: 65_535 });
const portRange = fc.tuple(port, port).map(([a, b]) => `${Math.min(a, b)}/${Math.max(a, b)}`);
const octet = fc.integer({ min: 0, max: 255 });
const withBits = (bitsMax: number, address: string) => (bits: number) => `${address}/${Math.min(bits, bitsMax)}`;
// Host bits would be refused by the request itself, so the longest prefix or an aligned block.
const cidr4 = fc.oneof(
  fc.tuple(octet, octet, octet, octet).map((parts) => `${parts.join('.')}/32`),
  fc.tuple(octet, octet).map(([a, b]) => `${a}.${b}.0.0/16`),
  fc.tuple(octet, octet, octet, octet).map((parts) => parts.join('.')),
);
const group16 = fc.integer({ min: 1, max: 0xffff }).map((number) => number.toString(16));
const cidr6 = fc
  .tuple(group16, group16, group16, fc.constantFrom(128, 64))
  .map(([a, b, c, bits]) =>
    bits === 128 ? withBits(128, `2001:DB8:${a}:0:0:${b}:0:${c}`)(128) : `2001:0db8:${a}:${b}::/64`,
  );
const protocol = fc.constantFrom('tcp', 'TCP', 'udp', 'icmp', 'ICMPv6', 'gre', 'all', 'ALL');
const peer = fc.oneof(
  fc.record({ kind: fc.constant('v4'), value: cidr4 }),
  fc.record({ kind: fc.constant('v6'), value: cidr6 }),
  fc.record({ kind: fc.constant('group'), value: fc.constant('sg-demo-db') }),
  fc.record({ kind: fc.constant('list'), value: fc.constant('pl-x1j1k5ykzqlixdcy') }),
);

const requestRule = fc
  .record({
    direction: fc.constantFrom('ingress' as const, 'egress' as const),
    ipProtocol: protocol,
    ports: portRange,
    listOfPorts: fc.boolean(),
    sourcePorts: fc.option(fc.oneof(portRange, fc.constant('1/65535')), { nil: undefined }),
    policy: fc.constantFrom('accept', 'Drop'),
    priority: fc.integer({ min: 1, max: 100 }),
    peer,
    near: fc.option(fc.oneof(cidr4, cidr6), { nil: undefined }),
    description: fc.option(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }), { nil: undefined }),
  })
  .map(asRequest);

/** The field names of one direction; what the API does not allow together is left for `canonicalRule` to refuse. */
function asRequest(from: {
  direction: 'ingress' | 'egress';
  ipProtocol: string;
  ports: string;
  listOfPorts: boolean;
  sourcePorts: string | undefined;
  policy: string;
  priority: number;
  peer: { kind: string; value: string };
  near: string | undefined;
  description: string | undefined;
}): Record<string, unknown> {
  const [own, other] = from.direction === 'ingress' ? ['source', 'dest'] : ['dest', 'source'];
  const capital = (side: string) => `${side.charAt(0).toUpperCase()}${side.slice(1)}`;
  const cidrField = (side: string, value: string) =>
    value.includes(':') ? `ipv6${capital(side)}CidrIp` : `${side}CidrIp`;
  const peerField = { group: `${own}GroupId`, list: `${own}PrefixListId` }[from.peer.kind];
  const hasPorts = ['tcp', 'udp'].includes(from.ipProtocol.toLowerCase());
  const ports =
    hasPorts && from.listOfPorts ? { portRangeListId: 'prl-web' } : { portRange: hasPorts ? from.ports : '-1/-1' };
  return {
    direction: from.direction,
    ipProtocol: from.ipProtocol,
    ...ports,
    ...(hasPorts && from.sourcePorts !== undefined ? { sourcePortRange: from.sourcePorts } : {}),
    policy: from.policy,
    priority: from.priority,
    [peerField ?? cidrField(own ?? '', from.peer.value)]: from.peer.value,
    ...(from.near === undefined ? {} : { [cidrField(other ?? '', from.near)]: from.near }),
    ...(from.description === undefined ? {} : { description: from.description }),
  };
}

function canonical(request: Record<string, unknown>): Rule | undefined {
  const parsed = requestRuleSchema.safeParse(request);
  if (!parsed.success) return undefined;
  const rule = canonicalRule(parsed.data satisfies RequestRule, [], webGroup.securityGroupId);
  return 'code' in rule ? undefined : rule;
}

describe('a rule on its way through ECS', () => {
  it('keeps its identity, whatever it is', async () => {
    const hand = new RuleApiHand(trial);
    let opened = 0;

    await fc.assert(
      fc.asyncProperty(requestRule, async (request) => {
        const rule = canonical(request);
        fc.pre(rule !== undefined);
        const answer = await hand.authorize([rule]);
        // What the emulator has no room for (a peer of the wrong kind, say) says nothing about identity.
        fc.pre(answer.kind === 'done');
        opened += 1;

        const { rules } = await hand.list();
        const keys = rules.map((listed) => listed.rule && ruleKey(webGroup, listed.rule));
        expect(keys).toContain(ruleKey(webGroup, rule));
        expect(await hand.revoke([rule])).toMatchObject({ kind: 'done' });
        expect(await hand.find(rule)).toBeUndefined();
      }),
      { numRuns: 60, maxSkipsPerRun: 20 },
    );

    expect(opened).toBeGreaterThanOrEqual(60);
  });
});
