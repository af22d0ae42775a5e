import { describe, expect, it } from 'vitest';
import type { AcceptDeps } from '../../../shared/reconcile/accepting.ts';
import type { Question } from '../../../shared/reconcile/policy-port.ts';
import { leaseBody, makeConsole } from './console.ts';

const approvals =
  (needed: (question: Question) => number): AcceptDeps['policy'] =>
  async () =>
  (question) => ({ policies: ['p'], version: 'v', approvers: [], approvals: needed(question) });
const as = (name: string) => ({ authorization: `Bearer a-token-of-${name}-0123456789` });

async function waiting(change: Record<string, unknown> = {}) {
  const console = makeConsole({ policy: approvals(({ action }) => (action === 'authorize' ? 1 : 0)) });
  const { status, body } = await console.call('POST', '/api/leases', leaseBody(change));
  const path = (action: string) => `/api/leases/${body.lease.id}/${action}`;
  return { ...console, status, lease: body.lease, path };
}

describe('approvals through the API', () => {
  it('show what is waited for, until when, and what it is', async () => {
    const { status, lease } = await waiting();

    expect(status).toBe(201);
    expect(lease).toMatchObject({
      state: 'awaiting-approval',
      approvals: {
        needed: 1,
        given: [],
        expiresAt: '2026-12-02T09:00:00Z',
        digest: expect.stringMatching(/^[0-9a-f]{64}$/),
      },
    });
  });

  it('are given by the name of the token, whatever the body says', async () => {
    const { call, path } = await waiting();

    const own = await call('POST', path('approve'), {});
    const forged = await call('POST', path('approve'), { by: { id: 'wei' } });
    const other = await call('POST', path('approve'), { reason: 'agreed' }, as('wei'));

    expect([own.status, own.body.code, own.body.path]).toEqual([403, 'OWN_REQUEST', '/by']);
    expect([forged.status, forged.body.code]).toEqual([422, 'UNKNOWN_FIELD']);
    expect(other.body.lease.approvals?.given).toEqual([
      { by: 'wei', at: '2026-12-01T09:00:00.000Z', reason: 'agreed' },
    ]);
    expect(other.status).toBe(200);
  });

  it('hold for what was looked at alone', async () => {
    const { call, path, lease } = await waiting();

    const stale = await call('POST', path('approve'), { digest: 'f'.repeat(64) }, as('wei'));
    const junk = await call('POST', path('approve'), { digest: 'nonsense' }, as('wei'));
    const right = await call('POST', path('approve'), { digest: lease.approvals?.digest }, as('wei'));

    expect([stale.status, stale.body.code]).toEqual([409, 'APPROVAL_STALE']);
    expect([junk.status, junk.body.code]).toEqual([422, 'INVALID_VALUE']);
    expect(right.status).toBe(200);
  });

  it('are no more after a rejection, whose reason is told', async () => {
    const { call, path, lease } = await waiting();

    const rejected = await call('POST', path('reject'), { reason: 'use the bastion' }, as('wei'));
    const late = await call('POST', path('approve'), {}, as('sam'));

    expect(rejected.body.lease).toMatchObject({ state: 'rejected', approvals: { rejectedBy: 'wei' } });
    expect([late.status, late.body.code]).toEqual([409, 'NOT_AWAITING_APPROVAL']);
    const { body } = await call('GET', `/api/leases/${lease.id}`);
    expect(body.lease.error?.message).toBe('rejected by wei: use the bastion');
    expect(body.story.map(({ kind }) => kind)).toEqual([
      'lease.accepted',
      'lease.state',
      'lease.reject',
      'lease.state',
      'message.refused',
    ]);
  });

  it('are null where nobody has to be asked', async () => {
    const { call } = makeConsole();

    expect((await call('POST', '/api/leases', leaseBody())).body.lease.approvals).toBeNull();
  });
});

describe('emergencies through the API', () => {
  const emergency = { breakGlass: true, reason: 'the index is full' };

  it('are flagged, found, counted and reviewed by somebody else', async () => {
    const { call } = makeConsole();
    await call('POST', '/api/leases', leaseBody());
    const { lease } = (await call('POST', '/api/leases', leaseBody(emergency))).body;
    const review = `/api/leases/${lease.id}/review`;
    const open = async () => (await call('GET', '/api/leases?review=true')).body.leases.map(({ id }) => id);
    const counted = async () => (await call('GET', '/api/health')).body as unknown as { leases: { toReview: number } };

    expect(lease.breakGlass).toEqual({});
    expect(await open()).toEqual([lease.id]);
    expect((await counted()).leases.toReview).toBe(1);
    expect((await call('POST', review, { reason: 'fine' })).body.code).toBe('OWN_REQUEST');
    expect((await call('POST', review, {}, as('wei'))).status).toBe(422);
    const done = await call('POST', review, { reason: 'seen' }, as('wei'));
    expect(done.body.lease.breakGlass).toMatchObject({ reviewedBy: 'wei', review: 'seen' });
    expect(await open()).toEqual([]);
    expect((await call('POST', '/api/leases/none/review', { reason: 'x' }, as('wei'))).status).toBe(404);
  });
});

describe('a plan', () => {
  it('tells of what is open already, and keeps nothing of it', async () => {
    const limit = { code: 'OPEN_TOO_WIDE', message: 'too wide together', path: '/rules/0' };
    const { world, call } = makeConsole();
    const together = { ...world.deps.together, check: () => limit };
    const strict = makeConsole({ together });

    const planned = await strict.call('POST', '/api/plan', leaseBody());

    expect(planned.body).toMatchObject({ allowed: false, refusal: limit });
    expect((await call('POST', '/api/plan', leaseBody())).body.allowed).toBe(true);
    expect(await strict.world.tx((tx) => tx.getSetting('extent ecs/default/cn-hangzhou/sg-a'))).toBeUndefined();
  });
});
