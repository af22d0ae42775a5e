import type { IncomingMessage, ServerResponse } from 'node:http';
import * as z from 'zod';
import { FAULTS, type FaultQueue } from './faults.ts';
import type { FunctionSpec, Region } from './function-spec.ts';
import { readBody } from './http-request.ts';
import type { InstancePool } from './instance-pool.ts';
import type { Platform } from './platform.ts';
import { InvocationRefused } from './refusal.ts';

const CONTROL_BYTES_MAX = 1024 * 1024;

const timersRequest = z.strictObject({ function: z.string() });

/** `/_emulator`: what tests and people use to look into the host and to make it misbehave. */
export class ControlApi {
  readonly #platform: Platform;
  readonly #faults: FaultQueue;
  readonly #pools: ReadonlyMap<string, InstancePool>;
  readonly #at: Region;

  constructor(parts: {
    platform: Platform;
    faults: FaultQueue;
    pools: ReadonlyMap<string, InstancePool>;
    at: Region;
  }) {
    this.#platform = parts.platform;
    this.#faults = parts.faults;
    this.#pools = parts.pools;
    this.#at = parts.at;
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let status = 200;
    let answer: unknown;
    try {
      const body = await readBody(request, CONTROL_BYTES_MAX);
      const route = `${request.method} ${(request.url ?? '').split('?')[0]}`;
      answer = await this.#answer(route, body.length === 0 ? {} : JSON.parse(body.toString('utf8')));
      if (answer === undefined) {
        status = 404;
        answer = { error: `no such control: ${route}`, controls: CONTROLS };
      }
    } catch (thrown) {
      status = thrown instanceof InvocationRefused ? thrown.status : 400;
      answer = { error: messageOf(thrown) };
    }
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(`${JSON.stringify(answer)}\n`);
  }

  async #answer(route: string, body: unknown): Promise<unknown> {
    switch (route) {
      case 'GET /_emulator':
        return this.#description();
      case 'GET /_emulator/calls':
        return { calls: this.#platform.calls.calls };
      case 'POST /_emulator/faults':
        this.#faults.add(body);
        return { faults: this.#faults.pending };
      case 'POST /_emulator/behaviour':
        return { behaviour: this.#platform.behaviour.change(body) };
      case 'POST /_emulator/reset':
        this.#faults.clear();
        this.#platform.behaviour.reset();
        this.#platform.calls.clear();
        return { reset: ['faults', 'behaviour', 'calls'] };
      case 'POST /_emulator/timers': {
        const { function: name } = timersRequest.parse(body);
        return { function: name, fired: await this.#platform.fireTimersOf(name, new Date()) };
      }
      default:
        return undefined;
    }
  }

  #description(): unknown {
    return {
      service: 'Function Compute',
      apiVersions: ['2023-03-30', '2016-08-15'],
      region: this.#at.region,
      accountId: this.#at.accountId,
      functions: this.#platform.functions.map((spec) => this.#describe(spec)),
      behaviour: this.#platform.behaviour.now,
      faults: { known: FAULTS, pending: this.#faults.pending },
      controls: CONTROLS,
    };
  }

  #describe({ name, bundlePath, timeoutSeconds, memoryMb, timers = [] }: FunctionSpec): unknown {
    return { name, bundlePath, timeoutSeconds, memoryMb, timers, ...this.#pools.get(name)?.load };
  }
}

const CONTROLS = {
  'GET /_emulator': 'this description',
  'GET /_emulator/calls': 'every invocation, oldest first',
  'POST /_emulator/faults': '[{"action":"InvokeFunction","fault":"throttle","times":1,"function":"revoke"}]',
  'POST /_emulator/behaviour': '{"errorFields":"ErrorCode"}: some of the switches above',
  'POST /_emulator/timers': '{"function":"revoke"}: fires its timers now, answers when they are done',
  'POST /_emulator/reset': 'forgets faults, behaviour and calls',
};

function messageOf(thrown: unknown): string {
  if (thrown instanceof z.ZodError) return z.prettifyError(thrown);
  return thrown instanceof Error ? thrown.message : String(thrown);
}
