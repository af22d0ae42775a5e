import { describe, expect, it } from 'vitest';
import { createSealer } from '../../../../functions/console/login/sealer.ts';
import { createSessions } from '../../../../functions/console/login/sessions.ts';
import { Browser } from '../../../support/browser.ts';
import { leaseBody, makeConsole } from '../console.ts';
import { departure } from './fake-provider.ts';
import { serveWithLogin } from './served-console.ts';

const hourMs = 3_600_000;
const lin = { id: 'lin@example.com', groups: ['sre'] };
const codeOf = async (response: Response) => ((await response.json()) as { code: string }).code;

/** A console that browsers see at an address, and the cookie of somebody who is logged in there. */
async function consoleAt(consoleUrl: string, keys = ['the-key-of-these-tests']) {
  let nowMs = Date.parse('2026-12-01T09:00:00Z');
  const sealer = createSealer(keys, () => nowMs);
  const logIn = { leave: async () => 'https://login.example.com/auth', arrive: async () => lin };
  const login = { consoleUrl, sealer, sessions: createSessions(consoleUrl, sealer), logIn };
  const made = makeConsole({ login });
  const name = consoleUrl.startsWith('https:') ? '__Host-curfew-session' : 'curfew-session';
  const sealed = await sealer.seal('session', { person: lin }, 8 * 3600);
  const send = (path: string, init: { cookie?: string; method?: string; headers?: Record<string, string> } = {}) =>
    made.app.request(`${consoleUrl}${path}`, {
      method: init.method ?? 'GET',
      headers: { cookie: init.cookie ?? `${name}=${sealed}`, ...init.headers },
      ...(init.method === 'POST' ? { body: JSON.stringify(leaseBody()) } : {}),
    });
  const pass = (ms: number) => {
    nowMs += ms;
  };
  return { ...made, sealer, sealed, name, send, pass };
}
const url = 'https://curfew.example.com';
const own = { 'x-curfew-csrf': '1', origin: url, 'sec-fetch-site': 'same-origin' };

