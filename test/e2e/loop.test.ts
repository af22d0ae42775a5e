import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { request } from '../fakes/world.ts';
import { realWorld, webGroup } from '../support/real-world.ts';

const seconds = (count: number) => sleep(count * 1000);
const message = (change: Record<string, unknown> = {}) => request({ target: webGroup, duration: 'PT2S', ...change });

describe('the loop on PostgreSQL and the emulated ECS', () => {
  it('opens a rule and removes it', async () => {
    const world = await realWorld();

    const { results } = await world.send('grant', message());

    expect(results[0]).toMatchObject({ state: 'active' });
    expect(await world.ours()).toHaveLength(1);
    await seconds(2.1);
    await world.sweep('revoke');
    expect(await world.ours()).toHaveLength(0);
  });

  it('makes one lease, one rule and one call of twenty deliveries at once', async () => {
    const world = await realWorld();
    const one = message({ duration: 'PT1H' });

    const answers = await Promise.all(Array.from({ length: 20 }, () => world.send('grant', one)));

    expect(new Set(answers.map(({ results }) => results[0]?.leaseId)).size).toBe(1);
    expect(await world.ours()).toHaveLength(1);
    const { body } = await world.ecs.control('/calls');
    const actions = (body.calls as { action: string }[]).map(({ action }) => action);
    expect(actions.filter((action) => action === 'AuthorizeSecurityGroup')).toHaveLength(1);
  });

  it('opens and ends once under every fault of every operation', async () => {
    const outcomes = await Promise.all(faults.map(async (fault) => [fault, await lifeUnder(fault)]));

    const expected = faults.map((fault) => [fault, { state: 'ended', wasOpen: true, left: 0 }]);
    expect(Object.fromEntries(outcomes)).toEqual(Object.fromEntries(expected));
  }, 60_000);
});

const faults = ['reset-before-apply', 'reset-after-apply', 'timeout-after-apply', 'throttle', 'html-503', 'partial'];

/** One lease, from message to gone, with every operation struck once by a fault. */
async function lifeUnder(fault: string) {
  const world = await realWorld();
  const actions = ['DescribeSecurityGroupAttribute', 'AuthorizeSecurityGroup', 'RevokeSecurityGroup'];
  const struck = actions.filter((action) => fault !== 'partial' || !action.startsWith('Describe'));
  await world.ecs.control(
    '/faults',
    struck.map((action) => ({ action, fault, times: 1 })),
  );
  const { results } = await world.send('grant', message({ duration: 'PT20S' }));
  const leaseId = results[0]?.leaseId ?? '';
  for (let count = 0; count < 80 && (await world.state(leaseId)) !== 'ended'; count += 1) {
    await sleep(500);
    for (const hand of ['grant', 'revoke', 'modify'] as const) await world.sweep(hand);
  }
  const [lease] = await world.ledger.transaction('test', (tx) => tx.leases([leaseId]));
  return { state: lease?.state, wasOpen: lease?.openedAtMs !== undefined, left: (await world.ours()).length };
}
