import { Readable } from 'node:stream';
import type { Nudger, Wake } from '../reconcile/nudge-port.ts';
import { endpointOf, type NudgerOptions } from './nudger-options.ts';
import { sendWakes, type WakeSender } from './send-wakes.ts';
import type { WakeInvocation } from './wake-invocation.ts';

/** Nudges through `@alicloud/fc20230330`, the documented client of the API of 2023. */
export class Fc3Nudger implements Nudger {
  readonly #options: NudgerOptions;

  constructor(options: NudgerOptions) {
    this.#options = options;
  }

  async nudge(wakes: readonly Wake[], nowMs: number): Promise<number> {
    return sendWakes(wakes, nowMs, new Fc3Sender(this.#options), this.#options);
  }
}

/** Lives for one nudge: the credentials of the next one may be others. */
export class Fc3Sender implements WakeSender {
  readonly #options: NudgerOptions;
  #invoke: ReturnType<typeof connect> | undefined;

  constructor(options: NudgerOptions) {
    this.#options = options;
  }

  async send(invocation: Omit<WakeInvocation, 'wake'>): Promise<void> {
    this.#invoke ??= connect(this.#options);
    const invoke = await this.#invoke;
    await invoke(invocation);
  }

  statusOf(error: unknown): number | undefined {
    return error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number'
      ? error.statusCode
      : undefined;
  }
}

const load = () => import('@alicloud/fc20230330');
type Sdk = Awaited<ReturnType<typeof load>>;

/** Loaders differ in how deep they put the class of an ES module that was compiled to CommonJS. */
function clientClass(sdk: Sdk): Sdk['default']['default'] {
  const outer: unknown = sdk.default;
  return typeof outer === 'function' ? (outer as Sdk['default']['default']) : sdk.default.default;
}

/** Loaded when first needed: most invocations nudge nobody, and should not pay for it at their start. */
async function connect(options: NudgerOptions): Promise<(invocation: Omit<WakeInvocation, 'wake'>) => Promise<void>> {
  const [sdk, { $OpenApiUtil }, { RuntimeOptions }] = await Promise.all([
    load(),
    import('@alicloud/openapi-core'),
    import('@darabonba/typescript'),
  ]);
  const Client = clientClass(sdk);
  const { accessKeyId, accessKeySecret, securityToken } = options.credentials();
  const { host, protocol } = endpointOf(options);
  const client = new Client(
    new $OpenApiUtil.Config({
      accessKeyId,
      accessKeySecret,
      ...(securityToken ? { securityToken } : {}),
      regionId: options.region,
      endpoint: host,
      protocol: protocol.replace(':', ''),
    }),
  );
  const timeouts = new RuntimeOptions({ readTimeout: options.timeoutMs, connectTimeout: options.timeoutMs });

  return async ({ functionName, body, delaySeconds, taskId }) => {
    const headers = new sdk.InvokeFunctionHeaders({
      xFcInvocationType: 'Async',
      // The client has no field of its own for the delay.
      commonHeaders: delaySeconds === undefined ? {} : { 'x-fc-async-delay': String(delaySeconds) },
      ...(taskId === undefined ? {} : { xFcAsyncTaskId: taskId }),
    });
    const request = new sdk.InvokeFunctionRequest({ body: Readable.from([Buffer.from(body)]) });
    const response = await client.invokeFunctionWithOptions(functionName, request, headers, timeouts);
    // An unread answer would keep its connection.
    response.body?.resume();
  };
}
