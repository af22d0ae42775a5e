import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import * as z from 'zod';
import { AppError } from '../../../shared/runtime/app-error.ts';
import { ledgerThrough } from '../../fakes/ledger-through.ts';
import { group } from '../../fakes/world.ts';
import { leaseBody, makeConsole, ssh } from './console.ts';

const anything = z.record(z.string(), z.unknown());
const documentSchema = z.object({ openapi: z.string(), paths: anything, components: z.object({ schemas: anything }) });

describe('who may call', () => {
  it.each([
    ['no token', ''],
    ['a wrong one', 'Bearer a-token-of-lin-0123456780'],
    ['one that is longer', 'Bearer a-token-of-lin-01234567890'],
    ['a browser’s log-in', `Basic ${Buffer.from('x:a-token-of-lin-0123456789').toString('base64')}`],
  ])('refuses %s', async (_, authorization) => {
    const { call } = makeConsole();

    const { status, body, headers } = await call('GET', '/api/leases', undefined, { authorization });

    expect(status).toBe(401);
    expect(body.code).toBe('UNAUTHENTICATED');
    expect(headers.get('www-authenticate')).toMatch(/^Bearer/);
  });

  it('acts under the name of whoever’s token it is', async () => {
    const { call } = makeConsole();
    const authorization = 'Bearer a-token-of-wei-0123456789';

    const { body } = await call('POST', '/api/leases', leaseBody(), { authorization });

    expect(body.lease.requester).toEqual({ id: 'wei' });
  });
});

describe('freezing', () => {
  it('refuses new leases until it is lifted, and writes both down', async () => {
    const { world, call } = makeConsole();

    const frozen = await call('PUT', '/api/freeze', { reason: 'incident' });
    const refused = await call('POST', '/api/leases', leaseBody());
    const lifted = await call('DELETE', '/api/freeze');

    expect(frozen.body).toEqual({ frozen: true, by: 'lin', reason: 'incident', since: '2026-12-01T09:00:00.000Z' });
    expect(refused.status).toBe(422);
    expect(refused.body.code).toBe('FROZEN');
    expect(lifted.body).toEqual({ frozen: false });
    expect((await call('GET', '/api/freeze')).body).toEqual({ frozen: false });
    const kinds = world.ledger.auditRows().map((row) => `${row.kind} ${row.actor}`);
    expect(kinds).toEqual(expect.arrayContaining(['freeze.begun lin', 'freeze.lifted lin']));
  });

  it('takes new leases once it is lifted', async () => {
    const { call } = makeConsole();
    await call('PUT', '/api/freeze', {});
    await call('DELETE', '/api/freeze');

    const { status } = await call('POST', '/api/leases', leaseBody());

    expect(status).toBe(201);
  });

  it('lets endings go on', async () => {
    const { world, call } = makeConsole();
    await call('POST', '/api/leases', leaseBody());
    await world.pass(1);
    await call('PUT', '/api/freeze', {});

    await world.pass(90);

    expect(world.cloud.rules(group)).toEqual([]);
  });
});

describe('health', () => {
  it('is late until revoke has swept', async () => {
    const { world, call } = makeConsole();
    const before = await call('GET', '/api/health');
    await call('POST', '/api/leases', leaseBody());
    await world.pass(1);

    const after = await call('GET', '/api/health');

    expect(before.body).toMatchObject({ status: 'late', sweeps: { revoke: { at: null, isLate: true } } });
    expect(after.body).toMatchObject({
      status: 'ok',
      ledger: { reachable: true },
      sweeps: { revoke: { at: '2026-12-01T09:00:01.000Z', isLate: false }, reconcile: { isLate: true } },
      leases: { live: 1, stuck: 0, isMinimum: false },
      frozen: false,
    });
  });

  it('answers 503 when the ledger is away, and 500 without details when something broke', async () => {
    const away = ledgerThrough(async () => {
      throw new AppError('LEDGER_UNAVAILABLE', 'connect to 10.0.0.7 failed', { retryable: true });
    });
    const broken = ledgerThrough(async () => {
      throw new TypeError('undefined is not a secret');
    });

    const unavailable = await makeConsole({ ledger: away }).call('GET', '/api/health');
    const failed = await makeConsole({ ledger: broken }).call('GET', '/api/health');

    expect(unavailable.status).toBe(503);
    expect(unavailable.headers.get('retry-after')).toBe('5');
    expect(JSON.stringify(unavailable.body)).not.toContain('10.0.0.7');
    expect(failed.body).toMatchObject({ status: 500, code: 'INTERNAL' });
    expect(JSON.stringify(failed.body)).not.toContain('secret');
  });
});

