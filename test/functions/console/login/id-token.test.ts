import { createHash } from 'node:crypto';
import { exportSPKI, generateKeyPair, SignJWT, UnsecuredJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { arrive, clientId, type Given, nowMs, publicKey } from './fake-provider.ts';

const seconds = nowMs / 1000;
const halfOf = (text: string) => createHash('sha256').update(text).digest().subarray(0, 16).toString('base64url');
const refused = (given: Given) =>
  expect(arrive(given).then(({ person }) => person)).rejects.toMatchObject({ status: 401, code: 'LOGIN_REFUSED' });

describe('an ID token', () => {
  it('that holds names the person, by the verified address in lower case', async () => {
    const { person } = await arrive();

    expect(await person).toEqual({ id: 'lin@example.com', name: 'Lin', groups: ['sre'] });
  });

  it.each<[string, Given['claims']]>([
    ['another issuer', { iss: 'https://login.example.org' }],
    ['another client', { aud: 'another' }],
    ['several clients, made for another', { aud: [clientId, 'another'], azp: 'another' }],
    ['several clients, made for nobody it names', { aud: [clientId, 'another'] }],
    ['one client, made for another', { azp: 'another' }],
    ['another log-in', { nonce: 'another' }],
    ['no log-in', { nonce: undefined }],
    ['a time that is over', { exp: seconds - 31 }],
    ['no time', { exp: undefined }],
    ['a time to come', { nbf: seconds + 60 }],
    ['another access token', { at_hash: halfOf('another') }],
    ['nobody', { sub: undefined }],
    ['an address that is not verified', { email_verified: false }],
    ['no address', { email: undefined }],
    ['an address with a line end in it', { email: 'lin@example.com\nadmin' }],
    ['groups that are no words', { groups: [{ admin: true }] }],
  ])('for %s is refused', async (_, claims) => {
    await refused({ claims });
  });

  it('for this access token, this client among several, or a moment ago is taken', async () => {
    const claims = { at_hash: halfOf('an-access-token'), aud: [clientId, 'another'], azp: clientId, exp: seconds - 20 };

    await expect((await arrive({ claims })).person).resolves.toMatchObject({ id: 'lin@example.com' });
  });

  it('makes nobody one of those who bear an API token', async () => {
    const { person } = await arrive({ claims: { groups: ['sre', 'api-tokens'] } });

    expect((await person).groups).toEqual(['sre']);
  });

  it('without a signature is refused', async () => {
    await refused({ token: async (claims) => new UnsecuredJWT(claims).encode() });
  });

  it('signed with the public key as if it were a secret is refused', async () => {
    const secret = new TextEncoder().encode(await exportSPKI(publicKey));

    await refused({
      token: (claims) => new SignJWT(claims).setProtectedHeader({ alg: 'HS256', kid: 'k1' }).sign(secret),
    });
  });

  it('signed with the client’s secret is refused', async () => {
    const secret = new TextEncoder().encode('a secret: with %'.padEnd(32));

    await refused({ token: (claims) => new SignJWT(claims).setProtectedHeader({ alg: 'HS256' }).sign(secret) });
  });

  it('signed by somebody else under a known key’s name is refused', async () => {
    const { privateKey } = await generateKeyPair('RS256');

    await refused({
      token: (claims) => new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: 'k1' }).sign(privateKey),
    });
  });
});

describe('a provider', () => {
  it('gets the code with its verifier and the secret in its own form', async () => {
    const { person, requests } = await arrive();
    await person;

    const { init } = requests.find(({ url }) => url.endsWith('/token')) ?? {};
    expect(String(init?.body)).toContain(`code_verifier=${'v'.repeat(64)}`);
    expect(new Headers(init?.headers).get('authorization')).toBe(
      `Basic ${Buffer.from('curfew:a+secret%3A+with+%25').toString('base64')}`,
    );
  });

  it('that takes the secret in the form only gets it there, a public client none', async () => {
    const discovery = { token_endpoint_auth_methods_supported: ['client_secret_post'] };
    const post = await arrive({ discovery });
    const open = await arrive({ options: { clientSecret: async () => undefined } });
    await Promise.all([post.person, open.person]);

    const bodyOf = ({ requests }: typeof post) =>
      String(requests.find(({ url }) => url.endsWith('/token'))?.init?.body);
    expect(bodyOf(post)).toContain('client_secret=a+secret%3A+with+%25');
    expect(bodyOf(open)).toContain('client_id=curfew');
    expect(bodyOf(open)).not.toContain('client_secret');
  });

  it.each<[string, Given, string]>([
    ['answers for another one', { query: { iss: 'https://login.example.org' } }, 'LOGIN_NOT_BEGUN'],
    ['answers to another log-in', { query: { state: 'another' } }, 'LOGIN_NOT_BEGUN'],
    ['says no', { status: 400, tokens: { error: 'invalid_grant' } }, 'LOGIN_REFUSED'],
    ['is out of order', { status: 502 }, 'LOGIN_UNAVAILABLE'],
    ['calls itself otherwise', { discovery: { issuer: 'https://login.example.org' } }, 'LOGIN_MISCONFIGURED'],
    [
      'would take the secret by plain http',
      { discovery: { token_endpoint: 'http://login.example.com/token' } },
      'LOGIN_MISCONFIGURED',
    ],
    ['gives no ID token', { tokens: { id_token: undefined } }, 'LOGIN_REFUSED'],
  ])('that %s logs nobody in', async (_, given, code) => {
    const { person } = await arrive(given);

    await expect(person).rejects.toMatchObject({ code });
  });

  it('that sends an error back is quoted by its code alone', async () => {
    const { person } = await arrive({ query: { error: '<script>alert(1)</script>', code: undefined as never } });

    await expect(person).rejects.toMatchObject({ message: expect.not.stringContaining('script') });
  });
});
