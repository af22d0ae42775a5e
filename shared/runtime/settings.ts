import * as z from 'zod/mini';
import { AppError } from './app-error.ts';
import { isPublished, localSecrets } from './local-secrets.ts';
import { type LogInSettings, logInOf, logInVariables, problemsOfLogIn } from './log-in-settings.ts';
import { Secret } from './secret.ts';
import { parseSecretReferences, type SecretReference, splitSecrets } from './secret-reference.ts';

export type Environment = Readonly<Record<string, string | undefined>>;
export type ApiToken = { readonly name: string; readonly token: Secret };

/** What the environment says, read once. The table is in contract section 2. */
export type Settings = {
  readonly isLocal: boolean;
  /** Absent only on somebody's own machine. */
  readonly databaseUrl?: Secret | undefined;
  /** Each with its scheme, without a slash at its end; absent: the region's own. */
  readonly endpoints: { readonly [service in Service]?: string | undefined };
  /** The folder with guards, sources, accounts and policy; absent: the one beside the code. */
  readonly configFolder?: string | undefined;
  /** Newest first: stamps are made with the first and recognised with each. */
  readonly stampKeys: readonly SecretReference[];
  /** Newest first: the audit trail is chained, and journaled calls are proved, under the first. */
  readonly auditKeys: readonly SecretReference[];
  /** Where the audit trail's head is kept beside the log: a bucket, and what every key in it begins with. */
  readonly auditAnchor?: { readonly bucket: string; readonly prefix: string } | undefined;
  readonly fcClient: 'fc2' | 'fc3';
  /** What stands before a function's name where it is deployed, such as `curfew-`. */
  readonly functionPrefix: string;
  /** A group that rests is looked at again after so long. */
  readonly lookAgainMs: number;
  /** Lists of `name:token`, or where such lists are kept. */
  readonly apiTokens: readonly SecretReference[];
  /** Absent: nobody can log in, and only API tokens open the console. */
  readonly logIn?: LogInSettings | undefined;
};

const services = ['ecs', 'ens', 'apsara', 'sts', 'fc', 'kms', 'oss'] as const;
type Service = (typeof services)[number];

/** Shorter keys can be found by trying: descriptions with their codes are there for all to read. */
const keyLengthMin = 16;
const tokenLengthMin = 16;

/** Bucket names as the service takes them; of prefixes only what needs no escaping anywhere. */
const anchorForm = /^oss:\/\/([a-z0-9][a-z0-9-]{1,61}[a-z0-9])(?:\/([A-Za-z0-9._-]+(?:\/[A-Za-z0-9._-]+)*))?\/?$/;

const endpoint = z.optional(
  z.string().check(z.refine(isEndpoint, { error: 'is not an address such as http://127.0.0.1:8701' })),
);
const endpointVariables = {
  ECS_ENDPOINT: endpoint,
  ENS_ENDPOINT: endpoint,
  APSARA_ENDPOINT: endpoint,
  STS_ENDPOINT: endpoint,
  FC_ENDPOINT: endpoint,
  KMS_ENDPOINT: endpoint,
  OSS_ENDPOINT: endpoint,
};

const variables = z.object({
  CURFEW_LOCAL: z._default(z.enum(['0', '1'], { error: 'is 1, or not set' }), '0'),
  DATABASE_URL: z.optional(
    z
      .string()
      .check(
        z.regex(/^postgres(?:ql)?:\/\/\S+$/, { error: 'is not an address such as postgres://user:password@host/name' }),
      ),
  ),
  ...endpointVariables,
  ...logInVariables,
  CURFEW_CONFIG: z.optional(z.string()),
  CURFEW_STAMP_KEYS: z.optional(z.string()),
  CURFEW_AUDIT_KEY: z.optional(z.string()),
  CURFEW_AUDIT_ANCHOR: z.optional(
    z.string().check(z.regex(anchorForm, { error: 'is not a bucket and a prefix such as oss://my-bucket/curfew' })),
  ),
  CURFEW_FC_CLIENT: z._default(z.enum(['fc2', 'fc3'], { error: 'is fc2 or fc3' }), 'fc2'),
  CURFEW_FUNCTION_PREFIX: z._default(
    z.string().check(z.regex(/^[A-Za-z_][A-Za-z0-9_-]{0,40}$/, { error: 'is not the beginning of a function name' })),
    '',
  ),
  CURFEW_LOOK_AGAIN_SECONDS: z.optional(
    z.string().check(z.regex(/^[1-9]\d{0,4}$/, { error: 'is not a number of seconds from 1 to 99999' })),
  ),
  CURFEW_API_TOKENS: z.optional(
    z.string().check(
      z.refine((text) => literalTokens(text) !== undefined, {
        error: `is not a list of name:token, separated by commas, each token of at least ${tokenLengthMin} plain characters`,
      }),
    ),
  ),
});
type Variables = z.infer<typeof variables>;

