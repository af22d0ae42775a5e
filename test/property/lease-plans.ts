import fc from 'fast-check';
import type { Rule } from '../../shared/rule/rule.ts';

/** A rule that was there before any lease, made by somebody else. */
export type Permanent = { readonly rule: Rule; readonly description: string | undefined };

/** One lease as a person would ask for it; numbers are seconds, `rules` point into the pool of rules. */
export type LeasePlan = {
  readonly atSeconds: number;
  readonly action: 'authorize' | 'modify' | 'revoke';
  readonly rules: readonly Rule[];
  /** Existing rules are named by id where the cloud has ids, or by their attributes. */
  readonly isById: boolean;
  readonly set: Readonly<Record<string, unknown>>;
  readonly startsInSeconds: number;
  readonly durationSeconds: number;
  readonly later: readonly {
    readonly afterSeconds: number;
    readonly action: 'extend' | 'shorten' | 'end';
    readonly bySeconds: number;
  }[];
};

/** Few enough rules that leases meet on them: the same traffic at two priorities, accepted and dropped, both ways. */
const rule: fc.Arbitrary<Rule> = fc
  .record({
    isIngress: fc.boolean(),
    cidr: fc.constantFrom('10.0.0.0/8', '203.0.113.7/32'),
    port: fc.constantFrom('22/22', '8000/8099'),
    policy: fc.constantFrom('accept' as const, 'drop' as const),
    priority: fc.constantFrom(1, 50),
  })
  .map(({ isIngress, cidr, port, policy, priority }) => ({
    direction: isIngress ? 'ingress' : 'egress',
    ipProtocol: 'tcp',
    portRange: port,
    policy,
    priority,
    nicType: 'intranet',
    ...(isIngress ? { sourceCidrIp: cidr } : { destCidrIp: cidr }),
  }));

/** Texts of strangers: any characters, and one that looks like a stamp of ours. */
const description = fc.option(
  fc.oneof(
    { weight: 4, arbitrary: fc.string({ minLength: 1, maxLength: 60, unit: 'grapheme' }) },
    {
      weight: 1,
      arbitrary: fc.constant(
        'until 2026, temporary [curfew1 00000000000000000000000000 kfoi12 kfoi34 AAAAAAAAAAAAAAAAAAAAAA]',
      ),
    },
  ),
  { nil: undefined },
);

export const permanents: fc.Arbitrary<readonly Permanent[]> = fc.uniqueArray(fc.record({ rule, description }), {
  maxLength: 5,
  selector: (one) => JSON.stringify(one.rule),
});

/** What a modification sets; whatever would make it another's equal or is not possible is refused, which is fine. */
const set = fc
  .record(
    {
      portRange: fc.constantFrom('22/22', '443/443'),
      priority: fc.constantFrom(1, 2, 50),
      policy: fc.constantFrom('accept', 'drop'),
      description: fc.constantFrom('changed for a while', 'and again'),
    },
    { requiredKeys: [] },
  )
  .map((fields) => (Object.keys(fields).length === 0 ? { description: 'changed for a while' } : fields));

export function leasePlan(actions: readonly LeasePlan['action'][], pool: readonly Rule[]): fc.Arbitrary<LeasePlan> {
  // Half of the rules that leases name are there already.
  const named = pool.length === 0 ? rule : fc.oneof(rule, fc.constantFrom(...pool));
  return fc.record({
    atSeconds: fc.integer({ min: 0, max: 180 }),
    action: fc.constantFrom(...actions),
    rules: fc.uniqueArray(named, { minLength: 1, maxLength: 3, selector: (one) => JSON.stringify(one) }),
    isById: fc.boolean(),
    set,
    startsInSeconds: fc.constantFrom(0, 0, 0, 20),
    durationSeconds: fc.integer({ min: 1, max: 150 }),
    later: fc.array(
      fc.record({
        afterSeconds: fc.integer({ min: 0, max: 150 }),
        action: fc.constantFrom('extend' as const, 'shorten' as const, 'end' as const),
        bySeconds: fc.integer({ min: 1, max: 90 }),
      }),
      { maxLength: 2 },
    ),
  });
}
