import { createRequire } from 'node:module';
import { join } from 'node:path';
import { type FunctionHost, startFunctionHost } from '../local/functions/function-host.ts';
import { startPostgres } from '../local/postgres/start-postgres.ts';
import { freeBasePort } from '../local/stack/free-ports.ts';
import type { Bench } from './figure.ts';
import { runChild } from './run-child.ts';

const keys = { accessKeyId: 'local', accessKeySecret: 'local-secret' };
export const regionId = 'cn-hangzhou';
const accountId = '1000000000000001';

// As CommonJS, as it is: what it costs to load it otherwise is no part of any measurement here.
const load = createRequire(import.meta.url);
const Ecs: typeof import('@alicloud/ecs20140526') = load('@alicloud/ecs20140526');
const { $OpenApiUtil }: typeof import('@alicloud/openapi-core') = load('@alicloud/openapi-core');

/** The emulated ECS in a process of its own, so that what it costs falls on nobody who is measured. */
export async function startClouds(bench: Bench): Promise<EmulatedEcs> {
  const port = await freeBasePort();
  const data = join(bench.folder, `clouds-${port}`);
  await runChild(bench, ['local/clouds.ts', '--port', String(port), '--data', data], 'access key');
  return new EmulatedEcs(port + 1);
}

export class EmulatedEcs {
  readonly url: string;
  readonly client: InstanceType<typeof Ecs.default>;

  constructor(port: number) {
    this.url = `http://127.0.0.1:${port}`;
    const at = { ...keys, regionId, endpoint: `127.0.0.1:${port}`, protocol: 'http', readTimeout: 20_000 };
    this.client = new Ecs.default(new $OpenApiUtil.Config(at));
  }

  async groups(count: number): Promise<string[]> {
    const ids: string[] = [];
    for (let index = 0; index < count; index += 1) {
      const { body } = await this.client.createSecurityGroup(
        new Ecs.CreateSecurityGroupRequest({ regionId, vpcId: 'vpc-demo' }),
      );
      ids.push(body?.securityGroupId ?? '');
    }
    return ids;
  }

  async rulesOf(securityGroupId: string): Promise<number> {
    const { body } = await this.client.describeSecurityGroupAttribute(
      new Ecs.DescribeSecurityGroupAttributeRequest({ regionId, securityGroupId, maxResults: 1000 }),
    );
    return body?.permissions?.permission?.length ?? 0;
  }

  async control<Answer = unknown>(path: string, body?: unknown): Promise<Answer> {
    const sent = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
    const response = await fetch(`${this.url}/_emulator${path}`, sent);
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as Answer;
  }

  async callsByAction(): Promise<Record<string, number>> {
    const { calls } = await this.control<{ calls: { action: string }[] }>('/calls');
    const counts: Record<string, number> = {};
    for (const { action } of calls) counts[action] = (counts[action] ?? 0) + 1;
    return counts;
  }
}

/** Room for filling a ledger with a million leases; nothing of it makes a commit less safe. */
const settings = { max_wal_size: '8GB', checkpoint_timeout: '30min', maintenance_work_mem: '256MB' };

/** A PostgreSQL of its own with safe defaults: every commit is synced, as in production. */
export async function startLedger(bench: Bench): Promise<string> {
  const postgres = await startPostgres({
    dataDir: join(bench.folder, `postgres-${await freeBasePort()}`),
    port: 0,
    settings,
  });
  bench.onEnd(() => postgres.stop());
  return postgres.url;
}

/** The real bundles, each instance in a process of its own; without timers and without nudges. */
export async function startFunctions(
  bench: Bench,
  names: readonly string[],
  env: Readonly<Record<string, string>>,
  onLog: (line: string) => void = () => undefined,
): Promise<FunctionHost> {
  const functions = names.map((name) => ({
    name,
    bundlePath: join(bench.dist, name, 'index.js'),
    env: { CURFEW_LOCAL: '1', ...env },
    timeoutSeconds: 300,
    memoryMb: 512,
  }));
  const host = await startFunctionHost({ port: 0, functions, region: regionId, accountId, credentials: keys, onLog });
  bench.onEnd(() => host.close());
  return host;
}

/** One synchronous invocation; its answer as JSON. Throws where the function failed. */
export async function invoke<Answer>(host: FunctionHost, name: string, event: unknown): Promise<Answer> {
  const answer = await host.invoke(name, Buffer.from(JSON.stringify(event)));
  const text = String('body' in answer ? answer.body : '');
  if (answer.status !== 200) throw new Error(`${name} answered ${answer.status}: ${text.slice(0, 500)}`);
  const told = JSON.parse(text) as Answer & { errorMessage?: string };
  if (told.errorMessage !== undefined) throw new Error(`${name} failed: ${told.errorMessage}`);
  return told;
}