/** Reads the environment, or throws INVALID_SETTINGS with every problem in it. */
export function readSettings(env: Environment = process.env): Settings {
  // An empty variable is what a template leaves of one that was not given.
  const given = Object.fromEntries(
    Object.entries(env).filter(([, value]) => value !== undefined && value.trim() !== ''),
  );
  const isLocal = given.CURFEW_LOCAL === '1';
  const parsed = variables.safeParse(isLocal ? { ...localSecrets, ...given } : given);
  const problems = parsed.success ? [] : parsed.error.issues.map((one) => `${one.path.join('.')} ${one.message}`);
  problems.push(...problemsOfLogIn(given, isLocal));
  if (!isLocal) problems.push(...problemsOfDeployed(given));
  if (problems.length > 0 || !parsed.success) throw invalid(problems);
  return settingsOf(parsed.data);
}

function settingsOf(read: Variables): Settings {
  const isLocal = read.CURFEW_LOCAL === '1';
  return {
    isLocal,
    databaseUrl: read.DATABASE_URL === undefined ? undefined : new Secret(read.DATABASE_URL),
    endpoints: Object.fromEntries(
      services.map((service) => [service, withScheme(read[`${service.toUpperCase() as Uppercase<Service>}_ENDPOINT`])]),
    ),
    configFolder: read.CURFEW_CONFIG,
    stampKeys: parseSecretReferences(read.CURFEW_STAMP_KEYS ?? ''),
    auditKeys: parseSecretReferences(read.CURFEW_AUDIT_KEY ?? ''),
    auditAnchor: anchorOf(read.CURFEW_AUDIT_ANCHOR),
    fcClient: read.CURFEW_FC_CLIENT,
    functionPrefix: read.CURFEW_FUNCTION_PREFIX,
    lookAgainMs: Number(read.CURFEW_LOOK_AGAIN_SECONDS ?? (isLocal ? 60 : 300)) * 1000,
    apiTokens: parseSecretReferences(read.CURFEW_API_TOKENS ?? ''),
    logIn: logInOf(read),
  };
}

function anchorOf(text: string | undefined): Settings['auditAnchor'] {
  const [, bucket, prefix] = anchorForm.exec(text ?? '') ?? [];
  return bucket === undefined ? undefined : { bucket, prefix: prefix === undefined ? '' : `${prefix}/` };
}

/** What a laptop may do and a deployed function may not. */
function problemsOfDeployed(given: Environment): string[] {
  const problems = Object.entries(given).flatMap(([name, value]) =>
    isPublished(value ?? '') ? [`${name} holds a published local secret, which is for CURFEW_LOCAL=1 only`] : [],
  );
  if (given.DATABASE_URL === undefined) problems.push('DATABASE_URL is missing');
  for (const name of ['CURFEW_STAMP_KEYS', 'CURFEW_AUDIT_KEY', 'CURFEW_SESSION_KEYS']) {
    const isShort = parseSecretReferences(given[name] ?? '').some(
      (one) => one.kind === 'literal' && one.value.reveal().length < keyLengthMin,
    );
    if (isShort) problems.push(`${name} holds a key of less than ${keyLengthMin} characters`);
  }
  const kms = withScheme(given.KMS_ENDPOINT);
  if (kms?.startsWith('http:') && !isLoopback(kms))
    problems.push('KMS_ENDPOINT must be https: secrets come from there');
  return problems;
}

function invalid(problems: readonly string[]): AppError {
  return new AppError('INVALID_SETTINGS', `the settings are not valid: ${problems.join('; ')}`, {
    details: { problems },
  });
}

/** Those that stand in the variable itself; where a list is kept elsewhere it is read when it is needed. */
const literalTokens = (text: string) =>
  tokensOf(
    splitSecrets(text)
      .filter((part) => !/^(?:kms|env):/.test(part))
      .join(','),
  );

/** A list of `name:token`, separated by commas; undefined when it is not one. */
export function tokensOf(text: string): readonly ApiToken[] | undefined {
  const parts = text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
  const tokens = parts.map((part) => /^([A-Za-z0-9][A-Za-z0-9._@-]{0,63}):([\x21-\x2b\x2d-\x7e]+)$/.exec(part));
  const isGood = tokens.every((one) => one !== null && (one[2] ?? '').length >= tokenLengthMin);
  return isGood ? tokens.map((one) => ({ name: one?.[1] ?? '', token: new Secret(one?.[2] ?? '') })) : undefined;
}

/** Credentials travel to endpoints: https, unless one says otherwise. */
function withScheme(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  return (/^https?:\/\//.test(text) ? text : `https://${text}`).replace(/\/+$/, '');
}

function isEndpoint(text: string): boolean {
  const url = withScheme(text) ?? '';
  return URL.canParse(url) && /^https?:\/\/[^\s/?#@]+(?:\/[^\s?#]*)?$/.test(url);
}

const isLoopback = (url: string): boolean => /^(?:127\.\d+\.\d+\.\d+|localhost|\[::1\])$/.test(new URL(url).hostname);
