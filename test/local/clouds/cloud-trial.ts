import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import PopModule from '@alicloud/pop-core';
import { onTestFinished } from 'vitest';
import type { CloudServer } from '../../../local/clouds/wire/cloud-server.ts';
import { LOCAL_KEYS } from './ecs-client.ts';
import { controlOf } from './ecs-trial.ts';

type PopConfig = { accessKeyId: string; accessKeySecret: string; endpoint: string; apiVersion: string };
type Answered = Record<string, unknown>;

/** What is used of the older client, whose own types know only half of it. */
type PopCore = {
  readonly RPCClient: new (
    config: PopConfig,
  ) => { request(action: string, parameters: object, options: object): Promise<Answered> };
  readonly ROAClient: new (
    config: PopConfig,
  ) => {
    post(
      path: string,
      query: object,
      body: string,
      headers: Record<string, string>,
      options?: object,
    ): Promise<Answered>;
  };
};

// Loaded as CommonJS, which is what these packages are.
const load = createRequire(import.meta.url);
export const Core: typeof import('@alicloud/openapi-core') = load('@alicloud/openapi-core');
const Dara: typeof import('@darabonba/typescript') = load('@darabonba/typescript');
const Pop = PopModule as unknown as PopCore;

type Start = (options: { port: number; dataDir: string; clock?: { now(): number } }) => Promise<CloudServer>;

/** An emulated cloud with an empty data folder, gone after the test. */
export async function cloudTrial<Started extends Start>(start: Started, clock: { now(): number } = Date) {
  const dataDir = mkdtempSync(join(tmpdir(), 'cloud-trial-'));
  const server = await start({ port: 0, dataDir, clock });
  onTestFinished(async () => {
    await server.close();
    rmSync(dataDir, { recursive: true, force: true });
  });
  return { ...server, dataDir, control: controlOf(server.url) };
}

/** The vendor's older client, which signs its parameters with HMAC-SHA1. */
export function popClient(url: string, apiVersion: string) {
  return new Pop.RPCClient({ ...LOCAL_KEYS, endpoint: url, apiVersion });
}

/** Its sibling for resource-style calls: `authorization: acs KEY:SIGNATURE`. */
export function popRoaClient(url: string, apiVersion: string) {
  return new Pop.ROAClient({ ...LOCAL_KEYS, endpoint: url, apiVersion });
}

export type CoreCall = {
  readonly action: string;
  readonly version: string;
  readonly path?: string;
  readonly style?: 'RPC' | 'ROA';
  readonly query?: object;
  readonly body?: object;
  readonly bodyType?: 'json' | 'formData';
  readonly auth?: 'AK' | 'Anonymous';
};

/** One call through the vendor's generic client of today, as its documents write it. */
export async function callCore(url: string, call: CoreCall, config: Record<string, unknown> = {}) {
  const client = new Core.default(
    new Core.$OpenApiUtil.Config({ ...LOCAL_KEYS, endpoint: new URL(url).host, protocol: 'http', ...config }),
  );
  const params = new Core.$OpenApiUtil.Params({
    action: call.action,
    version: call.version,
    protocol: 'HTTP',
    pathname: call.path ?? '/',
    method: 'POST',
    authType: call.auth ?? 'AK',
    style: call.style ?? 'RPC',
    reqBodyType: call.bodyType ?? 'formData',
    bodyType: 'json',
  });
  const request = new Core.$OpenApiUtil.OpenApiRequest({
    ...(call.query ? { query: Core.OpenApiUtil.query(call.query) } : {}),
    ...(call.body ? { body: call.body } : {}),
  });
  const timeouts = { readTimeout: 10_000, connectTimeout: 10_000 };
  const answer = await client.callApi(params, request, new Dara.RuntimeOptions(timeouts));
  return answer as { statusCode: number; headers: Record<string, string>; body: Record<string, unknown> };
}
