import { describe, expect, it } from 'vitest';
import { group } from '../../fakes/world.ts';
import { leaseBody, makeConsole, ssh } from './console.ts';

const portal = { ...ssh, portRange: '443/443', priority: 7, sourceCidrIp: '10.0.0.0/8' };

/** A console over a group with one permanent rule, and a request about it. */
function makeChanging() {
  const made = makeConsole();
  const { ruleId } = made.world.cloud.addByHand(group, portal, 'made by the platform team');
  const modify = (change: Record<string, unknown> = {}) =>
    leaseBody({ action: 'modify', rules: [{ securityGroupRuleId: ruleId, set: { priority: 9 } }], ...change });
  const revoke = (change: Record<string, unknown> = {}) =>
    leaseBody({ action: 'revoke', rules: [{ securityGroupRuleId: ruleId }], ...change });
  return { ...made, ruleId, modify, revoke };
}

describe('asking for a change', () => {
  it('takes a modification and shows the rule before and after', async () => {
    const { world, call, modify, ruleId } = makeChanging();

    const taken = await call('POST', '/api/leases', modify());
    await world.pass(2);
    const { body } = await call('GET', `/api/leases/${taken.body.lease.id}`);

    expect(taken.status).toBe(201);
    expect(taken.body.lease).toMatchObject({ action: 'modify', rules: [], changes: [{ set: { priority: 9 } }] });
    expect(body.lease).toMatchObject({ state: 'active', expiresAt: '2026-12-01T09:01:00Z' });
    expect(body.lease.changes).toMatchObject([
      {
        securityGroupRuleId: ruleId,
        ruleId,
        text: `change ${ruleId} (accept tcp 443 from 10.0.0.0/8 priority 7): priority 9`,
        before: { priority: 7, description: 'made by the platform team' },
        after: { priority: 9, description: 'made by the platform team' },
        isPresent: true,
        isDone: false,
        stuck: false,
      },
    ]);
  });

  it('takes a removal of a rule named by its attributes', async () => {
    const { world, call, revoke, ruleId } = makeChanging();

    const taken = await call('POST', '/api/leases', revoke({ rules: [portal] }));
    await world.pass(2);
    const { body } = await call('GET', `/api/leases/${taken.body.lease.id}`);

    expect(world.cloud.rules(group)).toEqual([]);
    expect(body.lease.changes).toMatchObject([{ rule: portal, ruleId, isPresent: true, before: { priority: 7 } }]);
    expect(body.lease.changes[0]).not.toHaveProperty('after');
  });

  it('shows no end of a change that has none', async () => {
    const { world, call, modify } = makeChanging();

    const taken = await call('POST', '/api/leases', modify({ duration: undefined, startsAt: '2026-12-01T10:00:00Z' }));
    const extended = await call('POST', `/api/leases/${taken.body.lease.id}/extend`, { duration: 'PT1H' });
    const shortened = await call('POST', `/api/leases/${taken.body.lease.id}/shorten`, { duration: 'PT3H' });
    await world.pass(2);

    expect(taken.body.lease).not.toHaveProperty('expiresAt');
    expect(taken.body.lease).not.toHaveProperty('endsAt');
    expect(extended.body).toMatchObject({ status: 422, code: 'NOT_LATER' });
    expect(shortened.body.lease.expiresAt).toBe('2026-12-01T12:00:00Z');
  });

  it('shows the images of the lease that they belong to, not those of a later one', async () => {
    const { world, call, modify } = makeChanging();
    const first = await call('POST', '/api/leases', modify({ duration: 'PT5S' }));
    await world.pass(120);
    await call('POST', '/api/leases', modify({ reason: 'again' }));
    await world.pass(2);

    const { body } = await call('GET', `/api/leases/${first.body.lease.id}`);

    expect(body.lease).toMatchObject({ state: 'ended', changes: [{ isPresent: false }] });
    expect(body.lease.changes[0]).not.toHaveProperty('after');
  });

  it('refuses a change of a rule that a live lease changes', async () => {
    const { call, modify, revoke } = makeChanging();
    await call('POST', '/api/leases', modify());

    const { status, body } = await call('POST', '/api/leases', revoke());

    expect(status).toBe(422);
    expect(body).toMatchObject({ code: 'CONFLICTS_WITH_LEASE', path: '/rules/0' });
  });

  it.each([
    ['what is done to a lease', { action: 'extend' }, 'INVALID_VALUE', '/action'],
    ['a number', { action: 1 }, 'INVALID_VALUE', '/action'],
    [
      'a modification of nothing',
      { action: 'modify', rules: [{ securityGroupRuleId: 'sgr-1', set: {} }] },
      'MISSING_FIELD',
      '/rules/0/set',
    ],
    [
      'a removal that sets',
      { action: 'revoke', rules: [{ securityGroupRuleId: 'sgr-1', set: { priority: 1 } }] },
      'UNKNOWN_FIELD',
      '/rules/0/set',
    ],
    [
      'the last instant as the end',
      { duration: undefined, expiresAt: '9999-12-31T23:59:59Z' },
      'END_TOO_FAR',
      '/expiresAt',
    ],
  ])('refuses %s', async (_, change, code, path) => {
    const { call } = makeChanging();

    const { status, body } = await call('POST', '/api/leases', leaseBody(change));

    expect(status).toBe(422);
    expect(body).toMatchObject({ code, path });
  });
});
