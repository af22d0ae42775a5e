import { describe, expect, it } from 'vitest';
import { group } from '../../fakes/world.ts';
import { leaseBody, makeConsole } from './console.ts';

async function withLease(change: Record<string, unknown> = {}) {
  const made = makeConsole();
  const { body } = await made.call('POST', '/api/leases', leaseBody(change));
  await made.world.pass(1);
  return { ...made, id: body.lease.id };
}

describe('changing a lease', () => {
  it('moves its end away, nearer, and to now', async () => {
    const { call, id } = await withLease();

    const longer = await call('POST', `/api/leases/${id}/extend`, { duration: 'PT1H', reason: 'not ready' });
    const shorter = await call('POST', `/api/leases/${id}/shorten`, { duration: 'PT10M' });
    const over = await call('POST', `/api/leases/${id}/end`);

    expect(longer.body.lease.expiresAt).toBe('2026-12-01T10:01:00Z');
    expect(shorter.body.lease.expiresAt).toBe('2026-12-01T09:10:01Z');
    expect(over.body.lease).toMatchObject({ state: 'closing', endsAt: '2026-12-01T09:00:01Z' });
    expect([longer.status, shorter.status, over.status]).toEqual([200, 200, 200]);
  });

  it('reaches leases of every source and writes down who did it', async () => {
    const { world, call } = makeConsole();
    const { results } = await world.send('grant', {
      ...leaseBody(),
      version: 1,
      action: 'authorize',
      id: 'Q-1',
      requester: { id: 'wei' },
    });
    const id = results[0]?.leaseId;

    const { status } = await call('POST', `/api/leases/${id}/end`, { reason: 'too early' });

    const { body } = await call('GET', `/api/leases/${id}`);
    expect(status).toBe(200);
    expect(body.story).toContainEqual(expect.objectContaining({ kind: 'lease.end', actor: 'lin' }));
  });

  it.each([
    ['extend', { duration: 'PT1H', expiresAt: '2026-12-01T10:00:00Z' }, 422, 'CONFLICTING_FIELDS', '/expiresAt'],
    ['extend', {}, 422, 'MISSING_FIELD', '/duration'],
    ['extend', { expiresAt: '2026-12-01T09:00:10Z' }, 422, 'NOT_LATER', '/expiresAt'],
    ['shorten', { duration: 'PT2H' }, 422, 'NOT_EARLIER', '/duration'],
    ['end', { leaseId: 'another' }, 422, 'UNKNOWN_FIELD', '/leaseId'],
  ])('refuses to %s with %j', async (action, body, status, code, path) => {
    const { call, id } = await withLease();

    const answer = await call('POST', `/api/leases/${id}/${action}`, body);

    expect(answer.status).toBe(status);
    expect(answer.body).toMatchObject({ code, path });
  });

  it('answers 404 for a lease that there is not', async () => {
    const { call } = makeConsole();

    const { status, body } = await call('POST', '/api/leases/none/end', {});

    expect(status).toBe(404);
    expect(body.code).toBe('LEASE_NOT_FOUND');
  });
});

describe('ending many', () => {
  async function withThree() {
    const made = makeConsole();
    for (const securityGroupId of ['sg-a', 'sg-a', 'sg-b']) {
      await made.call('POST', '/api/leases', leaseBody({ target: { ...group, securityGroupId } }));
    }
    await made.world.pass(1);
    return made;
  }

  it('ends those of one group, and nothing else', async () => {
    const { call } = await withThree();

    const { status, body } = await call('POST', '/api/leases/end', { group: 'sg-a', reason: 'incident' });

    expect(status).toBe(200);
    expect(body).toMatchObject({ count: 2, failed: [] });
    const left = await call('GET', '/api/leases?state=active');
    expect(left.body.leases).toMatchObject([{ target: { securityGroupId: 'sg-b' } }]);
  });

  it('ends all, so that no rule of ours is left', async () => {
    const { world, call } = await withThree();

    const { body } = await call('POST', '/api/leases/end', { all: true });
    await world.pass(30);

    expect(body.count).toBe(3);
    expect(world.cloud.rules(group)).toEqual([]);
    expect((await call('GET', '/api/leases?live=true')).body.leases).toEqual([]);
  });

  it('ends those of one person', async () => {
    const { call } = await withThree();

    expect((await call('POST', '/api/leases/end', { requester: 'wei' })).body.count).toBe(0);
    expect((await call('POST', '/api/leases/end', { requester: 'lin' })).body.count).toBe(3);
  });

  it.each([{}, { all: true, group: 'sg-a' }, { all: false }, { group: '' }])('refuses %j', async (body) => {
    const { call } = await withThree();

    expect((await call('POST', '/api/leases/end', body)).status).toBe(422);
  });
});
