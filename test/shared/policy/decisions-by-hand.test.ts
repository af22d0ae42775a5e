import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { policyOf } from '../../../shared/config/config.ts';
import { cedarPolicies } from '../../../shared/policy/cedar-policy.ts';
import { question, ssh } from './policy-question.ts';

/** A policy as data: what it is about, so that a few lines can judge it without the engine. */
type Made = {
  readonly effect: 'permit' | 'forbid';
  readonly group: 'sre' | 'dba' | undefined;
  readonly ports: readonly number[];
  readonly widest: number;
  readonly approvals: number;
  readonly approvers: 'leads' | undefined;
  readonly isBroken: boolean;
};
type Asked = { readonly port: number; readonly bits: number };

const made: fc.Arbitrary<Made> = fc.record({
  effect: fc.constantFrom('permit' as const, 'permit' as const, 'forbid' as const),
  group: fc.constantFrom('sre' as const, 'dba' as const, undefined),
  ports: fc.subarray([22, 80, 3306], { minLength: 1 }),
  widest: fc.constantFrom(0, 24, 32),
  approvals: fc.integer({ min: 0, max: 3 }),
  approvers: fc.constantFrom('leads' as const, undefined),
  isBroken: fc.oneof({ weight: 9, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
});
const asked = fc.array(fc.record({ port: fc.constantFrom(22, 80, 3306), bits: fc.constantFrom(16, 24, 32) }), {
  minLength: 1,
  maxLength: 3,
});

const needs = ({ effect, approvals, approvers }: Made) =>
  effect === 'permit' && approvals > 0 ? { approvals, approvers } : { approvals: 0, approvers: undefined };

function textOf(policy: Made, index: number): string {
  const { effect, group, ports, widest, isBroken } = policy;
  const { approvals, approvers } = needs(policy);
  const notes = [
    `@id("p${index}")`,
    ...(approvals > 0 ? [`@approvals("${approvals}")`] : []),
    ...(approvers === undefined ? [] : [`@approvers("${approvers}")`]),
  ];
  const who = group === undefined ? 'principal' : `principal in Group::"${group}"`;
  const condition = `[${ports.join(', ')}].contains(context.rule.ports.from) && context.rule.peer.prefix >= ${widest}`;
  return `${notes.join(' ')} ${effect}(${who}, action, resource) when { ${isBroken ? 'context.nothing' : condition} };`;
}

const isAbout = ({ group, ports, widest }: Made, groups: readonly string[], { port, bits }: Asked): boolean =>
  (group === undefined || groups.includes(group)) && ports.includes(port) && bits >= widest;

/** What must be decided, counted out: in doubt no; then a forbid; then a permit; of several the least asking. */
function byHand(policies: readonly Made[], groups: readonly string[], rules: readonly Asked[]) {
  const needed = rules.map((rule) => {
    const isInDoubt = policies.some((one) => one.isBroken && (one.group === undefined || groups.includes(one.group)));
    if (isInDoubt) return 'POLICY_ERROR';
    const fitting = policies.filter((one) => !one.isBroken && isAbout(one, groups, rule));
    const permits = fitting.filter(({ effect }) => effect === 'permit').map(needs);
    if (permits.length === 0 || permits.length < fitting.length) return 'POLICY_DENIED';
    return Math.min(...permits.map(({ approvals }) => approvals));
  });
  const code = needed.find((one) => typeof one === 'string');
  return code === undefined ? { approvals: Math.max(...needed.map(Number)) } : { code };
}

describe('a decision', () => {
  it('is what counting the policies out by hand comes to', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(made, { maxLength: 5 }),
        fc.subarray(['sre', 'dba']),
        asked,
        async (policies, groups, rules) => {
          const text = policies.map(textOf).join('\n');
          const decide = await cedarPolicies(policyOf(text, [])).policy();

          const decision = decide(
            question({
              person: { id: 'lin', groups },
              rules: rules.map(({ port, bits }) => ({
                ...ssh,
                portRange: `${port}/${port}`,
                sourceCidrIp: `10.0.0.0/${bits}`,
              })),
            }),
          );

          const found =
            decision.refusal === undefined ? { approvals: decision.approvals } : { code: decision.refusal.code };
          expect(found).toEqual(byHand(policies, groups, rules));
        },
      ),
      { numRuns: 150 },
    );
  });
});
