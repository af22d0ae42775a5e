import { describe, expect, it } from 'vitest';
import { group, makeWorld, request } from '../../fakes/world.ts';

const throttled = {
  kind: 'refused',
  class: 'throttled',
  code: 'Throttling.User',
  message: 'later',
  retryAfterMs: 60_000,
} as const;

/** A lease of a minute, whose removal will get no answer, and whose repetition will be throttled. */
async function revokingInVain() {
  const world = makeWorld();
  await world.send('grant', request({ duration: 'PT1M' }));
  const [old] = world.cloud.rules(group);
  world.cloud.faults.push({ kind: 'revoke', fault: 'lost-before' }, { kind: 'revoke', fault: throttled });
  return { world, old };
}

describe('a rule that is wanted again while its revocation is under way', () => {
  it('is opened anew when that lands, and is not called withdrawn', async () => {
    const { world, old } = await revokingInVain();
    world.clock.nowMs += 60_000;
    await world.sweep('revoke');
    const { results } = await world.send('grant', request({ duration: 'PT1H' }));
    expect(world.cloud.rules(group)).toEqual([old]);

    world.cloud.removeByHand(group, old?.ruleId ?? '');
    await world.pass(90);

    expect((await world.lease(results[0]?.leaseId ?? '')).state).toBe('active');
    expect(world.cloud.rules(group)).toHaveLength(1);
  });

  it('is opened anew, too, when the first request lands after a repetition was refused', async () => {
    const { world, old } = await revokingInVain();
    await world.pass(70);
    expect(world.cloud.calls.filter(({ kind }) => kind === 'revoke')).toHaveLength(2);
    const { results } = await world.send('grant', request({ duration: 'PT1H' }));

    world.cloud.removeByHand(group, old?.ruleId ?? '');
    await world.pass(400);

    expect((await world.lease(results[0]?.leaseId ?? '')).state).toBe('active');
    expect(world.cloud.rules(group)).toHaveLength(1);
  });

  it('is opened anew, too, when nobody could look for so long that it cannot land any more', async () => {
    const { world, old } = await revokingInVain();
    world.clock.nowMs += 60_000;
    await world.sweep('revoke');
    world.cloud.removeByHand(group, old?.ruleId ?? '');
    world.clock.nowMs += 40 * 60_000;

    const { results } = await world.send('grant', request({ duration: 'PT1H' }));
    await world.pass(90);

    expect((await world.lease(results[0]?.leaseId ?? '')).state).toBe('active');
    expect(world.cloud.rules(group)).toHaveLength(1);
  });

  it('is looked at twice, not all the time, before that is believed', async () => {
    const world = makeWorld();
    await world.send('grant', request({ duration: 'PT1H' }));
    const [ours] = world.cloud.rules(group);
    world.clock.nowMs += 10_000;
    world.cloud.removeByHand(group, ours?.ruleId ?? '');
    world.cloud.describes = 0;

    await world.send('grant', request({ duration: 'PT2H' }));
    await world.pass(5);

    expect(world.cloud.describes).toBeLessThan(4);
  });
});

describe('two hands that are both throttled', () => {
  it('each keep their own pause', async () => {
    const world = makeWorld();
    await world.send('grant', request({ duration: 'PT1H' }));
    world.clock.nowMs += 1_000;
    // A second, longer lease gives both something to do: to see the rule open, and to move its stamp.
    world.cloud.describes = 0;
    const list = world.cloud.describe.bind(world.cloud);
    world.cloud.describe = async (target) => {
      await list(target);
      return throttled;
    };

    await world.send('grant', request({ duration: 'PT2H' }));
    await world.pass(50);

    expect(world.cloud.describes).toBeLessThan(4);
  });
});
