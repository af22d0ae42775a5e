/**
 * The second argument of a handler, as far as it is used. Everything in it may be missing: the platform leaves
 * credentials empty for a function without a role, and a handler can be called in plain Node.js with `{}`.
 */
export type FunctionContext = {
  readonly requestId?: string | undefined;
  readonly credentials?:
    | {
        readonly accessKeyId?: string | undefined;
        readonly accessKeySecret?: string | undefined;
        readonly securityToken?: string | undefined;
      }
    | undefined;
  readonly function?: { readonly name?: string | undefined; readonly timeout?: number | undefined } | undefined;
  readonly region?: string | undefined;
  readonly accountId?: string | undefined;
};

/** What s.yaml gives the hands, for callers that name none. */
const timeoutSecondsDefault = 55;

export function timeoutMsOf(context: FunctionContext): number {
  const seconds = context.function?.timeout;
  return (typeof seconds === 'number' && seconds > 0 ? seconds : timeoutSecondsDefault) * 1000;
}

export function contextOf(given: unknown): FunctionContext {
  return typeof given === 'object' && given !== null ? (given as FunctionContext) : {};
}

/** The platform hands a Buffer over; trials in plain Node.js hand over what they have. */
export function bufferOf(event: unknown): Buffer {
  if (event instanceof Uint8Array) return Buffer.from(event.buffer, event.byteOffset, event.byteLength);
  return Buffer.from(typeof event === 'string' ? event : (JSON.stringify(event) ?? ''));
}
