import { describe, expect, it } from 'vitest';
import { budgetedRuleApi } from '../../../shared/cloud/budgeted-rule-api.ts';
import { CallBudget } from '../../../shared/cloud/call-budget.ts';
import type { RuleApi } from '../../../shared/reconcile/cloud-port.ts';
import { sweep } from '../../../shared/reconcile/sweep.ts';
import { group, makeWorld, request } from '../../fakes/world.ts';

const throttled = { kind: 'refused', class: 'throttled', code: 'Throttling.User', message: 'too many' } as const;

function stopwatch() {
  const clock = { nowMs: 1_000_000 };
  return {
    clock,
    monotonicMs: () => clock.nowMs,
    sleep: async (ms: number) => {
      clock.nowMs += ms;
    },
  };
}

describe('a budget of calls', () => {
  it('lets no more through in any minute than the quota', () => {
    const watch = stopwatch();
    const budget = new CallBudget(watch, 4);

    const first = [1, 2, 3, 4, 5].map(() => budget.take('describe', true));
    watch.clock.nowMs += 60_000;

    expect(first).toEqual([0, 0, 0, 0, 60_000]);
    expect(budget.take('describe', true)).toBe(0);
    expect(budget.take('authorize ingress', true)).toBe(0);
  });

  it('keeps the rest back while a removal had to wait', () => {
    const watch = stopwatch();
    const budget = new CallBudget(watch, 4);
    for (let call = 0; call < 5; call += 1) budget.take('describe', true);
    watch.clock.nowMs += 61_000;

    expect(budget.take('describe', false)).toBeGreaterThan(0);
    expect(budget.take('describe', true)).toBe(0);
  });

  it('gives the rest all of it when nothing is to be removed', () => {
    const budget = new CallBudget(stopwatch(), 4);

    expect([1, 2, 3, 4, 5].map(() => budget.take('describe', false))).toEqual([0, 0, 0, 0, 60_000]);
  });

  it('learns from refusals where no quota is known', () => {
    const watch = stopwatch();
    const budget = new CallBudget(watch, undefined);
    expect(budget.take('describe', false)).toBe(0);

    budget.refused('describe', undefined, false);
    expect(budget.take('describe', false)).toBe(10_000);
    expect(budget.take('describe', true)).toBe(0);

    budget.refused('describe', 20_000, true);
    expect(budget.take('describe', true)).toBe(20_000);
  });
});

/** A thousand rules, evenly over groups, that all end in the same minute, at a cloud that counts calls by the minute. */
async function thousandEnding(groups: number, callsPerMinute: number | undefined) {
  const world = makeWorld();
  const quota = 60;
  const used = new Map<string, number>();
  const counted = (action: string): boolean => {
    const name = `${action} ${Math.floor(world.clock.nowMs / 60_000)}`;
    used.set(name, (used.get(name) ?? 0) + 1);
    return (used.get(name) ?? 0) <= quota;
  };
  let isCounting = false;
  const cloud: RuleApi = {
    abilities: world.cloud.abilities,
    prepare: (...change) => world.cloud.prepare(...change),
    bytesOf: (rule) => world.cloud.bytesOf(rule),
    actionOf: (...way) => world.cloud.actionOf(...way),
    describe: async (target) => (isCounting && !counted('describe') ? throttled : world.cloud.describe(target)),
    send: async (...call) => (isCounting && !counted(call[1]) ? throttled : world.cloud.send(...call)),
  };
  const api = budgetedRuleApi(cloud, world.deps.stopwatch, callsPerMinute);
  const targets = Array.from({ length: groups }, (_, index) => ({ ...group, securityGroupId: `sg-${index}` }));
  const rule = (index: number) => ({
    ...{ direction: 'ingress', ipProtocol: 'tcp', portRange: `${1000 + index}/${1000 + index}` },
    sourceCidrIp: '203.0.113.7/32',
  });
  for (const [index, target] of targets.entries()) {
    const rules = Array.from({ length: 1_000 / groups }, (_, port) => rule(index + port));
    for (let from = 0; from < rules.length; from += 20) {
      await world.send('grant', request({ target, rules: rules.slice(from, from + 20), duration: 'PT30M' }));
    }
  }
  const open = () => targets.reduce((sum, target) => sum + world.cloud.rules(target).length, 0);
  expect(open()).toBe(1_000);
  world.clock.nowMs += 30 * 60_000;
  isCounting = true;
  let minutes = 0;
  for (; open() > 0 && minutes < 100; minutes += 1) {
    await sweep({ ...world.deps, apiFor: () => api }, 'revoke', () => true);
    world.clock.nowMs = (Math.floor(world.clock.nowMs / 60_000) + 1) * 60_000;
  }
  return minutes;
}

describe('a thousand rules that end at once, at a quota of 60 calls a minute', () => {
  it.each([
    [1_000, 17],
    [100, 2],
    [1, 1],
  ])('are gone from %i groups in the fewest minutes: %i', async (groups, fewest) => {
    expect(await thousandEnding(groups, 60)).toBe(fewest);
  });

  it('are gone nearly as soon where nobody configured the quota', async () => {
    expect(await thousandEnding(1_000, undefined)).toBeLessThanOrEqual(18);
  });
});
