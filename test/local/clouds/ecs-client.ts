import EcsSdk from '@alicloud/ecs20140526';
import OpenApiSdk, { $OpenApiUtil } from '@alicloud/openapi-core';

export type Keys = { accessKeyId: string; accessKeySecret: string; securityToken?: string };

export const LOCAL_KEYS: Keys = { accessKeyId: 'local', accessKeySecret: 'local-secret' };

/** The vendor's own client, unmodified, told only another endpoint. */
export function ecsClient(port: number, keys: Keys = LOCAL_KEYS, more: Record<string, unknown> = {}) {
  return new EcsSdk.default(clientConfig(port, keys, more));
}

/** The vendor's generic client, for calls in another form. */
export function genericClient(port: number, keys: Keys = LOCAL_KEYS, more: Record<string, unknown> = {}) {
  return new OpenApiSdk.default(clientConfig(port, keys, more));
}

function clientConfig(port: number, keys: Keys, more: Record<string, unknown>) {
  return new $OpenApiUtil.Config({
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
