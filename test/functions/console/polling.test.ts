import { describe, expect, it } from 'vitest';
import { group } from '../../fakes/world.ts';
import { leaseBody, makeConsole } from './console.ts';

/** The status of a second look that bears the first one's ETag. */
async function lookAgain(path: string, between: (made: ReturnType<typeof makeConsole>) => Promise<unknown>) {
  const made = makeConsole();
  const { body } = await made.call('POST', '/api/leases', leaseBody());
  const address = path.replace('{id}', body.lease.id);
  const headers = { authorization: `Bearer ${made.token}` };
  const first = await made.app.request(address, { headers });
  await between(made);
  return made.app.request(address, { headers: { ...headers, 'if-none-match': first.headers.get('etag') ?? 'none' } });
}

describe.each(['/api/leases', '/api/leases?live=true', '/api/leases/{id}'])('looking at %s again', (path) => {
  it('is answered with 304 and nothing else while nothing has changed', async () => {
    const again = await lookAgain(path, async () => {});

    expect([again.status, await again.text()]).toEqual([304, '']);
    expect(again.headers.get('etag')).toMatch(/^"[\w-]+"$/);
    expect(again.headers.get('cache-control')).toBe('no-store');
  });

  it('is answered in full once something has', async () => {
    const again = await lookAgain(path, ({ world }) => world.pass(1));

    expect(again.status).toBe(200);
  });
});

describe('a change that was made for what somebody saw', () => {
  it('is done while the lease is as it was, and refused once it has changed', async () => {
    const { app, call, token, world } = makeConsole();
    const { id } = (await call('POST', '/api/leases', leaseBody())).body.lease;
    await world.pass(1);
    const path = `/api/leases/${id}`;
    const look = () => app.request(path, { headers: { authorization: `Bearer ${token}` } });
    const tag = async () => (await look()).headers.get('etag') ?? '';
    const seen = await tag();
    const extend = (name: string, what: string) =>
      call('POST', `${path}/extend`, { id: name, duration: 'PT1M' }, { 'if-match': what });

    const first = await extend('first', `"another", ${seen}`);
    const again = await extend('first', seen);
    const weak = await extend('weak', `W/${await tag()}`);
    const second = await extend('second', seen);
    const whatever = await extend('second', '*');

    expect([first.status, again.status, whatever.status]).toEqual([200, 200, 200]);
    expect([second.status, second.body.code]).toEqual([412, 'PRECONDITION_FAILED']);
    expect([weak.status, weak.body.code]).toEqual([412, 'PRECONDITION_FAILED']);
    expect(whatever.body.lease.expiresAt).toBe('2026-12-01T09:03:00Z');
  });
});

describe('the groups', () => {
  it('are those of the configuration and of the ledger, each once', async () => {
    const other = { ...group, securityGroupId: 'sg-b' };
    const { call } = makeConsole({ groups: async () => ({ targets: [other, group], isWhole: false }) });
    await call('POST', '/api/leases', leaseBody());

    const { body } = await call('GET', '/api/groups');

    expect(body).toEqual({ groups: [group, other], isWhole: false });
  });
});
