import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ListedRule } from '../../shared/rule/rule.ts';
import { request } from '../fakes/world.ts';
import { type CloudWay, type CloudWorld, cloudWays, worldOn } from '../support/cloud-world.ts';
import { type LeasePlan, leasePlan, type Permanent, permanents } from './lease-plans.ts';

/** Some three seconds a cloud; a failure prints its seed and path. */
const runs = 50;
/** Behind the last end that any plan can have, with time for everything that was put down to be taken up again. */
const settledAfterMs = 60 * 60_000;
const hands = { authorize: 'grant', revoke: 'revoke', modify: 'modify' } as const;

const ways = [
  ['ECS', ['authorize', 'modify', 'revoke']],
  ['Edge Node Service', ['authorize', 'revoke']],
  ['Apsara Stack over its route', ['authorize', 'revoke']],
] as const satisfies readonly (readonly [keyof typeof cloudWays, readonly LeasePlan['action'][]])[];

describe.each(ways)('leases on %s', (name, actions) => {
  it('leave the rules of a group as they found them, whatever they did meanwhile', async () => {
    const scenario = permanents.chain((permanent) =>
      fc.record({
        permanent: fc.constant(permanent),
        plans: fc.array(
          leasePlan(
            actions,
            permanent.map(({ rule }) => rule),
          ),
          { minLength: 1, maxLength: 5 },
        ),
      }),
    );

    const carriedOut = new Set<string>();

    await fc.assert(
      fc.asyncProperty(scenario, async ({ permanent, plans }) => {
        const leases = await leavesNothing(cloudWays[name], permanent, plans);
        for (const { action, state } of leases) if (state === 'ended') carriedOut.add(action);
      }),
      { numRuns: runs, interruptAfterTimeLimit: 15_000 },
    );

    // Or it would say nothing: leases that are all refused change nothing either.
    expect([...carriedOut].sort()).toEqual([...actions]);
  });
});

async function leavesNothing(way: CloudWay, permanent: readonly Permanent[], plans: readonly LeasePlan[]) {
  const world = await worldOn(way);
  try {
    await addByHand(world, way, permanent);
    const before = await world.rules();
    const beganMs = world.clock.nowMs;

    const taken = await carryOut(world, way, plans, before);
    await world.hurryTo(beganMs + settledAfterMs);

    const after = await world.rules();
    expect(textsOf(after)).toEqual(textsOf(before));
    // A rule that no lease took away is the very same rule, not one like it.
    const isTaken = ({ rule }: ListedRule) => taken.has(JSON.stringify(rule));
    const untouched = before.filter((one) => !isTaken(one));
    expect(identitiesOf(after.filter((one) => !isTaken(one)))).toEqual(identitiesOf(untouched));
    const leases = await world.tx((tx) => tx.listLeases({ limit: 100 }));
    expect(leases.filter(({ state }) => !['ended', 'failed', 'rejected', 'cancelled'].includes(state))).toEqual([]);
    return leases;
  } finally {
    await world.close();
  }
}

async function addByHand(world: CloudWorld, { target }: CloudWay, permanent: readonly Permanent[]): Promise<void> {
  for (const [index, { rule, description }] of permanent.entries()) {
    const rules = [description === undefined ? rule : { ...rule, description }];
    const { api } = world.cloud;
    const frozen = api.prepare(target, { kind: 'authorize', direction: rule.direction, rules });
    const answer = await api.send(target, 'authorize', rule.direction, frozen, `by-hand-${index}`);
    expect(answer.kind).toBe('done');
    // Rules of strangers are older than the first lease: nothing says that they were made together.
    world.clock.nowMs += 60_000;
  }
}

/** Sends every message of the plans at its time; returns the rules that a lease may have taken away and put back. */
async function carryOut(
  world: CloudWorld,
  { target }: CloudWay,
  plans: readonly LeasePlan[],
  before: readonly ListedRule[],
): Promise<ReadonlySet<string>> {
  const beganMs = world.clock.nowMs;
  const messages = plans.flatMap((plan) => {
    const asked = request({
      target,
      action: plan.action,
      rules: namedRules(plan, before),
      duration: `PT${plan.durationSeconds}S`,
      startsAt: instant(beganMs + (plan.atSeconds + plan.startsInSeconds) * 1_000),
    });
    const later = plan.later.map(({ afterSeconds, action, bySeconds }, index) => ({
      atSeconds: plan.atSeconds + afterSeconds,
      message: {
        version: 1,
        action,
        id: `${asked.id}/${index}`,
        requestId: asked.id,
        requester: { id: 'lin@example.com' },
        ...(action === 'end' ? {} : { duration: `PT${bySeconds}S` }),
      },
      hand: hands[plan.action],
    }));
    return [{ atSeconds: plan.atSeconds, message: asked, hand: hands[plan.action] }, ...later];
  });
  for (const { atSeconds, message, hand } of messages.toSorted((a, b) => a.atSeconds - b.atSeconds)) {
    await world.hurryTo(beganMs + atSeconds * 1_000);
    await world.sendTo(hand, message);
  }
  const revoked = plans.filter(({ action }) => action === 'revoke').flatMap(({ rules }) => rules);
  const keys = new Set(revoked.map((rule) => keyOf(rule)));
  return new Set(before.filter(({ rule }) => rule && keys.has(keyOf(rule))).map(({ rule }) => JSON.stringify(rule)));
}

function namedRules({ action, rules, isById, set }: LeasePlan, before: readonly ListedRule[]): readonly unknown[] {
  return rules.map((rule) => {
    if (action === 'authorize') return rule;
    const ruleId = before.find((one) => one.rule && keyOf(one.rule) === keyOf(rule))?.ruleId;
    const name = isById && ruleId ? { securityGroupRuleId: ruleId } : rule;
    if (action === 'revoke') return name;
    return { ...name, set: isById && ruleId ? set : { description: 'changed for a while' } };
  });
}

const keyOf = (rule: object): string => {
  const { description: _, ...rest } = rule as { description?: string };
  return JSON.stringify(Object.entries(rest).sort(([a], [b]) => (a < b ? -1 : 1)));
};
const instant = (ms: number): string => new Date(ms).toISOString();
const textsOf = (rules: readonly ListedRule[]) =>
  rules.map(({ rule, description }) => `${keyOf(rule ?? {})} ${description}`).sort();
const identitiesOf = (rules: readonly ListedRule[]) =>
  rules.map(({ ruleId, createdAtMs, rule }) => `${ruleId} ${createdAtMs} ${keyOf(rule ?? {})}`).sort();
