import { describe, expect, it } from 'vitest';
import { group, makeWorld, request } from '../../fakes/world.ts';

describe('whose a rule is', () => {
  it('is not told by a listing from before our own revocation', async () => {
    const world = makeWorld();
    const { cloud, clock } = world;
    const first = request({ duration: 'PT1H' });
    await world.send('grant', first);
    clock.nowMs += 60_000;
    const before = [...cloud.rules(group)];
    await world.send('revoke', { version: 1, action: 'end', id: 'END-GHOST', requestId: first.id });
    expect(cloud.rules(group)).toEqual([]);
    const list = cloud.describe.bind(cloud);
    const staleUntilMs = clock.nowMs + 4_000;
    cloud.describe = async (target) =>
      clock.nowMs < staleUntilMs ? { kind: 'listed', rules: before, requestIds: ['r'] } : list(target);

    clock.nowMs += 1_000;
    const { results } = await world.send('grant', request({ duration: 'PT1H' }));
    await world.pass(600);

    expect((await world.lease(results[0]?.leaseId ?? '')).state).toBe('active');
    expect(cloud.rules(group)).toHaveLength(1);
    await world.pass(3_000);
    expect(cloud.rules(group)).toEqual([]);
  });

  it('is still ours when it landed late, twice, and nobody looked until long after', async () => {
    const world = makeWorld();
    const { cloud, clock } = world;
    cloud.faults.push({ kind: 'authorize', fault: 'lost-before' });
    await world.send('grant', request({ duration: 'PT1M' }));
    await world.pass(20);
    const [landed] = cloud.rules(group);
    if (!landed) throw new Error('the second try did not land');
    await world.pass(60);
    expect(cloud.rules(group)).toEqual([]);

    clock.nowMs += 600_000;
    cloud.addByHand(group, landed.rule, landed.description);
    clock.nowMs += 1_200_000;
    await world.pass(10);

    expect(cloud.rules(group)).toEqual([]);
  });

  it('is looked for once more after its tail, however long no look succeeded', async () => {
    const world = makeWorld();
    const { cloud, clock } = world;
    cloud.faults.push({ kind: 'authorize', fault: 'lost-before' });
    await world.send('grant', request({ duration: 'PT1M' }));
    await world.pass(20);
    const [landed] = cloud.rules(group);
    if (!landed) throw new Error('the second try did not land');
    await world.pass(60);
    cloud.addByHand(group, landed.rule, landed.description);
    const list = cloud.describe.bind(cloud);
    const throttled = { kind: 'refused', class: 'throttled', code: 'Throttling.User', message: 'later' } as const;
    cloud.describe = async () => throttled;
    clock.nowMs += 16 * 60_000;
    await world.sweep('revoke');
    clock.nowMs += 2 * 60_000;
    await world.sweep('revoke');

    cloud.describe = list;
    await world.pass(130);

    expect(cloud.rules(group)).toEqual([]);
  });

  it('is ours when an earlier request lands after a later one was answered', async () => {
    const world = makeWorld();
    const { cloud, clock } = world;
    cloud.faults.push({ kind: 'authorize', fault: 'lost-before' });
    await world.send('grant', request({ duration: 'PT4S' }));
    await world.pass(30);
    const [lost] = cloud.calls;
    if (lost?.change.kind !== 'authorize') throw new Error('the first request was not sent');
    const [rule] = lost.change.rules;
    if (!rule) throw new Error('the first request was empty');
    await world.send('grant', request({ duration: 'PT30S' }));
    expect(cloud.rules(group)).toHaveLength(1);
    await world.pass(60);
    expect(cloud.rules(group)).toEqual([]);

    clock.nowMs += 300_000;
    const { description = '', ...plain } = rule;
    cloud.addByHand(group, plain, description);
    await world.pass(70);

    expect(cloud.rules(group)).toEqual([]);
  });

  it('is not ours when it is a copy of one of ours from two leases ago', async () => {
    const world = makeWorld();
    const { cloud } = world;
    await world.send('grant', request({ duration: 'PT1M' }));
    const [first] = cloud.rules(group);
    if (!first) throw new Error('the first rule is not there');
    await world.pass(70);
    await world.send('grant', request({ duration: 'PT1M' }));
    await world.pass(70);
    expect(cloud.rules(group)).toEqual([]);

    const copy = cloud.addByHand(group, first.rule, first.description);
    const { results } = await world.send('grant', request({ duration: 'PT1M' }));
    await world.pass(70);

    expect(results[0]).toMatchObject({ state: 'active', borrowed: true });
    expect(cloud.rules(group)).toEqual([copy]);
  });

  it('stays known when it was edited, without moving a stamp for ever', async () => {
    const world = makeWorld();
    const { cloud } = world;
    const message = request({ duration: 'PT1M' });
    await world.send('grant', message);
    const [ours] = cloud.rules(group);
    cloud.editByHand(group, ours?.ruleId ?? '', { rule: { ...ours?.rule, sourceCidrIp: '0.0.0.0/0' } as never });

    await world.send('grant', {
      version: 1,
      action: 'extend',
      id: 'EXT-EDITED',
      requestId: message.id,
      duration: 'PT1M',
    });
    await world.pass(100);
    expect(cloud.calls.filter(({ kind }) => kind === 'modify')).toHaveLength(0);

    await world.pass(30);
    expect(cloud.rules(group)).toEqual([]);
  });
});
