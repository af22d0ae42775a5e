import * as z from 'zod/mini';
import { AppError } from '../../../shared/runtime/app-error.ts';

/** What a provider says of itself (OpenID Connect Discovery 1.0), as far as a log-in needs it. */
const discoverySchema = z.object({
  issuer: z.string(),
  authorization_endpoint: z.url(),
  token_endpoint: z.url(),
  jwks_uri: z.url(),
  token_endpoint_auth_methods_supported: z._default(z.array(z.string()), ['client_secret_basic']),
});
export type Provider = z.infer<typeof discoverySchema>;

export type Fetch = typeof globalThis.fetch;
type Options = { readonly issuer: string; readonly fetch: Fetch; readonly nowMs: () => number };

const freshMs = 60 * 60_000;
export const timeoutMs = 5_000;

/** Reads a provider's description, once an hour and instance. */
export function discovered({ issuer, fetch, nowMs }: Options): () => Promise<Provider> {
  let kept: { readonly provider: Provider; readonly untilMs: number } | undefined;
  return async () => {
    const atMs = nowMs();
    if (!kept || atMs >= kept.untilMs) kept = { provider: await read(issuer, fetch), untilMs: atMs + freshMs };
    return kept.provider;
  };
}

async function read(issuer: string, fetch: Fetch): Promise<Provider> {
  const address = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  const answer = await askProvider(() => fetch(address, { signal: AbortSignal.timeout(timeoutMs) }));
  const parsed = discoverySchema.safeParse(answer.body);
  if (answer.status !== 200 || !parsed.success) {
    throw unavailable(`${address} answered ${answer.status}, not with a provider's description`);
  }
  const { issuer: said, authorization_endpoint, token_endpoint, jwks_uri } = parsed.data;
  // A provider that calls itself otherwise would have its tokens taken for this one's.
  if (said !== issuer) throw misconfigured(`the provider calls itself ${said}, not ${issuer}`);
  const plain = [authorization_endpoint, token_endpoint, jwks_uri].filter((one) => !one.startsWith('https:'));
  if (issuer.startsWith('https:') && plain.length > 0) throw misconfigured(`${plain[0]} is not https`);
  return parsed.data;
}

/** One request to a provider; whatever is no answer is worth another try. */
export async function askProvider(request: () => Promise<Response>): Promise<{ status: number; body: unknown }> {
  try {
    const response = await request();
    const body: unknown = await response.json().catch(() => undefined);
    if (response.status < 500) return { status: response.status, body };
    throw new Error(`status ${response.status}`);
  } catch (cause) {
    throw unavailable('the log-in provider gave no answer', cause);
  }
}

const unavailable = (message: string, cause?: unknown): AppError =>
  new AppError('LOGIN_UNAVAILABLE', message, { retryable: true, cause });
const misconfigured = (message: string): AppError => new AppError('LOGIN_MISCONFIGURED', message);
