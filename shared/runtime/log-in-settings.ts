import * as z from 'zod/mini';
import { parseSecretReferences, type SecretReference } from './secret-reference.ts';

/** How people log in to the console: an OpenID Connect provider, and what seals their cookies. */
export type LogInSettings = {
  readonly issuer: string;
  readonly clientId: string;
  /** None for a public client, which proves itself by PKCE alone. */
  readonly clientSecret: readonly SecretReference[];
  /** Where people see the console: scheme and host, without a slash at its end. */
  readonly consoleUrl: string;
  /** Newest first: cookies are sealed with the first and opened with each. */
  readonly sessionKeys: readonly SecretReference[];
  readonly scopes: string;
  /** The claim that is a person's id in policies and leases. */
  readonly personClaim: string;
  readonly groupsClaim: string;
};

const isAddress = (text: string): boolean => URL.canParse(text) && /^https?:\/\/[^\s/?#@]+(?:\/[^\s?#]*)?$/.test(text);
const isOrigin = (text: string): boolean => isAddress(text) && new URL(text).origin === text.replace(/\/$/, '');
const claim = z.string().check(z.regex(/^[\x21-\x7e]{1,128}$/, { error: 'is not the name of a claim' }));

export const logInVariables = {
  CURFEW_CONSOLE_URL: z.optional(
    z.string().check(z.refine(isOrigin, { error: 'is not an address such as https://curfew.example.com' })),
  ),
  CURFEW_OIDC_ISSUER: z.optional(
    z.string().check(z.refine(isAddress, { error: 'is not an address such as https://login.example.com' })),
  ),
  CURFEW_OIDC_CLIENT_ID: z.optional(z.string()),
  CURFEW_OIDC_CLIENT_SECRET: z.optional(z.string()),
  CURFEW_OIDC_SCOPES: z._default(
    z
      .string()
      .check(z.regex(/^openid(?: [\x21-\x7e]+)*$/, { error: 'is not a list of scopes that begins with openid' })),
    'openid profile email',
  ),
  CURFEW_OIDC_PERSON_CLAIM: z._default(claim, 'email'),
  CURFEW_OIDC_GROUPS_CLAIM: z._default(claim, 'groups'),
  CURFEW_SESSION_KEYS: z.optional(z.string()),
};

const variables = z.object(logInVariables);

/** Undefined where no provider is named: then only API tokens open the console. */
export function logInOf(read: z.infer<typeof variables>): LogInSettings | undefined {
  const { CURFEW_OIDC_ISSUER: issuer, CURFEW_OIDC_CLIENT_ID: clientId, CURFEW_CONSOLE_URL: consoleUrl } = read;
  if (issuer === undefined || clientId === undefined || consoleUrl === undefined) return undefined;
  return {
    issuer,
    clientId,
    clientSecret: parseSecretReferences(read.CURFEW_OIDC_CLIENT_SECRET ?? ''),
    consoleUrl: new URL(consoleUrl).origin,
    sessionKeys: parseSecretReferences(read.CURFEW_SESSION_KEYS ?? ''),
    scopes: read.CURFEW_OIDC_SCOPES,
    personClaim: read.CURFEW_OIDC_PERSON_CLAIM,
    groupsClaim: read.CURFEW_OIDC_GROUPS_CLAIM,
  };
}

type Given = Readonly<Record<string, string | undefined>>;

/** What a log-in needs beside its provider; on a deployed console people's cookies and tokens travel by https only. */
export function problemsOfLogIn(given: Given, isLocal: boolean): string[] {
  if (given.CURFEW_OIDC_ISSUER === undefined) return [];
  const needed = ['CURFEW_OIDC_CLIENT_ID', 'CURFEW_CONSOLE_URL', 'CURFEW_SESSION_KEYS'];
  const missing = needed.filter((name) => given[name] === undefined);
  const plain = ['CURFEW_OIDC_ISSUER', 'CURFEW_CONSOLE_URL'].filter((name) => given[name]?.startsWith('http:'));
  return [
    ...missing.map((name) => `${name} is missing: CURFEW_OIDC_ISSUER needs it`),
    ...(isLocal ? [] : plain.map((name) => `${name} must be https: people log in there`)),
  ];
}
