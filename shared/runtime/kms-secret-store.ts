import { AppError } from './app-error.ts';
import type { Credentials } from './credentials.ts';
import type { SecretStore } from './secrets.ts';

const timeoutMs = 5000;

type KmsOptions = {
  /** With its scheme; absent: the region's own. */
  readonly endpoint?: string | undefined;
  readonly region: () => string;
  /** Asked before every call: a warm instance outlives its credentials. */
  readonly credentials: () => Credentials;
};

/** Key Management Service, GetSecretValue (2016-01-20). One call a fetch; who calls keeps the answer. */
export class KmsSecretStore implements SecretStore {
  readonly #options: KmsOptions;

  constructor(options: KmsOptions) {
    this.#options = options;
  }

  async fetch(name: string): Promise<string> {
    try {
      const text = secretOf(await call(this.#options, name));
      if (text !== undefined) return text;
    } catch (cause) {
      throw failure(name, cause);
    }
    throw new AppError('SECRET_MISSING', `kms:${name} holds no text`);
  }
}

const load = () => import('@alicloud/openapi-core');
type Core = Awaited<ReturnType<typeof load>>;

/** Loaders differ in how deep they put the class of an ES module that was compiled to CommonJS. */
function clientClass(core: Core): Core['default']['default'] {
  const outer: unknown = core.default;
  return typeof outer === 'function' ? (outer as Core['default']['default']) : core.default.default;
}

/** The client is loaded with the first secret: who keeps none there should not pay for it at every start. */
async function call(options: KmsOptions, name: string): Promise<unknown> {
  const [core, { RuntimeOptions }] = await Promise.all([load(), import('@darabonba/typescript')]);
  const { Config, OpenApiRequest, Params } = core.$OpenApiUtil;
  const Client = clientClass(core);
  const { accessKeyId, accessKeySecret, securityToken } = options.credentials();
  const { protocol, host } = new URL(options.endpoint ?? `https://kms.${options.region()}.aliyuncs.com`);
  const client = new Client(
    new Config({
      accessKeyId,
      accessKeySecret,
      ...(securityToken ? { securityToken } : {}),
      regionId: options.region(),
      endpoint: host,
      protocol: protocol.slice(0, -1),
    }),
  );
  const params = new Params({
    action: 'GetSecretValue',
    version: '2016-01-20',
    protocol: protocol.slice(0, -1).toUpperCase(),
    method: 'POST',
    authType: 'AK',
    style: 'RPC',
    pathname: '/',
    reqBodyType: 'formData',
    bodyType: 'json',
  });
  const timeouts = new RuntimeOptions({ readTimeout: timeoutMs, connectTimeout: timeoutMs });
  return client.callApi(params, new OpenApiRequest({ query: { SecretName: name } }), timeouts);
}

function secretOf(answer: unknown): string | undefined {
  const body = propertyOf(answer, 'body');
  const isText = propertyOf(body, 'SecretDataType') !== 'binary';
  const data = propertyOf(body, 'SecretData');
  return isText && typeof data === 'string' && data !== '' ? data : undefined;
}

/** Refused by the service for good, or worth another try: no answer, a throttle, an error on its side. */
function failure(name: string, cause: unknown): AppError {
  const code = propertyOf(cause, 'code');
  const status = propertyOf(cause, 'statusCode');
  const isFinal = typeof status === 'number' && status >= 400 && status < 500 && !/throttl/i.test(String(code));
  // Not the cause itself: the client's errors carry the whole address of the call.
  const why = typeof code === 'string' ? code : 'no answer';
  return isFinal
    ? new AppError(
        'SECRET_MISSING',
        `kms:${name} cannot be read: ${why}. See that it exists and that the role may kms:GetSecretValue`,
      )
    : new AppError('SECRET_UNAVAILABLE', `kms:${name} could not be read now: ${why}`, { retryable: true });
}

function propertyOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}
