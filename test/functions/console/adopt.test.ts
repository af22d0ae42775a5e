import { describe, expect, it } from 'vitest';
import { readStamp } from '../../../shared/rule/stamp.ts';
import { group } from '../../fakes/world.ts';
import { makeConsole, ssh } from './console.ts';

/** A console over a world in which somebody opened a rule by hand. */
function withForgotten() {
  const made = makeConsole();
  const { world } = made;
  const { ruleId } = world.cloud.addByHand(group, ssh, 'for a test, last year');
  world.clock.nowMs += 86_400_000;
  const body = (change: Record<string, unknown> = {}) => ({
    target: group,
    securityGroupRuleId: ruleId,
    duration: 'PT2M',
    reason: 'forgotten',
    ...change,
  });
  return {
    ...made,
    ruleId,
    adopt: (change?: Record<string, unknown>) => made.call('POST', '/api/adopt', body(change)),
  };
}

describe('a rule that is adopted', () => {
  it('bears our stamp, is active, and goes at its end', async () => {
    const { world, adopt, ruleId } = withForgotten();

    const { status, body } = await adopt();
    await world.pass(10);
    const [rule] = world.cloud.rules(group);
    const stamp = readStamp(rule?.description ?? '');
    const during = await world.lease(body.lease.id);
    await world.pass(150);

    expect(status).toBe(201);
    expect(rule?.ruleId).toBe(ruleId);
    expect(stamp?.endsAtMs).toBe(during.expiresAtMs);
    expect(during.state).toBe('active');
    expect(await world.lease(body.lease.id)).toMatchObject({ state: 'ended' });
    expect(world.cloud.rules(group)).toEqual([]);
    expect(world.cloud.calls.map(({ kind }) => kind)).toEqual(['modify', 'revoke']);
    const [told] = world.ledger.auditRows().filter(({ kind }) => kind === 'lease.adopted');
    expect(told).toMatchObject({ actor: 'lin', data: { before: { description: 'for a test, last year' } } });
  });

  it('is adopted once, however often it is asked with the same id', async () => {
    const { adopt, world } = withForgotten();

    const first = await adopt({ id: 'A-1' });
    const second = await adopt({ id: 'A-1' });
    await world.pass(150);
    const afterItsEnd = await adopt({ id: 'A-1' });

    expect([first.status, second.status, afterItsEnd.status]).toEqual([201, 200, 200]);
    expect(second.body.lease.id).toBe(first.body.lease.id);
    expect(afterItsEnd.body.lease).toMatchObject({ id: first.body.lease.id, state: 'ended' });
    expect(await adopt({ id: 'A-1', duration: 'PT3M' })).toMatchObject({
      status: 409,
      body: { code: 'REQUEST_ID_REUSED' },
    });
  });

  it('belongs to its lease until that has ended', async () => {
    const { adopt, world } = withForgotten();
    await adopt();
    await world.pass(5);

    expect(await adopt()).toMatchObject({ status: 422, body: { code: 'CONFLICTS_WITH_LEASE' } });
  });

  it.each([
    ['a rule that is not there', { securityGroupRuleId: 'sgr-none' }, 'RULE_NOT_FOUND', '/securityGroupRuleId'],
    ['no end', { duration: undefined }, 'MISSING_FIELD', '/duration'],
    ['no reason', { reason: undefined }, 'MISSING_FIELD', '/reason'],
    ['a field that there is not', { rules: [] }, 'UNKNOWN_FIELD', '/rules'],
  ])('is refused for %s', async (_what, change, code, path) => {
    const { adopt, world } = withForgotten();

    expect(await adopt(change)).toMatchObject({ status: 422, body: { code, path } });
    expect(world.cloud.calls).toEqual([]);
  });

  it('is refused while new leases are frozen', async () => {
    const { adopt, call } = withForgotten();
    await call('PUT', '/api/freeze', {});

    expect(await adopt()).toMatchObject({ body: { code: 'FROZEN' } });
  });
});
