import { describe, expect, it } from 'vitest';
import { group } from '../../fakes/world.ts';
import { leaseBody, makeConsole, ssh } from './console.ts';

describe('asking for a lease', () => {
  it('takes it for the token’s name and leaves the opening to grant', async () => {
    const { world, call } = makeConsole();

    const { status, body } = await call('POST', '/api/leases', leaseBody());

    expect(status).toBe(201);
    expect(body.result).toMatchObject({ id: expect.stringMatching(/^api-/), state: 'opening' });
    expect(body.lease).toMatchObject({ source: 'api', requester: { id: 'lin' }, target: group, borrowed: false });
    expect(body.lease.rules[0]).toMatchObject({ text: 'accept tcp 22 from 203.0.113.7/32', isPresent: false });
    expect(world.wakes).toContainEqual(expect.objectContaining({ hand: 'grant' }));
    expect(world.cloud.calls).toEqual([]);
  });

  it('answers 200 with the same lease when the same request comes again', async () => {
    const { call } = makeConsole();
    const first = await call('POST', '/api/leases', leaseBody({ id: 'A-1' }));

    const again = await call('POST', '/api/leases', leaseBody({ id: 'A-1' }));

    expect([first.status, again.status]).toEqual([201, 200]);
    expect(again.body.lease.id).toBe(first.body.lease.id);
  });

  it('answers 200 to a repeated request whose lease has failed meanwhile', async () => {
    const { world, call } = makeConsole();
    world.cloud.refuses = () => true;
    await call('POST', '/api/leases', leaseBody({ id: 'A-1' }));
    await world.pass(2);

    const again = await call('POST', '/api/leases', leaseBody({ id: 'A-1' }));

    expect(again.status).toBe(200);
    expect(again.body.lease).toMatchObject({ state: 'failed', error: { code: expect.any(String) } });
  });

  it('refuses an id that was used for something else with 409', async () => {
    const { call } = makeConsole();
    await call('POST', '/api/leases', leaseBody({ id: 'A-1' }));

    const { status, body } = await call('POST', '/api/leases', leaseBody({ id: 'A-1', duration: 'PT2M' }));

    expect(status).toBe(409);
    expect(body).toMatchObject({ title: 'Conflict', status: 409, code: 'REQUEST_ID_REUSED', path: '/id' });
  });

  it('refuses what the guards forbid, again when it is repeated', async () => {
    const guard = () => ({ code: 'TOO_LONG', message: 'too long', path: '/duration' });
    const { call } = makeConsole({ guard });

    const first = await call('POST', '/api/leases', leaseBody({ id: 'A-1' }));
    const again = await call('POST', '/api/leases', leaseBody({ id: 'A-1' }));

    expect(first.status).toBe(422);
    expect(first.headers.get('content-type')).toContain('application/problem+json');
    expect(first.body).toMatchObject({ code: 'TOO_LONG', path: '/duration', leaseId: expect.any(String) });
    expect(again.status).toBe(422);
  });

  it.each([
    ['a malformed field', leaseBody({ duration: '2h' }), 422, 'INVALID_VALUE', '/duration'],
    ['an unknown field', leaseBody({ colour: 'red' }), 422, 'UNKNOWN_FIELD', '/colour'],
    ['a requester in the body', leaseBody({ requester: { id: 'wei' } }), 422, 'UNKNOWN_FIELD', '/requester'],
    ['a field of a rule', leaseBody({ rules: [{ direction: 'up' }] }), 422, 'INVALID_VALUE', '/rules/0/direction'],
    ['no JSON', '{"target":', 400, 'NOT_JSON', ''],
    ['a field twice', '{"id":"a","id":"b"}', 422, 'DUPLICATE_FIELD', '/id'],
    ['a list', '[]', 422, 'INVALID_TYPE', ''],
    ['too much', ' '.repeat(512 * 1024 + 1), 413, 'BODY_TOO_LARGE', ''],
  ])('refuses %s with the path of the field', async (_, sent, status, code, path) => {
    const { call } = makeConsole();

    const answer = await call('POST', '/api/leases', sent);

    expect(answer.status).toBe(status);
    expect(answer.body).toMatchObject({ type: 'about:blank', status, code, path, detail: expect.any(String) });
  });
});

