import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { leaseBody, makeConsole } from './console.ts';

const script = '<script>alert(1)</script>';

/** A console with a page, and a lease whose words are meant for a careless reader. */
async function hostile(change: Parameters<typeof makeConsole>[0] = {}) {
  const pageFolder = mkdtempSync(join(tmpdir(), 'curfew-page-'));
  onTestFinished(() => rmSync(pageFolder, { recursive: true }));
  writeFileSync(join(pageFolder, 'index.html'), '<!doctype html><body></body>');
  const made = makeConsole({ pageFolder, ...change });
  const ticket = { system: script, key: script, url: `https://tickets.example/${script}` };
  const { body } = await made.call('POST', '/api/leases', leaseBody({ reason: script, ticket }));
  return { ...made, id: body.lease.id };
}

const addresses = ['/', '/api/leases', '/api/no-such', '/openapi.json', '/metrics', '/auth/login', `/${script}`];

describe('every answer', () => {
  it.each(addresses)(
    'of %s runs no script but our own, in no frame, as no other kind, and tells nobody',
    async (path) => {
      const { app, token } = await hostile({ isLocal: false });

      const answer = await app.request(path, { headers: { authorization: `Bearer ${token}` } });

      const { headers } = answer;
      const policy = Object.fromEntries(
        (headers.get('content-security-policy') ?? '').split('; ').map((one) => [one.split(' ')[0], one]),
      );
      expect(policy['default-src']).toBe("default-src 'none'");
      expect(policy['frame-ancestors']).toBe("frame-ancestors 'none'");
      expect(policy['base-uri']).toBe("base-uri 'none'");
      expect([undefined, "script-src 'self'"]).toContain(policy['script-src']);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('x-frame-options')).toBe('DENY');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.get('strict-transport-security')).toMatch(/^max-age=\d{7,}/);
      expect(headers.get('cache-control')).toBe('no-store');
      if (path !== '/') expect(headers.get('content-type')).not.toMatch(/html/);
    },
  );

  it('leaves other things on a laptop’s host alone', async () => {
    const { app } = await hostile();

    expect((await app.request('/')).headers.get('strict-transport-security')).toBeNull();
  });
});

describe('words that somebody wrote', () => {
  it('come back as JSON, as they were', async () => {
    const { call, id } = await hostile();

    for (const path of ['/api/leases', `/api/leases/${id}`, '/api/audit', `/api/audit/leases/${id}`]) {
      const { headers, body } = await call('GET', path);
      expect(headers.get('content-type')).toBe('application/json');
      expect(JSON.stringify(body)).toContain(script);
    }
  });

  it('stand in no page that is made here', async () => {
    const { app } = await hostile();

    expect(await (await app.request(`/?returnTo=${script}`)).text()).not.toContain(script);
  });

  it.each(['javascript:alert(1)', 'data:text/html,x', 'JaVaScRiPt:alert(1)', ' https://a.example', 'https://a b'])(
    'are no address of a ticket where they are %s',
    async (url) => {
      const { call } = makeConsole();

      const { status, body } = await call(
        'POST',
        '/api/leases',
        leaseBody({ ticket: { system: 'x', key: 'X-1', url } }),
      );

      expect([status, body.path]).toEqual([422, '/ticket/url']);
    },
  );
});
