import { createHash } from 'node:crypto';
import type { JWTVerifyGetKey } from 'jose';
import * as z from 'zod/mini';
import type { Log } from '../../../shared/reconcile/runtime-ports.ts';
import { refusal } from '../../../shared/rule/refusal.ts';
import { Problem } from '../problem.ts';
import { verifyIdToken } from './id-token.ts';
import { type ClaimNames, type LoggedIn, personOf } from './person.ts';
import { askProvider, discovered, type Fetch, type Provider, timeoutMs } from './provider.ts';

/** What ties a browser's return to its departure. */
export const departureSchema = z.object({ state: z.string(), nonce: z.string(), verifier: z.string() });
type Departure = z.infer<typeof departureSchema>;

/** Logs people in with an OpenID Connect provider: authorization code with PKCE. */
export type LogIn = {
  /** Where the browser goes to say who it is. */
  readonly leave: (departure: Departure) => Promise<string>;
  /** Who came back. Throws a Problem where that is not proved. */
  readonly arrive: (departure: Departure, query: Readonly<Record<string, string>>) => Promise<LoggedIn>;
};

type Options = ClaimNames & {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: () => Promise<string | undefined>;
  readonly redirectUri: string;
  readonly scopes: string;
  readonly fetch: Fetch;
  readonly nowMs: () => number;
  readonly log: Log;
};

const tokensSchema = z.object({ id_token: z.string(), access_token: z.optional(z.string()) });

export function createLogIn(options: Options): LogIn {
  const provider = discovered(options);
  const keysOf = keptKeys(options.fetch);
  return {
    async leave({ state, nonce, verifier }) {
      const { clientId: client_id, redirectUri: redirect_uri, scopes: scope } = options;
      const address = new URL((await provider()).authorization_endpoint);
      const code_challenge = createHash('sha256').update(verifier).digest('base64url');
      const asked = { response_type: 'code', client_id, redirect_uri, scope, state, nonce };
      for (const [name, value] of Object.entries({ ...asked, code_challenge, code_challenge_method: 'S256' })) {
        address.searchParams.set(name, value);
      }
      return address.href;
    },
    async arrive(departure, query) {
      if (query.state !== departure.state) throw anotherLogIn();
      const known = await provider();
      // Another provider's answer must not be taken for this one's (RFC 9207).
      if (query.iss !== undefined && query.iss !== known.issuer) throw anotherLogIn();
      if (query.code === undefined) throw notLoggedIn(`the provider says: ${codeOf(query.error)}`);
      const tokens = await exchange(options, known, query.code, departure.verifier);
      const expected = { ...departure, ...options, accessToken: tokens.access_token, nowMs: options.nowMs() };
      const claims = await verifyIdToken(tokens.id_token, await keysOf(known), expected).catch((error: Error) => {
        options.log.event('warn', 'an ID token was refused', { code: 'LOGIN_REFUSED', error });
        throw notLoggedIn('the ID token of the provider does not hold');
      });
      const person = personOf(claims, options);
      if (person) return person;
      throw notLoggedIn(`the provider gives no usable claim "${options.personClaim}" for you`);
    },
  };
}

/** The provider's keys, kept and read anew when one is met that is not among them. */
function keptKeys(fetch: Fetch): (provider: Provider) => Promise<JWTVerifyGetKey> {
  const kept = new Map<string, JWTVerifyGetKey>();
  return async ({ jwks_uri }) => {
    const { createRemoteJWKSet, customFetch } = await import('jose');
    const keys =
      kept.get(jwks_uri) ?? createRemoteJWKSet(new URL(jwks_uri), { timeoutDuration: timeoutMs, [customFetch]: fetch });
    kept.set(jwks_uri, keys);
    return keys;
  };
}

async function exchange(options: Options, known: Provider, code: string, verifier: string) {
  const { clientId, redirectUri, fetch, log } = options;
  const secret = await options.clientSecret();
  const isBasic = secret !== undefined && known.token_endpoint_auth_methods_supported.includes('client_secret_basic');
  const form = new URLSearchParams({
    ...{ grant_type: 'authorization_code', code, redirect_uri: redirectUri, code_verifier: verifier },
    ...(isBasic ? {} : { client_id: clientId, ...(secret === undefined ? {} : { client_secret: secret }) }),
  });
  const headers: Record<string, string> = isBasic ? { authorization: basic(clientId, secret) } : {};
  const answer = await askProvider(() =>
    fetch(known.token_endpoint, {
      ...{ method: 'POST', body: form, headers: { ...headers, accept: 'application/json' } },
      signal: AbortSignal.timeout(timeoutMs),
      // A secret goes to the address that was configured, and nowhere else.
      redirect: 'error',
    }),
  );
  const tokens = tokensSchema.safeParse(answer.body);
  if (answer.status === 200 && tokens.success) return tokens.data;
  const said = codeOf((answer.body as { error?: unknown } | undefined)?.error);
  log.event('warn', 'a log-in was refused by the provider', { code: 'LOGIN_REFUSED', status: answer.status, said });
  throw notLoggedIn(`the provider says: ${said}`);
}

/** Both parts are form-encoded first (RFC 6749, section 2.3.1). */
function basic(clientId: string, secret: string): string {
  const form = (text: string) => new URLSearchParams({ '': text }).toString().slice(1);
  return `Basic ${Buffer.from(`${form(clientId)}:${form(secret)}`).toString('base64')}`;
}

/** A code of the protocol, or nothing: what else stands there came with the address, from anybody. */
const codeOf = (text: unknown): string => (typeof text === 'string' && /^[a-z_]{1,40}$/.test(text) ? text : 'no code');

const notLoggedIn = (why: string): Problem =>
  new Problem(401, refusal('LOGIN_REFUSED', `${why}; begin anew at /auth/login`));
export const anotherLogIn = (): Problem =>
  new Problem(
    400,
    refusal('LOGIN_NOT_BEGUN', 'this log-in was not begun in this browser, or too long ago; begin anew at /auth/login'),
  );
