import type FC2 from '@alicloud/fc2';
import type { Nudger, Wake } from '../reconcile/nudge-port.ts';
import { endpointOf, type NudgerOptions } from './nudger-options.ts';
import { sendWakes, type WakeSender } from './send-wakes.ts';
import type { WakeInvocation } from './wake-invocation.ts';

/**
 * Nudges through `@alicloud/fc2`. That client was made for the API of 2016; its public `version` moves it to the
 * paths and signatures of 2023, as the vendor's own deployment component does, though no page documents it.
 */
export class Fc2Nudger implements Nudger {
  readonly #options: NudgerOptions;

  constructor(options: NudgerOptions) {
    this.#options = options;
  }

  async nudge(wakes: readonly Wake[], nowMs: number): Promise<number> {
    return sendWakes(wakes, nowMs, new Fc2Sender(this.#options), this.#options);
  }
}

/** Lives for one nudge: the credentials of the next one may be others. */
export class Fc2Sender implements WakeSender {
  readonly #options: NudgerOptions;
  #client: Promise<FC2> | undefined;

  constructor(options: NudgerOptions) {
    this.#options = options;
  }

  async send({ functionName, body, delaySeconds, taskId }: Omit<WakeInvocation, 'wake'>): Promise<void> {
    this.#client ??= connect(this.#options);
    const client = await this.#client;
    const headers: Record<string, string> = { 'x-fc-invocation-type': 'Async' };
    if (delaySeconds !== undefined) headers['x-fc-async-delay'] = String(delaySeconds);
    if (taskId !== undefined) headers['x-fc-async-task-id'] = taskId;
    await client.post(`/functions/${functionName}/invocations`, body, headers);
  }

  /** The client keeps the status in its error's text and nowhere else. */
  statusOf(error: unknown): number | undefined {
    const status = error instanceof Error ? /failed with (\d{3})/.exec(error.message)?.[1] : undefined;
    return status === undefined ? undefined : Number(status);
  }
}

/** Loaded when first needed: most invocations nudge nobody, and should not pay for it at their start. */
async function connect(options: NudgerOptions): Promise<FC2> {
  const { default: Client } = await import('@alicloud/fc2');
  const { accessKeyId, accessKeySecret, securityToken } = options.credentials();
  const endpoint = endpointOf(options);
  const client = new Client(options.accountId, {
    accessKeyID: accessKeyId,
    accessKeySecret,
    // The client sends it only beside a key that begins with STS, as all temporary keys do.
    ...(securityToken ? { securityToken } : {}),
    region: options.region,
    endpoint: endpoint.origin,
    secure: endpoint.protocol === 'https:',
    timeout: options.timeoutMs,
  });
  client.version = '2023-03-30';
  return client;
}