describe('a request that another site made a browser send', () => {
  it.each<[string, Record<string, string>]>([
    ['a plain form', { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }],
    ['a form of the same company’s other site', { 'x-curfew-csrf': '1', 'sec-fetch-site': 'same-site' }],
    ['a script of another site', { ...own, origin: 'https://evil.example' }],
    ['a document that hides where it is from', { ...own, origin: 'null' }],
    ['a browser that says only which site it is', { 'x-curfew-csrf': '1', 'sec-fetch-site': 'cross-site' }],
    ['a host that only begins like ours', { ...own, origin: `${url}.evil.example` }],
    ['the same host without https', { ...own, origin: 'http://curfew.example.com' }],
    ['our own host, but by a form', { origin: url, 'sec-fetch-site': 'same-origin' }],
    ['something that does not say where it is from', { 'x-curfew-csrf': '1' }],
  ])('as %s changes nothing', async (_, headers) => {
    const { send, world } = await consoleAt(url);

    const answer = await send('/api/leases', { method: 'POST', headers });

    expect([answer.status, await codeOf(answer)]).toEqual([403, 'FOREIGN_REQUEST']);
    expect(world.ledger.auditRows()).toEqual([]);
    expect((await send('/auth/logout', { method: 'POST', headers })).status).toBe(403);
  });

  it('is told from one of our own page, and from a machine’s', async () => {
    const { send, token } = await consoleAt(url);

    const page = await send('/api/leases', { method: 'POST', headers: own });
    const older = await send('/api/leases', { method: 'POST', headers: { 'x-curfew-csrf': '1', origin: url } });
    const machine = await send('/api/leases', {
      method: 'POST',
      cookie: '',
      headers: { authorization: `Bearer ${token}` },
    });

    expect([page.status, older.status, machine.status]).toEqual([201, 201, 201]);
  });

  it('is judged by its token alone where it brings one', async () => {
    const { send } = await consoleAt(url);

    const answer = await send('/api/me', { headers: { authorization: 'Bearer not-a-token-of-anybody' } });

    expect(answer.status).toBe(401);
  });

  it('never gets leave to read what we answer', async () => {
    const { send } = await consoleAt(url);

    const answers = await Promise.all(
      ['GET', 'OPTIONS'].map((method) => send('/api/leases', { method, headers: { origin: 'https://evil.example' } })),
    );

    for (const answer of answers) {
      expect([...answer.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
      expect(answer.headers.get('cross-origin-resource-policy')).toBe('same-origin');
    }
  });
});

describe('a session', () => {
  it('is a cookie that no script reads, no other host plants, and plain http never carries', async () => {
    const { send, sealer } = await consoleAt(url);
    const begun = await send('/auth/login');
    const sealed = await sealer.seal('log-in', { ...departure, returnTo: '/' }, 60);

    const arrived = await send('/auth/callback?code=c', { cookie: `__Host-curfew-log-in=${sealed}` });

    const attributes = /; Max-Age=\d+; Path=\/; HttpOnly; Secure; SameSite=Lax$/;
    expect(begun.headers.getSetCookie()).toEqual([expect.stringMatching(/^__Host-curfew-log-in=/)]);
    expect(begun.headers.get('set-cookie')).toMatch(attributes);
    // One header an answer: an HTTP trigger has no form for two.
    expect(arrived.headers.getSetCookie()).toEqual([expect.stringMatching(/^__Host-curfew-session=/)]);
    expect(arrived.headers.get('set-cookie')).toMatch(attributes);
    expect(arrived.status).toBe(303);
  });

  it('is always a new one: what somebody planted before the log-in is worth nothing after it', async () => {
    const { url: at } = await serveWithLogin();
    const [attacker, victim] = [new Browser(), new Browser()];
    await attacker.logIn(at, 'sam@example.com');
    const planted = attacker.cookie('curfew-session') ?? '';
    victim.plant('curfew-session', planted);

    const { response } = await victim.logIn(at, 'lin@example.com');

    expect(await response.json()).toMatchObject({ person: { id: 'lin@example.com' } });
    expect(victim.cookie('curfew-session')).not.toBe(planted);
    expect(await (await attacker.send(`${at}/api/me`)).json()).toMatchObject({ person: { id: 'sam@example.com' } });
  });

  it('outlives a new key, and ends with its own', async () => {
    const { sealed, name } = await consoleAt(url, ['the-old-key-of-these-tests']);
    const rotated = await consoleAt(url, ['the-new-key-of-these-tests', 'the-old-key-of-these-tests']);
    const retired = await consoleAt(url, ['the-new-key-of-these-tests']);
    const cookie = `${name}=${sealed}`;

    const answers = await Promise.all([rotated, retired].map(({ send }) => send('/api/me', { cookie })));

    expect(answers.map(({ status }) => status)).toEqual([200, 401]);
  });

  it('ends after a working day', async () => {
    const { send, pass } = await consoleAt(url);
    pass(8 * hourMs - 1_000);
    const before = await send('/api/me');
    pass(2_000);

    expect([before.status, (await send('/api/me')).status]).toEqual([200, 401]);
  });

  it('cannot be made from what a log-in leaves in a browser, nor changed, nor guessed', async () => {
    const { send, sealer, sealed, name } = await consoleAt(url);
    const departing = await sealer.seal('log-in', { person: lin, ...departure, returnTo: '/' }, 600);
    const [head, key, iv, text = '', tag] = sealed.split('.');
    const flipped = `${text.slice(0, -2)}${text.endsWith('AA') ? 'BB' : 'AA'}`;
    const plain = Buffer.from(JSON.stringify({ person: lin, exp: 9e9, iat: 1 })).toString('base64url');

    const forged = [departing, [head, key, iv, flipped, tag].join('.'), `e30..${plain}.`, '', 'x'.repeat(60_000)];
    const statuses = await Promise.all(
      forged.map(async (value) => (await send('/api/me', { cookie: `${name}=${value}` })).status),
    );

    expect(statuses).toEqual(forged.map(() => 401));
    // Without its prefix a cookie may have come from a neighbouring host.
    expect((await send('/api/me', { cookie: `curfew-session=${sealed}` })).status).toBe(401);
  });

  it('is refused where its groups would not fit into a cookie', async () => {
    const groups = Array.from({ length: 200 }, (_, index) => `a-group-of-many-words-${index}`);
    const { login } = await consoleAt(url).then(({ sealer }) => ({
      login: {
        ...{ consoleUrl: url, sealer, sessions: createSessions(url, sealer) },
        logIn: { leave: async () => '', arrive: async () => ({ id: 'lin@example.com', groups }) },
      },
    }));
    const { app } = makeConsole({ login });
    const cookie = `__Host-curfew-log-in=${await login.sealer.seal('log-in', { ...departure, returnTo: '/' }, 60)}`;

    const answer = await app.request(`${url}/auth/callback?code=c`, { headers: { cookie } });

    expect([answer.status, await codeOf(answer)]).toEqual([401, 'TOO_MANY_GROUPS']);
    expect(answer.headers.getSetCookie()).toEqual([]);
  });
});

describe('a log-in', () => {
  it('begins under the console’s own name, whatever name it was called by', async () => {
    const { app } = await consoleAt(url);

    const answer = await app.request('https://evil.example/auth/login?returnTo=/x');

    expect(answer.headers.get('location')).toBe(`${url}/auth/login?returnTo=%2Fx`);
  });

  it('is not there where none is configured, and tokens go on', async () => {
    const { app, call } = makeConsole();

    const answer = await app.request('/auth/login');

    expect([answer.status, await codeOf(answer)]).toEqual([404, 'LOGIN_NOT_CONFIGURED']);
    expect((await call('GET', '/api/me')).status).toBe(200);
  });
});
