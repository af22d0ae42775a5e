import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { CallLog } from '../clouds/control/call-log.ts';
import { FaultQueue } from '../clouds/control/faults.ts';
import { Switches } from '../clouds/control/switches.ts';
import { CredentialRegistry } from '../clouds/wire/credentials.ts';
import type { InvocationAnswer } from './answer.ts';
import { behaviourSchema } from './behaviour.ts';
import type { FunctionSpec, OnLog, Region } from './function-spec.ts';
import { HostControl } from './host-control.ts';
import { InstancePool } from './instance-pool.ts';
import { InvocationApi } from './invocation-api.ts';
import { type InvokeOptions, Invoker } from './invoker.ts';
import { Platform } from './platform.ts';
import { Timers } from './timers.ts';

export type FunctionHostOptions = Region & {
  /** 0 takes any free port. */
  readonly port: number;
  readonly functions: readonly FunctionSpec[];
  readonly onLog?: OnLog;
  /** How long a warm instance is kept; default two minutes. */
  readonly instanceIdleMs?: number;
};

export type FunctionHost = {
  readonly url: string;
  /** Invokes a function from the same process; a refusal is an answer too, so this never throws. */
  invoke(name: string, event: Buffer, options?: InvokeOptions): Promise<InvocationAnswer>;
  /** Stops timers and the API, lets what runs finish for up to 5 s, then kills it. */
  close(): Promise<void>;
};

const TITLE = 'Function Compute 2023-03-30 and 2016-08-15';
const GRACE_MS = 5000;
const FLUSH_MS = 100;
const IDLE_MS = 120_000;

/** The Function Compute of this machine: runs built bundles, each instance in a process of its own. */
export async function startFunctionHost(options: FunctionHostOptions): Promise<FunctionHost> {
  const { functions, accountId } = options;
  const behaviour = new Switches(behaviourSchema);
  const calls = new CallLog();
  const faults = new FaultQueue(['InvokeFunction']);
  const pools = startPools(options);
  const invoker = new Invoker(pools, behaviour);
  const platform = new Platform({ functions, behaviour, calls, invoker });
  const timers = new Timers(functions, (name, event) => platform.fireTimer(name, event));

  const api = new InvocationApi({ platform, faults, credentials: new CredentialRegistry(), accountId });
  const controlled = {
    title: TITLE,
    operations: ['InvokeFunction'],
    faults,
    calls,
    behaviour,
    resetRules() {},
  };
  const hostControl = new HostControl({ controlled, platform, pools, at: options });
  const server = createServer((request, response) => {
    const isControl = /^\/_emulator(\/|$|\?)/.test(request.url ?? '');
    // A client that hangs up while it sends makes this fail; nobody is left to tell.
    (isControl ? hostControl : api).handle(request, response).catch(() => response.destroy());
  });
  const url = await listen(server, options.port);
  const close = async (): Promise<void> => {
    timers.stop();
    invoker.close();
    await closeServer(server, [...pools.values()]);
  };
  try {
    timers.start();
  } catch (error) {
    // A schedule that cannot be read; nobody but us could close what is open already.
    await close();
    throw error;
  }
  return { url, close, invoke: (name, event, how) => platform.invoke(name, event, how) };
}

async function closeServer(server: Server, pools: readonly InstancePool[]): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  await Promise.all(pools.map((pool) => pool.close(GRACE_MS)));
  // The answers of what just finished are on their way; whoever hangs longer is cut off.
  await Promise.race([closed, sleep(FLUSH_MS)]);
  server.closeAllConnections();
  await closed;
}

function startPools(options: FunctionHostOptions): Map<string, InstancePool> {
  const { region, accountId, credentials } = options;
  const onLog = options.onLog ?? (() => {});
  const idleMs = options.instanceIdleMs ?? IDLE_MS;
  return new Map(
    options.functions.map((spec) => [
      spec.name,
      new InstancePool(spec, { region, accountId, credentials }, { onLog, idleMs }),
    ]),
  );
}

async function listen(server: Server, port: number): Promise<string> {
  // Longer than any client keeps a connection: closing one that is being reused looks like a reset.
  server.keepAliveTimeout = 65_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
