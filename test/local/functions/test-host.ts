import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach } from 'vitest';
import {
  type FunctionHost,
  type FunctionHostOptions,
  startFunctionHost,
} from '../../../local/functions/function-host.ts';
import type { FunctionSpec } from '../../../local/functions/function-spec.ts';

export const ACCOUNT = '1000000000000001';
export const REGION = 'cn-hangzhou';
export const KEYS = { accessKeyId: 'local', accessKeySecret: 'local-secret' };

const hosts: FunctionHost[] = [];

afterEach(async () => {
  await Promise.all(hosts.splice(0).map((host) => host.close()));
});

export const fixture = (name: string): string => fileURLToPath(new URL(`./fixtures/${name}.cjs`, import.meta.url));

/** A host with one function `worker`, closed after the test. */
export async function startTestHost(
  worker: Partial<FunctionSpec> = {},
  options: Partial<FunctionHostOptions> = {},
): Promise<{ host: FunctionHost; lines: string[]; recorded: () => Recorded[] }> {
  const lines: string[] = [];
  const record = join(mkdtempSync(join(tmpdir(), 'curfew-host-')), 'record');
  const spec: FunctionSpec = {
    name: 'worker',
    bundlePath: fixture('worker'),
    timeoutSeconds: 10,
    memoryMb: 128,
    ...worker,
    env: { RECORD: record, ...worker.env },
  };
  const host = await startFunctionHost({
    port: 0,
    region: REGION,
    accountId: ACCOUNT,
    credentials: KEYS,
    functions: [spec],
    onLog: (line) => lines.push(line),
    ...options,
  });
  hosts.push(host);
  return { host, lines, recorded: () => readRecord(record) };
}

export type Recorded = {
  at: number;
  pid: number;
  requestId: string;
  retryCount: number;
  event: Record<string, unknown>;
};

function readRecord(path: string): Recorded[] {
  try {
    return readFileSync(path, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Recorded);
  } catch {
    return [];
  }
}

export const event = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));

export const json = (body: Buffer): Record<string, unknown> => JSON.parse(body.toString('utf8'));

/** Waits until something holds; fails after five seconds. */
export async function until(holds: () => boolean): Promise<void> {
  for (let i = 0; i < 500; i += 1) {
    if (holds()) return;
    await sleep(10);
  }
  throw new Error('it never came to hold');
}

export async function control(host: FunctionHost, path: string, body?: unknown): Promise<unknown> {
  const init = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
  const response = await fetch(`${host.url}/_emulator${path}`, init);
  return response.json();
}
