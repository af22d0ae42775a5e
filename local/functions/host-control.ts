import type { IncomingMessage, ServerResponse } from 'node:http';
import * as z from 'zod';
import { parseJson } from '../../shared/runtime/parse-json.ts';
import { type ControlAnswer, type Controlled, control } from '../clouds/control/control-api.ts';
import { refusalOf } from '../clouds/control/control-refusal.ts';
import type { FunctionSpec, Region } from './function-spec.ts';
import type { InstancePool } from './instance-pool.ts';
import { FAULTS_HERE } from './invocation-faults.ts';
import { readRequest } from './invocation-request.ts';
import type { Platform } from './platform.ts';
import { InvocationRefused } from './refusal.ts';

const timersRequest = z.strictObject({ function: z.string() });

export type HostControlParts = {
  readonly controlled: Controlled;
  readonly platform: Platform;
  readonly pools: ReadonlyMap<string, InstancePool>;
  readonly at: Region;
};

/** `/_emulator`: the controls that every emulated cloud has, and the timers, which only this one has. */
export class HostControl {
  readonly #parts: HostControlParts;

  constructor(parts: HostControlParts) {
    this.#parts = parts;
  }

  async handle(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const request = await readRequest(incoming);
    const { method, path, body } = request;
    const answer =
      method === 'POST' && path === '/_emulator/timers'
        ? await this.#fire(body)
        : this.#described(control(this.#parts.controlled, method, path, body), path);
    response.writeHead(answer.status, { 'content-type': 'application/json' });
    response.end(`${JSON.stringify(answer.body)}\n`);
  }

  async #fire(body: Buffer): Promise<ControlAnswer> {
    const parsed = timersRequest.safeParse(parseJson(body.toString('utf8')));
    if (!parsed.success) return { status: 400, body: refusalOf('INVALID_TIMERS', parsed.error) };
    const { function: name } = parsed.data;
    try {
      return {
        status: 200,
        body: { function: name, fired: await this.#parts.platform.fireTimersOf(name, new Date()) },
      };
    } catch (thrown) {
      if (!(thrown instanceof InvocationRefused)) throw thrown;
      return {
        status: thrown.status,
        body: { code: thrown.code, message: thrown.message, path: '/function' },
      };
    }
  }

  /** Adds to the common description what only this host has. */
  #described(answer: ControlAnswer, path: string): ControlAnswer {
    if (path !== '/_emulator' || answer.status !== 200) return answer;
    const { at, platform } = this.#parts;
    const own = {
      region: at.region,
      accountId: at.accountId,
      faultsHere: FAULTS_HERE,
      timers: 'POST /_emulator/timers {"function":"revoke"} fires its timers now and waits for their end',
      functions: platform.functions.map((spec) => this.#describe(spec)),
    };
    return { status: 200, body: Object.assign({}, answer.body, own) };
  }

  /** Not the environment: it holds secrets. */
  #describe({ name, bundlePath, timeoutSeconds, memoryMb, timers = [] }: FunctionSpec): unknown {
    return { name, bundlePath, timeoutSeconds, memoryMb, timers, ...this.#parts.pools.get(name)?.load };
  }
}
