import { createRequire } from 'node:module';

// Loaded as CommonJS: the test runner and Node.js disagree on what the default import of it is.
const load = createRequire(import.meta.url);
export const Ecs: typeof import('@alicloud/ecs20140526') = load('@alicloud/ecs20140526');
const Core: typeof import('@alicloud/openapi-core') = load('@alicloud/openapi-core');
const Dara: typeof import('@darabonba/typescript') = load('@darabonba/typescript');

export type EcsClient = InstanceType<typeof Ecs.default>;
export type GenericClient = InstanceType<typeof Core.default>;

export type Keys = { accessKeyId: string; accessKeySecret: string; securityToken?: string };

export const LOCAL_KEYS: Keys = { accessKeyId: 'local', accessKeySecret: 'local-secret' };

/** The vendor's own client, unmodified, told only another endpoint. */
export function ecsClient(port: number, keys: Keys = LOCAL_KEYS, more: Record<string, unknown> = {}): EcsClient {
  return new Ecs.default(clientConfig(port, keys, more));
}

/** The vendor's generic client, for calls in another form. */
export function genericClient(
  port: number,
  keys: Keys = LOCAL_KEYS,
  more: Record<string, unknown> = {},
): GenericClient {
  return new Core.default(clientConfig(port, keys, more));
}

function clientConfig(port: number, keys: Keys, more: Record<string, unknown>) {
  return new Core.$OpenApiUtil.Config({
    ...keys,
    endpoint: `127.0.0.1:${port}`,
    protocol: 'http',
    regionId: 'cn-hangzhou',
    readTimeout: 10_000,
    connectTimeout: 10_000,
    ...more,
  });
}

export const WEB = { regionId: 'cn-hangzhou', securityGroupId: 'sg-demo-web' };

/** One call with the generic client: its parameters in the query, or as a form body. */
export function callGeneric(
  client: GenericClient,
  action: string,
  { query, body, version = '2014-05-26' }: { query?: object; body?: object; version?: string },
) {
  const params = new Core.$OpenApiUtil.Params({
    action,
    version,
    protocol: 'HTTP',
    pathname: '/',
    method: 'POST',
    authType: 'AK',
    style: 'RPC',
    reqBodyType: 'formData',
    bodyType: 'json',
  });
  const request = new Core.$OpenApiUtil.OpenApiRequest({
    ...(query ? { query: Core.OpenApiUtil.query(query) } : {}),
    ...(body ? { body: Core.OpenApiUtil.query(body) } : {}),
  });
  return client.callApi(params, request, new Dara.RuntimeOptions({}));
}
