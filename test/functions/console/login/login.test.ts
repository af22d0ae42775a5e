import { describe, expect, it } from 'vitest';
import { Browser } from '../../../support/browser.ts';
import { leaseBody } from '../console.ts';
import { serveWithLogin } from './served-console.ts';

const codeOf = async (response: Response) => ((await response.json()) as { code: string }).code;

describe('logging in', () => {
  it('makes whoever was chosen at the provider the person who acts', async () => {
    const { url } = await serveWithLogin();
    const browser = new Browser();

    const { response } = await browser.logIn(url, 'lin@example.com');
    const asked = await browser.change(`${url}/api/leases`, leaseBody());

    expect(await response.json()).toMatchObject({ person: { id: 'lin@example.com', name: 'Lin', groups: ['sre'] } });
    expect(asked.status).toBe(201);
    expect(await asked.json()).toMatchObject({ lease: { requester: { id: 'lin@example.com' } } });
  });

  it('lets one browser be several people, one after the other', async () => {
    const { url } = await serveWithLogin();
    const browser = new Browser();
    await browser.logIn(url, 'lin@example.com');

    const { response } = await browser.logIn(url, 'wei@example.com');

    expect(await response.json()).toMatchObject({ person: { id: 'wei@example.com' }, language: 'zh' });
  });

  it('ends with the log-out', async () => {
    const { url } = await serveWithLogin();
    const browser = new Browser();
    await browser.logIn(url, 'lin@example.com');

    const out = await browser.change(`${url}/auth/logout`);

    expect(out.status).toBe(204);
    expect((await browser.send(`${url}/api/me`)).status).toBe(401);
  });

  it('comes back to a path of the console, and never to another host', async () => {
    const { url } = await serveWithLogin();
    const targets = ['//evil.example', 'https://evil.example/x', '/\\evil.example', '/.//evil.example', '/%0a/x\n', ''];

    const ends = await Promise.all(
      ['/api/me?a=1', ...targets].map(
        async (returnTo) => (await new Browser().logIn(url, 'lin@example.com', returnTo)).url,
      ),
    );

    expect(ends).toEqual([`${url}/api/me?a=1`, ...targets.map(() => `${url}/`)]);
  });
});

describe('a log-in that somebody else began', () => {
  it('is refused in a browser that did not begin it', async () => {
    const { url } = await serveWithLogin();
    const [attacker, victim] = [new Browser(), new Browser()];
    const { url: choosing } = await attacker.visit(`${url}/auth/login`);
    const chosen = await attacker.send(choosing, {
      method: 'POST',
      body: new URLSearchParams({ person: 'sam@example.com' }),
    });
    const back = await attacker.send(chosen.headers.get('location') ?? '');
    const callback = back.headers.get('location') ?? '';
    expect(callback).toContain('/auth/callback?code=');

    const without = await victim.send(callback);
    await victim.send(`${url}/auth/login`);
    const other = await victim.send(callback);

    expect([without.status, await codeOf(without)]).toEqual([400, 'LOGIN_NOT_BEGUN']);
    expect([other.status, await codeOf(other)]).toEqual([400, 'LOGIN_NOT_BEGUN']);
    expect(victim.cookie('curfew-session')).toBeUndefined();
  });
});