describe('finding stamped rules', () => {
  it('lists ours and copies of them, and no others', async () => {
    const { world, call } = makeConsole();
    await call('POST', '/api/leases', leaseBody());
    await world.pass(1);
    const [ours] = world.cloud.rules(group);
    world.cloud.addByHand(group, { ...ssh, portRange: '23/23' }, ours?.description);
    world.cloud.addByHand(group, { ...ssh, portRange: '24/24' });

    const { body } = await call('GET', '/api/stamped');

    expect(body.groups).toBe(1);
    expect(body.rules).toMatchObject([
      { ruleId: 'sgr-1', proven: true, until: '2026-12-01T09:01:00Z' },
      { ruleId: 'sgr-2', proven: false },
    ]);
  });

  it('says which groups could not be looked at, and passes over those that are gone', async () => {
    const other = { ...group, securityGroupId: 'sg-b' };
    const { world, call } = makeConsole({ groups: async () => ({ targets: [group, other], isWhole: true }) });
    const gone = { kind: 'refused', class: 'group-gone', code: 'gone', message: 'gone' } as const;
    world.cloud.faults.push({ kind: 'describe', fault: 'lost-before' }, { kind: 'describe', fault: gone });

    const { body } = await call('GET', '/api/stamped');

    expect(body).toMatchObject({ groups: 2, rules: [], notListed: [{ target: group, code: 'ECONNRESET' }] });
  });
});

describe('documents', () => {
  it('describes every route, and refers only to what it holds', async () => {
    const { app } = makeConsole();

    const document = documentSchema.parse(await (await app.request('/openapi.json')).json());

    expect(document.openapi).toBe('3.1.0');
    const served = app.routes.filter(({ path }) => path.startsWith('/api/') && !path.includes('*'));
    const named = served.map(({ path }) => path.replaceAll(/:(\w+)/g, '{$1}'));
    expect(Object.keys(document.paths).sort()).toEqual([...new Set(named)].sort());
    expect(named).toEqual(expect.arrayContaining(['/api/leases', '/api/leases/{id}', '/api/recover', '/api/drift']));
    const text = JSON.stringify(document);
    for (const [, name] of text.matchAll(/"#\/components\/schemas\/(\w+)"/g)) {
      expect(document.components.schemas).toHaveProperty(name ?? '');
    }
    expect(text).not.toContain('$defs');
  });

  it('describes three kinds of leases, of which two may lack an end', async () => {
    const { app } = makeConsole();

    const { components } = documentSchema.parse(await (await app.request('/openapi.json')).json());

    const { LeaseRequest, AuthorizeRequest, ModifyRequest, RevokeRequest } = components.schemas;
    expect(JSON.stringify(LeaseRequest)).toMatch(/oneOf.*AuthorizeRequest.*ModifyRequest.*RevokeRequest/);
    expect(AuthorizeRequest).toMatchObject({ required: ['target', 'rules'], oneOf: expect.anything() });
    for (const [schema, action] of [
      [ModifyRequest, 'modify'],
      [RevokeRequest, 'revoke'],
    ] as const) {
      expect(schema).toMatchObject({
        required: ['action', 'target', 'rules'],
        properties: { action: { const: action } },
        not: { required: ['duration', 'expiresAt'] },
      });
    }
  });

  it('serves the schema of messages', async () => {
    const { app } = makeConsole();

    const response = await app.request('/schemas/message.v1.json');

    expect(response.headers.get('content-type')).toBe('application/schema+json');
    expect(await response.json()).toMatchObject({ $id: 'urn:curfew:schemas:message.v1' });
  });

  it('serves the page with a policy that lets scripts in from here alone', async () => {
    const { app } = makeConsole({ pageFolder: pageWith({ 'index.html': '<title>Curfew</title>' }) });

    const response = await app.request('/');

    expect(await response.text()).toBe('<title>Curfew</title>');
    expect(response.headers.get('content-type')).toBe('text/html; charset=UTF-8');
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'; base-uri 'none'");
    expect(response.headers.get('content-security-policy')).toContain("script-src 'self';");
  });

  it.each([
    ['br', 'compressed by br'],
    ['gzip', 'compressed by gz'],
    ['identity', 'plain'],
  ])('serves a file of the page to be kept for ever, as %s', async (encoding, text) => {
    const pageFolder = pageWith({
      'assets/page-1.js': 'plain',
      'assets/page-1.js.br': 'compressed by br',
      'assets/page-1.js.gz': 'compressed by gz',
    });
    const { app } = makeConsole({ pageFolder });

    const response = await app.request('/assets/page-1.js', { headers: { 'accept-encoding': encoding } });

    expect(await response.text()).toBe(text);
    expect(response.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(response.headers.get('content-encoding')).toBe(encoding === 'identity' ? null : encoding);
  });

  it.each(['/assets/../secret', '/assets/..%2fsecret', '/assets/%2e%2e/secret', '/assets/none.js'])(
    'serves nothing outside of the page at %s',
    async (path) => {
      const { app } = makeConsole({ pageFolder: pageWith({ secret: 'a secret', 'assets/page.js': '' }) });

      const response = await app.request(path);

      expect(response.status).toBe(404);
      expect(response.headers.get('cache-control')).toBe('no-store');
    },
  );

  it.each(['/', '/api/leases', '/nowhere', '/openapi.json'])('guards %s by its headers', async (path) => {
    const { app } = makeConsole();

    const { headers } = await app.request(path);

    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(headers.get('cache-control')).toBe('no-store');
  });

  it('answers 404 as a problem', async () => {
    const { call } = makeConsole();

    expect(await call('GET', '/nowhere')).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } });
  });
});

/** A folder with files in it, as the build leaves the page. */
function pageWith(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'curfew-page-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}
