import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import { createLogIn } from '../../../../functions/console/login/log-in.ts';
import type { Fetch } from '../../../../functions/console/login/provider.ts';

const issuer = 'https://login.example.com';
export const clientId = 'curfew';
export const nowMs = Date.parse('2026-12-01T09:00:00Z');
export const departure = { state: 's'.repeat(32), nonce: 'n'.repeat(32), verifier: 'v'.repeat(64) };
const seconds = nowMs / 1000;

/** What a provider says of Lin, as it should be. */
const good: JWTPayload = {
  ...{ iss: issuer, aud: clientId, sub: 'u-1', iat: seconds, exp: seconds + 300, nonce: departure.nonce },
  ...{ email: 'Lin@Example.com', email_verified: true, name: 'Lin', groups: ['sre'] },
};

export type Given = {
  readonly claims?: Record<string, unknown> | undefined;
  readonly token?: (good: JWTPayload) => Promise<string>;
  readonly discovery?: Record<string, unknown>;
  readonly tokens?: Record<string, unknown>;
  readonly status?: number;
  readonly query?: Record<string, string>;
  readonly options?: Partial<Parameters<typeof createLogIn>[0]>;
};

const { privateKey, publicKey } = await generateKeyPair('RS256');

export { publicKey };

const sign = (claims: JWTPayload) =>
  new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: 'k1' }).sign(privateKey);

/** A log-in that comes back from a provider which answers as given. */
export async function arrive(given: Given = {}) {
  const claims = Object.fromEntries(
    Object.entries({ ...good, ...given.claims }).filter(([, value]) => value !== undefined),
  );
  const id_token = await (given.token ?? sign)(claims);
  const requests: { readonly url: string; readonly init: RequestInit | undefined }[] = [];
  const answers: Record<string, unknown> = {
    [`${issuer}/.well-known/openid-configuration`]: {
      issuer,
      authorization_endpoint: `${issuer}/auth`,
      token_endpoint: `${issuer}/token`,
      jwks_uri: `${issuer}/keys`,
      ...given.discovery,
    },
    [`${issuer}/token`]: { id_token, access_token: 'an-access-token', token_type: 'Bearer', ...given.tokens },
    [`${issuer}/keys`]: { keys: [{ ...(await exportJWK(publicKey)), kid: 'k1', alg: 'RS256', use: 'sig' }] },
  };
  const fetch: Fetch = async (input, init) => {
    const url = String(input);
    requests.push({ url, init });
    return Response.json(answers[url], { status: url.endsWith('/token') ? (given.status ?? 200) : 200 });
  };
  const lines: Record<string, unknown>[] = [];
  const logIn = createLogIn({
    ...{
      issuer,
      clientId,
      clientSecret: async () => 'a secret: with %',
      redirectUri: 'https://c.example/auth/callback',
    },
    ...{ scopes: 'openid', personClaim: 'email', groupsClaim: 'groups', fetch, nowMs: () => nowMs },
    log: { event: (_, message, fields) => lines.push({ message, ...fields }) },
    ...given.options,
  });
  const query = { code: 'c', state: departure.state, ...given.query };
  return { person: logIn.arrive(departure, query), requests, lines };
}
