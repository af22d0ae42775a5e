import { describe, expect, it } from 'vitest';
import type { Rule } from '../../../shared/rule/rule.ts';
import { group, makeWorld, request } from '../../fakes/world.ts';

const near: Rule = {
  direction: 'ingress',
  ipProtocol: 'tcp',
  portRange: '22/22',
  policy: 'accept',
  priority: 2,
  nicType: 'intranet',
  sourceCidrIp: '203.0.113.7/32',
};

/** A cloud that carries out the first call seven seconds after it was journaled, and lists it a second too late. */
function slowWorld() {
  const world = makeWorld();
  const { cloud, clock } = world;
  const send = cloud.send.bind(cloud);
  const list = cloud.describe.bind(cloud);
  let staleUntilMs = 0;
  let before = cloud.rules(group);
  cloud.send = async (...call) => {
    clock.nowMs += 7_000;
    before = [...cloud.rules(group)];
    staleUntilMs = clock.nowMs + 1_000;
    return send(...call);
  };
  cloud.describe = async (target) =>
    clock.nowMs < staleUntilMs ? { kind: 'listed', rules: before, requestIds: ['r'] } : list(target);
  return world;
}

describe('a call that is answered slowly', () => {
  it('leaves nothing behind when its lease ended meanwhile and the listing lags', async () => {
    const world = slowWorld();
    await world.send('grant', request({ duration: 'PT5S' }));
    expect(world.cloud.rules(group)).toHaveLength(1);

    await world.pass(60);

    expect(world.cloud.rules(group)).toHaveLength(0);
  });

  it('is not taken for a rule of somebody else that differs in priority', async () => {
    const world = slowWorld();
    world.cloud.addByHand(group, near);
    const { results } = await world.send('grant', request({ duration: 'PT1H' }));

    await world.pass(60);

    expect(await world.lease(results[0]?.leaseId ?? '')).toMatchObject({ state: 'active' });
    expect(world.cloud.rules(group)).toHaveLength(2);
    expect(results[0]?.borrowed).toBeUndefined();
  });
});