describe('looking at leases', () => {
  it('lists the newest first, page by page', async () => {
    const { world, call } = makeConsole();
    const ids: string[] = [];
    for (let port = 1; port <= 5; port += 1) {
      const rules = [{ ...leaseBody().rules[0], portRange: `${port}/${port}` }];
      ids.unshift((await call('POST', '/api/leases', leaseBody({ rules }))).body.lease.id);
      world.clock.nowMs += 1_000;
    }

    const one = await call('GET', '/api/leases?limit=2');
    const two = await call('GET', `/api/leases?limit=2&cursor=${one.body.cursor}`);
    const three = await call('GET', `/api/leases?limit=2&cursor=${two.body.cursor}`);

    const seen = [one, two, three].map(({ body }) => body.leases.map((lease) => lease.id));
    expect(seen.flat()).toEqual(ids);
    expect(three.body.cursor).toBeUndefined();
  });

  it('finds by state, group, requester, and whether it is over', async () => {
    const { world, call } = makeConsole();
    await call('POST', '/api/leases', leaseBody({ duration: 'PT5S' }));
    await world.pass(120);
    await call('POST', '/api/leases', leaseBody());
    const count = async (query: string) => (await call('GET', `/api/leases?${query}`)).body.leases.length;

    expect(await count('')).toBe(2);
    expect(await count('live=true')).toBe(1);
    expect(await count('live=false')).toBe(1);
    expect(await count('state=ended,opening')).toBe(2);
    expect(await count('state=ended')).toBe(1);
    expect(await count('stuck=true')).toBe(0);
    expect(await count('group=sg-a&requester=lin')).toBe(2);
    expect(await count('group=sg-b')).toBe(0);
    expect(await count('requester=wei')).toBe(0);
  });

  it.each(['limit=0', 'limit=x', 'state=open', 'live=yes', 'cursor=nonsense'])('refuses %s', async (query) => {
    const { call } = makeConsole();

    const { status, body } = await call('GET', `/api/leases?${query}`);

    expect(status).toBe(400);
    expect(body.path).toBe(`/${query.split('=')[0]}`);
  });

  it('shows a lease with its open rule and the story of it', async () => {
    const { world, call } = makeConsole();
    const { body: taken } = await call('POST', '/api/leases', leaseBody());
    await world.pass(2);

    const { status, body } = await call('GET', `/api/leases/${taken.lease.id}`);

    expect(status).toBe(200);
    expect(body.lease).toMatchObject({ state: 'active', startsAt: '2026-12-01T09:00:00Z' });
    expect(body.lease.rules[0]).toMatchObject({ ruleId: 'sgr-1', isPresent: true, stuck: false });
    expect(body.story[0]).toMatchObject({ kind: 'lease.accepted', actor: 'lin', at: '2026-12-01T09:00:00.000Z' });
    expect(body.story.map((row) => row.kind)).toContain('operation.intended');
  });

  it('shows a rule of somebody else as borrowed', async () => {
    const { world, call } = makeConsole();
    const { body: first } = await call('POST', '/api/leases', leaseBody());
    world.cloud.addByHand(group, ssh);
    await world.pass(2);

    const { body } = await call('GET', `/api/leases/${first.lease.id}`);

    expect(body.lease).toMatchObject({ state: 'active', borrowed: true });
    expect(body.lease.rules[0]).toMatchObject({ borrowed: true, isPresent: false });
  });

  it('answers 404 for a lease that there is not', async () => {
    const { call } = makeConsole();

    const { status, body } = await call('GET', '/api/leases/none');

    expect(status).toBe(404);
    expect(body.code).toBe('LEASE_NOT_FOUND');
  });
});
