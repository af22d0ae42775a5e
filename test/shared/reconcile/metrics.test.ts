import { describe, expect, it } from 'vitest';
import { measure } from '../../../shared/reconcile/metrics.ts';
import { makeWorld, request } from '../../fakes/world.ts';

const rule = (port: number) => [
  { direction: 'ingress', ipProtocol: 'tcp', portRange: `${port}/${port}`, sourceCidrIp: '203.0.113.7/32' },
];
const forbidden = { kind: 'refused', class: 'permission', code: 'Forbidden', message: 'no' } as const;

describe('the metrics of a run', () => {
  it('count what is open, due, overdue and stuck', async () => {
    const world = makeWorld();
    const deps = { ...world.deps, audit: world.ledger };
    await world.send('grant', request({ rules: rule(22), duration: 'PT1H' }));
    await world.send('grant', request({ rules: rule(23), duration: 'PT10S' }));
    await world.pass(2);
    world.cloud.faults.push(...Array.from({ length: 50 }, () => ({ kind: 'revoke', fault: forbidden }) as const));
    await world.pass(60);
    await world.send(undefined, request({ rules: rule(24), startsAt: '2026-12-01T11:00:00Z' }));
    await world.send(undefined, request({ rules: rule(25) }));

    const metrics = await measure(deps);
    expect(metrics).toMatchObject({ open: 1, due: 1, overdue: 1, stuck: 1, toReview: 0, ended: 0, endedLate: {} });
    expect(metrics.calls).toEqual({ done: 2, permission: expect.toSatisfy((count) => count >= 2) });
  });

  it('tell how late those ended that have ended since the run before', async () => {
    const world = makeWorld();
    const deps = { ...world.deps, audit: world.ledger };
    for (const port of [22, 23, 24]) await world.send('grant', request({ rules: rule(port), duration: 'PT20S' }));
    await world.pass(60);

    const first = await measure(deps);
    const second = await measure(deps);

    expect(first).toMatchObject({ open: 0, ended: 3 });
    expect(first.endedLateP50Ms).toBeGreaterThanOrEqual(0);
    expect(first.endedLateP99Ms).toBeLessThan(10_000);
    expect(Object.values(first.endedLate).reduce((sum, count) => sum + count, 0)).toBe(3);
    expect(first.calls).toEqual({ done: expect.toSatisfy((count) => count >= 2) });
    expect(second).toEqual({ open: 0, due: 0, overdue: 0, stuck: 0, toReview: 0, ended: 0, endedLate: {}, calls: {} });
    expect(world.logged.filter(({ message }) => message === 'metrics')).toHaveLength(2);
  });
});
