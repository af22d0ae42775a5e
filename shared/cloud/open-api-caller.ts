import * as z from 'zod/mini';
import type { NotListed } from '../reconcile/cloud-port.ts';
import type { CloudCredentials, CredentialSource } from './credentials.ts';
import type { $OpenApiUtil, OpenApiClient } from './open-api-sdk.ts';
import { withoutCredentials } from './outcome.ts';

export type OpenApiOptions = {
  /** Such as `http://127.0.0.1:8702` or `ens.aliyuncs.com`; without a scheme it is https. A path is not looked at. */
  readonly endpoint: string;
  /** Absent: calls go unsigned. */
  readonly credentials?: CredentialSource | undefined;
  /** The header signature of today unless this asks for the older one. */
  readonly signature?: 'acs3' | 'hmac-sha1' | undefined;
  /** Sent with every call. */
  readonly headers?: HeaderSource | undefined;
  readonly timeoutMs?: number | undefined;
};

/** Asked before every call: what proves a caller may change while an instance is warm. */
export type HeaderSource = () => Readonly<Record<string, string>> | Promise<Readonly<Record<string, string>>>;

/** One call with raw names and texts: nothing of it is cast or completed. */
export type OpenApiCall = {
  readonly action: string;
  readonly version: string;
  readonly style: 'RPC' | 'ROA';
  readonly pathname: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: Readonly<Record<string, string>>;
  readonly bodyType: 'json' | 'formData';
};

/** What came of it: an answer with a status below 400, whatever the client threw, or that nothing was sent. */
type OpenApiResult = OpenApiAnswer | { readonly kind: 'thrown'; readonly error: unknown } | NotListed;
export type OpenApiAnswer = {
  readonly kind: 'answered';
  readonly body: unknown;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly statusCode: number;
};
export type OpenApiCaller = (call: OpenApiCall) => Promise<OpenApiResult>;

const timeoutMsDefault = 8_000;

/** The vendor's package comes with the first call: most starts make none. */
const loadSdk = () => import('./open-api-sdk.ts');
type Sdk = Awaited<ReturnType<typeof loadSdk>>;

const answer = z.object({
  body: z.optional(z.unknown()),
  headers: z._default(z.record(z.string(), z.unknown()), {}),
  statusCode: z._default(z.number(), 200),
});

/** Makes one-shot calls through the vendor's generic client; never throws. What an answer means is for others to say. */
export function openApiCaller(options: OpenApiOptions): OpenApiCaller {
  let kept: { readonly of: CloudCredentials | undefined; readonly client: OpenApiClient } | undefined;
  const clientFor = (sdk: Sdk, credentials: CloudCredentials | undefined): OpenApiClient => {
    if (!kept || !isSame(kept.of, credentials)) {
      kept = { of: credentials, client: newClient(sdk, options, credentials) };
    }
    return kept.client;
  };
  return async (call) => {
    const sdk = await loadSdk();
    let client: OpenApiClient;
    let headers: Record<string, string>;
    try {
      client = clientFor(sdk, await options.credentials?.());
      // A copy: the client adds its own to what it is given.
      headers = { ...(await options.headers?.()) };
    } catch (error) {
      return withoutCredentials(error);
    }
    try {
      const authType = options.credentials ? 'AK' : 'Anonymous';
      const { query, body } = call;
      const sent = { headers, ...(query ? { query } : {}), ...(body ? { body } : {}) };
      const request = new sdk.$OpenApiUtil.OpenApiRequest(sent);
      const answered = await client.callApi(paramsOf(sdk, call, authType), request, new sdk.RuntimeOptions({}));
      const { body: told, headers: received, statusCode } = answer.parse(answered);
      return { kind: 'answered', body: told, headers: received, statusCode };
    } catch (error) {
      return { kind: 'thrown', error };
    }
  };
}

function paramsOf(sdk: Sdk, call: OpenApiCall, authType: 'AK' | 'Anonymous'): $OpenApiUtil.Params {
  const { action, version, style, pathname, bodyType } = call;
  return new sdk.$OpenApiUtil.Params({
    action,
    version,
    style,
    pathname,
    authType,
    method: 'POST',
    protocol: 'HTTPS',
    reqBodyType: bodyType,
    bodyType: 'json',
  });
}

function newClient(sdk: Sdk, options: OpenApiOptions, credentials: CloudCredentials | undefined): OpenApiClient {
  const { endpoint, signature, timeoutMs = timeoutMsDefault } = options;
  const url = new URL(endpoint.includes('://') ? endpoint : `https://${endpoint}`);
  const config = new sdk.$OpenApiUtil.Config({
    ...credentials,
    endpoint: url.host,
    protocol: url.protocol.replace(':', ''),
    // With one of them alone the other one's default of 3 s ends the call.
    readTimeout: timeoutMs,
    connectTimeout: timeoutMs,
    // The client's own word for HMAC-SHA1 in both styles.
    ...(signature === 'hmac-sha1' ? { signatureAlgorithm: 'v2' } : {}),
  });
  return new sdk.OpenApiClient(config);
}

const isSame = (a: CloudCredentials | undefined, b: CloudCredentials | undefined): boolean =>
  a?.accessKeyId === b?.accessKeyId &&
  a?.accessKeySecret === b?.accessKeySecret &&
  a?.securityToken === b?.securityToken;
