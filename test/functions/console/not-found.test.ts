import { describe, expect, it } from 'vitest';
import { makeConsole } from './console.ts';

const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

describe('an address', () => {
  it.each([
    ['/api/leases', 'GET, HEAD, OPTIONS, POST'],
    ['/api/leases/no-such/extend', 'OPTIONS, POST'],
    ['/api/freeze', 'DELETE, GET, HEAD, OPTIONS, PUT'],
    ['/api/audit/export', 'GET, HEAD, OPTIONS'],
    ['/openapi.json', 'GET, HEAD, OPTIONS'],
  ])('%s says which methods mean something there', async (path, allow) => {
    const { app, token } = makeConsole();
    const ask = (method: string) => app.request(path, { method, headers: { authorization: `Bearer ${token}` } });

    const options = await ask('OPTIONS');
    const others = await Promise.all(methods.filter((one) => !allow.includes(one)).map(ask));

    expect([options.status, options.headers.get('allow')]).toEqual([204, allow]);
    for (const answer of others) {
      expect([answer.status, answer.headers.get('allow')]).toEqual([405, allow]);
      expect(await answer.json()).toMatchObject({ status: 405, code: 'METHOD_NOT_ALLOWED' });
    }
  });

  it.each(['/api', '/api/leases/', '/api/leases/x/explode', '/openapi.jsonl', '/openapiXjson', '/nothing'])(
    'that is none is not found by any method: %s',
    async (path) => {
      const { app, token } = makeConsole();

      for (const method of ['GET', 'POST', 'OPTIONS']) {
        const answer = await app.request(path, { method, headers: { authorization: `Bearer ${token}` } });
        expect([method, answer.status, ((await answer.json()) as { code: string }).code]).toEqual([
          method,
          404,
          'NOT_FOUND',
        ]);
      }
    },
  );

  it('of the API says nothing to whoever is not known', async () => {
    const { app } = makeConsole();

    for (const method of ['OPTIONS', 'PATCH']) {
      const answer = await app.request('/api/leases', { method });
      expect([answer.status, answer.headers.get('allow')]).toEqual([401, null]);
    }
  });
});
