import { describe, expect, it } from 'vitest';
import { makeConsole } from './console.ts';

const rule = { direction: 'ingress', ipProtocol: 'tcp', portRange: '22/22', sourceCidrIp: '203.0.113.7/32' };
const question = { person: { id: 'lin' }, target: 'ecs/default/cn-hangzhou/sg-a', rules: [rule] };

describe('the policies over the API', () => {
  it('are shown as they were written, with their version', async () => {
    const { call } = makeConsole();

    const { status, body } = await call('GET', '/api/policy');

    expect(status).toBe(200);
    expect(body).toMatchObject({
      version: expect.stringMatching(/^[0-9a-f]{64}$/),
      policies: expect.arrayContaining([
        {
          id: 'administrators-administer',
          effect: 'permit',
          annotations: expect.objectContaining({ reason: expect.any(String), reason_zh: expect.any(String) }),
          text: expect.stringContaining('@id("administrators-administer")'),
        },
      ]),
    });
  });

  it('decide questions without anything being asked for', async () => {
    const { call, world } = makeConsole();

    const { status, body } = await call('POST', '/api/policy/test', {
      tests: [question, { ...question, action: 'audit', expect: { decision: 'allow' } }],
    });

    expect(status).toBe(200);
    expect(body).toMatchObject({
      failed: 1,
      results: [
        { name: 'test 1', decision: { allowed: true, policies: ['whoever-is-proved-may-ask'], approvals: 0 } },
        {
          decision: { allowed: false, code: 'POLICY_DENIED' },
          mismatches: ['decision: allow was expected, deny was decided'],
        },
      ],
    });
    expect(
      await world.deps.ledger.transaction('count', (tx) => tx.parkedFor([{ source: 'api', requestId: 'test' }])),
    ).toEqual([]);
  });

  it.each([
    ['no question', { tests: [] }, '/tests'],
    ['an unknown field', { tests: [{ ...question, colour: 'red' }] }, '/tests/0/colour'],
    ['nobody who asks', { tests: [{ target: question.target }] }, '/tests/0/person'],
  ])('refuse %s', async (_what, table, path) => {
    const { call } = makeConsole();

    expect(await call('POST', '/api/policy/test', table)).toMatchObject({ status: 422, body: { path } });
  });

  it('are for those who bear a token', async () => {
    const { call } = makeConsole();

    expect((await call('GET', '/api/policy', undefined, { authorization: 'Bearer nonsense' })).status).toBe(401);
  });
});
