import * as z from 'zod';

export const faultSchema = z.strictObject({
  action: z.literal('InvokeFunction'),
  fault: z.enum([
    'reset-before-apply',
    'reset-after-apply',
    'timeout-after-apply',
    'throttle',
    'error',
    'html-503',
    'partial',
  ]),
  times: z.int().min(1).default(1),
  /** Only invocations of this function; any, if absent. */
  function: z.string().optional(),
  code: z.string().default('InternalServerError'),
  status: z.int().min(400).max(599).default(500),
  message: z.string().default('An internal error has occurred'),
});

export type Fault = z.infer<typeof faultSchema>;

export const FAULTS = {
  'reset-before-apply': 'the connection is reset, nothing ran',
  'reset-after-apply': 'the invocation is taken, then the connection is reset',
  'timeout-after-apply': 'the invocation is taken, no answer ever comes',
  throttle: '429 ResourceExhausted',
  error: 'an answer with the given code, status and message',
  'html-503': '503 with an HTML page, as from a gateway',
  partial: 'the invocation is taken, its answer breaks off in the middle',
} satisfies Record<Fault['fault'], string>;

/** Faults that wait for their call; each is used up after its number of times. */
export class FaultQueue {
  #pending: Fault[] = [];

  get pending(): readonly Fault[] {
    return this.#pending;
  }

  add(faults: unknown): void {
    this.#pending.push(...z.array(faultSchema).parse(faults));
  }

  take(functionName: string): Fault | undefined {
    const fault = this.#pending.find((each) => each.function === undefined || each.function === functionName);
    if (!fault) return undefined;
    fault.times -= 1;
    this.#pending = this.#pending.filter((each) => each.times > 0);
    return fault;
  }

  clear(): void {
    this.#pending = [];
  }
}
