import { describe, expect, it } from 'vitest';
import { receive } from '../../../shared/reconcile/receive.ts';
import { sweep } from '../../../shared/reconcile/sweep.ts';
import { workGroup } from '../../../shared/reconcile/work.ts';
import type { Target } from '../../../shared/rule/target.ts';
import { virtualWorld } from '../../fakes/virtual-world.ts';
import { group, request } from '../../fakes/world.ts';

const minuteMs = 60_000;
const groupNumber = (n: number): Target => ({ ...group, securityGroupId: `sg-${String(n).padStart(4, '0')}` });
const ruleFrom = (n: number) => ({
  direction: 'ingress',
  ipProtocol: 'tcp',
  portRange: '22/22',
  sourceCidrIp: `10.${n >> 16}.${(n >> 8) & 255}.${n & 255}/32`,
});

function flooded(quota = 200) {
  const virtual = virtualWorld({ quota });
  const { world, engine, deps, sleep } = virtual;
  /** As the platform runs the hands: each sweeps every minute, in a process of its own. */
  const timers = async (untilMs: number) => {
    const one = async (hand: 'grant' | 'revoke') => {
      while (engine.nowMs < untilMs) {
        await sleep(minuteMs - (engine.nowMs % minuteMs));
        const endMs = engine.nowMs + 43_000;
        await sweep(deps, hand, () => engine.nowMs < endMs);
      }
    };
    await Promise.all([one('grant'), one('revoke')]);
  };
  /** When each of these rules was gone, in milliseconds after the end of its lease. */
  const overruns = async (targets: readonly Target[], endMs: number, untilMs: number) => {
    const gone = new Map<Target, number>();
    while (engine.nowMs < untilMs && gone.size < targets.length) {
      for (const target of targets) {
        if (!gone.has(target) && world.cloud.rules(target).length === 0) gone.set(target, engine.nowMs - endMs);
      }
      await sleep(1_000);
    }
    return { left: targets.length - gone.size, longestMs: Math.max(...gone.values()) };
  };
  return { ...virtual, timers, overruns };
}

describe('a thousand leases that end in the same minute', () => {
  it.each([
    ['in four groups, within seconds of the sweep', 4, 10_000],
    // 250 revocations and 500 listings, of which the first 250 go ahead of the endings.
    ['in 250 groups, within the minutes that the quota allows and two more', 250, 5 * minuteMs],
  ])(
    'end %s',
    async (_what, groups, withinMs) => {
      const { world, engine, run, timers, overruns, used } = flooded();
      const targets = Array.from({ length: groups }, (_, n) => groupNumber(n));
      const messages = Array.from({ length: 1_000 }, (_, n) =>
        request({
          target: targets[n % groups],
          rules: [ruleFrom(n)],
          expiresAt: '2026-12-01T10:00:00Z',
          duration: undefined,
        }),
      );
      await world.send('grant', ...messages);
      const endMs = Date.parse('2026-12-01T10:00:00Z');
      engine.nowMs = endMs - 5_000;
      used.clear();

      const found = await run(
        Promise.all([overruns(targets, endMs, endMs + withinMs + 60_000), timers(endMs + withinMs)]).then(
          ([one]) => one,
        ),
      );

      expect(found.left).toBe(0);
      expect(found.longestMs).toBeLessThanOrEqual(withinMs);
    },
    60_000,
  );
});

describe('a flood of requests', () => {
  it('never delays a revocation, though it uses up the quota for listing', async () => {
    const quota = 60;
    const { world, engine, deps, run, sleep, overruns, used } = flooded(quota);
    const targets = Array.from({ length: 40 }, (_, n) => groupNumber(n));
    const endMs = Date.parse('2026-12-01T09:03:30Z');
    const leases = targets.map((target, n) =>
      request({ target, rules: [ruleFrom(n)], expiresAt: '2026-12-01T09:03:30Z', duration: undefined }),
    );
    await world.send('grant', ...leases);
    engine.nowMs = endMs - 1.5 * minuteMs;
    used.clear();
    let requests = 0;
    /** Three groups' requests a second for two and a half minutes: with two looks each, six times what the quota has. */
    const flood = async () => {
      while (engine.nowMs < endMs + minuteMs) {
        requests += 1;
        const value = request({ target: groupNumber(1_000 + requests), rules: [ruleFrom(requests)], duration: 'PT1H' });
        void receive(deps, 'grant', [{ source: 'queue', reach: 'own', value }]);
        await sleep(333);
      }
    };
    /** The nudge at the second of their end: an invocation for each group. */
    const nudges = async () => {
      await sleep(endMs - engine.nowMs);
      await Promise.all(targets.map((target) => workGroup(deps, 'revoke', target)));
    };

    const [found] = await run(Promise.all([overruns(targets, endMs, endMs + 2 * minuteMs), flood(), nudges()]));

    const minute = Math.floor(endMs / minuteMs);
    expect(requests).toBeGreaterThan(400);
    expect(used.get(`describe ${group.account} ${minute}`)).toBeGreaterThan(quota);
    expect(found).toEqual({ left: 0, longestMs: expect.toSatisfy((ms) => ms <= 2_000) });
  }, 60_000);
});
