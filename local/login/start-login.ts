import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import Provider, { type Configuration } from 'oidc-provider';
import MemoryAdapter from 'oidc-provider/lib/adapters/memory_adapter.js';
import { choosePage } from './choose-page.ts';
import { people } from './people.ts';

type Client = { readonly clientId: string; readonly clientSecret: string };
export type LocalLogin = {
  readonly issuer: string;
  /** What the console is to be told of it. */
  readonly settings: Readonly<Record<string, string>>;
  close(): Promise<void>;
};

/** An OpenID Connect provider for one machine: real in its protocol, and believing whoever it is told. */
export async function startLogin(options: { readonly port: number; readonly consoleUrl: string }): Promise<LocalLogin> {
  const issuer = `http://127.0.0.1:${options.port}`;
  const client = { clientId: 'curfew', clientSecret: randomBytes(24).toString('base64url') };
  const provider = new Provider(issuer, configurationOf(client, `${options.consoleUrl}/auth/callback`));
  const callback = provider.callback();
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', issuer).pathname;
    // Each log-in asks anew, so that one browser can be several people one after the other.
    request.headers.cookie = (request.headers.cookie ?? '').replace(/(?:^|; *)_session[^;]*/g, '');
    if (!path.startsWith('/choose/')) void callback(request, response);
    else choose(provider, request, response).catch(() => response.writeHead(400).end('begin the log-in anew\n'));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, '127.0.0.1', resolve);
  });
  return {
    issuer,
    settings: {
      CURFEW_CONSOLE_URL: options.consoleUrl,
      CURFEW_OIDC_ISSUER: issuer,
      CURFEW_OIDC_CLIENT_ID: client.clientId,
      CURFEW_OIDC_CLIENT_SECRET: client.clientSecret,
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

/** The package warns of its own adapter by name: that it forgets is right here. */
class Forgetful extends MemoryAdapter {}

function configurationOf({ clientId, clientSecret }: Client, redirectUri: string): Configuration {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return {
    adapter: Forgetful,
    jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), use: 'sig', alg: 'ES256' }] },
    cookies: { keys: [randomBytes(24).toString('base64url')] },
    clients: [
      {
        ...{ client_id: clientId, client_secret: clientSecret, redirect_uris: [redirectUri] },
        ...{ grant_types: ['authorization_code'], response_types: ['code'], id_token_signed_response_alg: 'ES256' },
      },
    ],
    pkce: { required: () => true },
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name', 'locale', 'groups'] },
    // Claims stand in the ID token, as with most providers; nobody asks for them once more.
    conformIdTokenClaims: false,
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_, { uid }) => `/choose/${uid}` },
    loadExistingGrant: async ({ oidc }) => {
      const grant = new oidc.provider.Grant({ clientId, accountId: oidc.session?.accountId ?? '' });
      grant.addOIDCScope('openid profile email');
      await grant.save();
      return grant;
    },
    findAccount: (_, id) => {
      const person = people.find((one) => one.id === id);
      if (!person) return undefined;
      const { name, groups, locale } = person;
      const claims = { sub: id, email: id, email_verified: true, name, groups: [...groups], locale };
      return { accountId: id, claims: () => claims };
    },
    ttl: { AuthorizationCode: 60, IdToken: 600, Interaction: 600, Session: 600, AccessToken: 600, Grant: 600 },
  };
}

async function choose(provider: Provider, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { uid } = await provider.interactionDetails(request, response);
  if (request.method !== 'POST') {
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' });
    response.end(choosePage(`/choose/${uid}`, people));
    return;
  }
  const chosen = new URLSearchParams(await bodyOf(request)).get('person') ?? '';
  if (!people.some(({ id }) => id === chosen)) throw new Error('nobody of that name');
  await provider.interactionFinished(request, response, { login: { accountId: chosen, remember: false } });
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
