import { setTimeout as wait } from 'node:timers/promises';
import * as z from 'zod';
import type { CredentialSource } from '../../../shared/cloud/credentials.ts';
import { type OpenApiCaller, openApiCaller } from '../../../shared/cloud/open-api-caller.ts';

/** What the cloud said to one call: `ok`, or the code of its refusal. */
export type Said = {
  readonly status: number;
  readonly code: string;
  readonly body: Readonly<Record<string, unknown>>;
};
export type Parameters = Readonly<Record<string, string>>;

export type AccountOptions = {
  readonly regionId: string;
  readonly endpoint: string;
  readonly credentials: CredentialSource;
  /** Once aborted, no call is made but those that clean up. */
  readonly signal: AbortSignal;
};

const version = '2014-05-26';
const triesMax = 6;
const pauseMs = 12_000;

const thrown = z.object({
  code: z.string(),
  statusCode: z.number().optional(),
  retryAfter: z.number().optional(),
  data: z.record(z.string(), z.unknown()).optional(),
});

/** ECS of one region with raw names and texts: nothing is cast, completed or hidden, as an experiment needs it. */
export class EcsAccount {
  readonly regionId: string;
  readonly #caller: OpenApiCaller;
  readonly #signal: AbortSignal;

  constructor({ regionId, endpoint, credentials, signal }: AccountOptions) {
    this.regionId = regionId;
    this.#signal = signal;
    this.#caller = openApiCaller({ endpoint, credentials, timeoutMs: 15_000 });
  }

  /** One call; throttled ones come again. What is no answer at all ends the experiment. */
  async call(action: string, parameters: Parameters): Promise<Said> {
    this.#signal.throwIfAborted();
    return this.#send(action, parameters);
  }

  /** Time that an experiment waits: not a moment longer than anybody wants it to. */
  async pause(ms: number): Promise<void> {
    await wait(ms, undefined, { signal: this.#signal });
  }

  /** The same, whoever wants everything to stop: for removing what was made. */
  cleanUp(action: string, parameters: Parameters): Promise<Said> {
    return this.#send(action, parameters);
  }

  async #send(action: string, parameters: Parameters): Promise<Said> {
    for (let tries = 1; ; tries += 1) {
      const said = await this.#once(action, parameters);
      const isThrottled = /Throttling/i.test(said.code);
      if (!isThrottled || tries === triesMax) return said;
      const asked = z.number().safeParse(said.body.retryAfter);
      await wait(asked.success ? Math.min(asked.data, 60_000) : pauseMs);
    }
  }

  async #once(action: string, parameters: Parameters): Promise<Said> {
    const query = { RegionId: this.regionId, ...parameters };
    const call = { action, version, style: 'RPC', pathname: '/', query, bodyType: 'formData' } as const;
    const result = await this.#caller(call);
    if (result.kind === 'answered') {
      return { status: result.statusCode, code: 'ok', body: z.record(z.string(), z.unknown()).parse(result.body) };
    }
    const error = result.kind === 'thrown' ? thrown.safeParse(result.error) : undefined;
    if (!error?.success || error.data.statusCode === undefined) {
      const why = result.kind === 'thrown' ? (error?.data?.code ?? 'no readable answer') : result.message;
      throw new Error(`${action} got no answer: ${why}`);
    }
    const { code, statusCode, data, retryAfter } = error.data;
    return { status: statusCode, code, body: { ...data, ...(retryAfter === undefined ? {} : { retryAfter }) } };
  }
}

/** A call that an experiment rests on, and that must not be refused. */
export function mustBeOk(said: Said, what: string): Said {
  if (said.code === 'ok') return said;
  throw new Error(`${what} was refused with ${said.code} ${said.status}`);
}
