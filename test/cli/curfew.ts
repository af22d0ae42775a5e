import { execFile } from 'node:child_process';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { serve } from '@hono/node-server';
import { onTestFinished } from 'vitest';
import { createConsoleApp } from '../../functions/console/api.ts';
import type { ConsoleDeps } from '../../functions/console/console-app.ts';
import { Secret } from '../../shared/runtime/secret.ts';
import { allowEveryVisit } from '../fakes/allow-everything.ts';
import { shippedPolicies } from '../fakes/shipped-policies.ts';
import { makeWorld } from '../fakes/world.ts';

const bin = fileURLToPath(new URL('../../bin/curfew.js', import.meta.url));
export const token = 'a-token-of-lin-0123456789';

export type Ran = { readonly status: number; readonly out: string; readonly err: string };
export type RunOptions = { readonly env?: Record<string, string>; readonly cwd?: string };

/** Runs the real binary in a process of its own, without anything of ours in its environment. */
export function runCurfew(args: readonly string[], { env = {}, cwd }: RunOptions = {}): Promise<Ran> {
  const { CURFEW_SERVER: _server, CURFEW_TOKEN: _token, ...rest } = process.env;
  return new Promise((resolve) => {
    execFile(process.execPath, [bin, ...args], { env: { ...rest, ...env }, cwd }, (error, out, err) => {
      resolve({ status: error === null ? 0 : Number(error.code), out, err });
    });
  });
}

/** A console over a whole fake Curfew on a real port, whose hands work and whose time runs fifty times as fast. */
export async function startConsole(change: Partial<ConsoleDeps> = {}) {
  const world = makeWorld();
  const tokens = [{ name: 'lin', token: new Secret(token) }];
  const app = createConsoleApp({
    ...world.deps,
    tokens,
    isLocal: true,
    visits: allowEveryVisit,
    nowMs: () => world.clock.nowMs,
    policies: shippedPolicies,
    policy: async () => (await shippedPolicies()).decide,
    ...change,
  });
  const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' });
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const hands = { areWorking: true };
  const ended = runHands(world, hands);
  onTestFinished(async () => {
    hands.areWorking = false;
    await ended;
    server.close();
  });
  const url = `http://127.0.0.1:${port}`;
  const curfew = (...args: string[]) => runCurfew(args, { env: { CURFEW_SERVER: url, CURFEW_TOKEN: token } });
  /** Opens port 22 and answers the lease's id. */
  const openLease = async (...args: string[]): Promise<string> => {
    const { out } = await curfew(
      'open',
      '-g',
      'sg-a',
      '-p',
      '22',
      '--from',
      '203.0.113.7',
      '--for',
      '1h',
      '--json',
      ...args,
    );
    return (JSON.parse(out) as { lease: { id: string } }).lease.id;
  };
  return { world, url, curfew, openLease };
}

async function runHands(world: ReturnType<typeof makeWorld>, hands: { areWorking: boolean }): Promise<void> {
  while (hands.areWorking) {
    await world.pass(1);
    await pause(20);
  }
}

/** An address at which nobody listens. */
export async function deadUrl(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return `http://127.0.0.1:${port}`;
}
