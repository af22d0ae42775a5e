import type { NotListed } from '../../reconcile/cloud-port.ts';
import type { CloudCredentials, CredentialSource } from '../credentials.ts';
import type { CallKind } from '../error-classes.ts';
import { outcomeOfError, withoutCredentials } from '../outcome.ts';
import type { EcsClient } from './sdk.ts';

export type EcsOptions = {
  readonly regionId: string;
  /** Such as `http://127.0.0.1:8701`; default: the region's own, over https. */
  readonly endpoint?: string | undefined;
  readonly credentials: CredentialSource;
  readonly timeoutMs?: number | undefined;
  /** Parameters longer than this travel as a form instead of in the URL. */
  readonly urlBytesMax?: number | undefined;
};

export type Answered<Body> = { readonly kind: 'answered'; readonly body: Body; readonly requestId: string };
/** The vendor's package comes with the first call: a sweep that finds nothing due must not pay for it. */
const loadSdk = () => import('./short-url-client.ts');
type EcsSdk = Awaited<ReturnType<typeof loadSdk>>;
export type EcsCall<Body> = (client: EcsClient, sdk: EcsSdk) => Promise<{ body?: Body }>;
export type EcsCaller = <Body extends { requestId?: string }>(
  kind: CallKind,
  call: EcsCall<Body>,
) => Promise<Answered<Body> | NotListed>;

const timeoutMsDefault = 8_000;
const urlBytesMaxDefault = 6_000;

/**
 * Makes one-shot calls and reads their answers; never throws. A success without a request id is no success: the
 * client takes any JSON with status 200 for one.
 */
export function ecsCaller(options: EcsOptions): EcsCaller {
  let kept: { readonly of: CloudCredentials; readonly client: EcsClient } | undefined;
  const clientFor = (sdk: EcsSdk, credentials: CloudCredentials): EcsClient => {
    if (!kept || !isSame(kept.of, credentials)) {
      kept = { of: credentials, client: newClient(sdk, options, credentials) };
    }
    return kept.client;
  };
  return async (kind, call) => {
    const sdk = await loadSdk();
    let client: EcsClient;
    try {
      client = clientFor(sdk, await options.credentials());
    } catch (error) {
      return withoutCredentials(error);
    }
    try {
      const { body } = await call(client, sdk);
      if (body?.requestId) return { kind: 'answered', body, requestId: body.requestId };
      return {
        kind: 'unknown',
        code: 'NO_REQUEST_ID',
        message: 'the answer bears no request id, so it proves nothing',
      };
    } catch (error) {
      return outcomeOfError(error, kind);
    }
  };
}

function newClient(sdk: EcsSdk, options: EcsOptions, credentials: CloudCredentials): EcsClient {
  const timeoutMs = options.timeoutMs ?? timeoutMsDefault;
  const config = new sdk.$OpenApiUtil.Config({
    ...credentials,
    regionId: options.regionId,
    ...endpointOf(options.endpoint),
    // With one of them alone the other one's default of 3 s ends the call.
    readTimeout: timeoutMs,
    connectTimeout: timeoutMs,
  });
  return new sdk.ShortUrlClient(config, options.urlBytesMax ?? urlBytesMaxDefault);
}

/** The client wants host and scheme apart, and takes a path for a part of the host. */
function endpointOf(endpoint: string | undefined): { endpoint?: string; protocol: string } {
  if (endpoint === undefined) return { protocol: 'https' };
  const url = new URL(endpoint.includes('://') ? endpoint : `https://${endpoint}`);
  return { endpoint: url.host, protocol: url.protocol.replace(':', '') };
}

const isSame = (a: CloudCredentials, b: CloudCredentials): boolean =>
  a.accessKeyId === b.accessKeyId && a.accessKeySecret === b.accessKeySecret && a.securityToken === b.securityToken;
