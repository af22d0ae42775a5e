import * as z from 'zod';
import { type ControlRefusal, refusalOf } from './control-refusal.ts';

export const FAULT_MEANINGS = {
  'reset-before-apply': 'the connection is reset and nothing is done',
  'reset-after-apply': 'the operation is done, then the connection is reset without an answer',
  'timeout-after-apply': 'the operation is done, then nothing is answered until delayMs (60000) has passed',
  throttle: 'refused with Throttling.User 400 and x-acs-retry-after: retryAfterMs (1500; null sends no header)',
  error: 'refused with code (InternalError) and status (500); apply: true does the operation first',
  'html-503': 'an HTML page with status 503; apply: true does the operation first',
  partial: 'the first half of a batch is done, then InternalError 500',
} as const;

const fault = z.strictObject({
  action: z.string().min(1).describe('an operation, or * for all'),
  fault: z.enum([
    'reset-before-apply',
    'reset-after-apply',
    'timeout-after-apply',
    'throttle',
    'error',
    'html-503',
    'partial',
  ]),
  times: z.int().min(1).max(1_000_000).default(1).describe('how many calls it strikes'),
  code: z.string().min(1).optional(),
  status: z.int().min(400).max(599).optional(),
  message: z.string().optional(),
  delayMs: z.int().min(0).max(600_000).optional().describe('waits so long before answering or closing'),
  retryAfterMs: z.int().min(0).nullable().optional(),
  apply: z.boolean().optional().describe('for throttle, error and html-503: do the operation first'),
});

export type Fault = z.infer<typeof fault>;

/** What an armed fault may say, as JSON Schema. */
export const FAULT_SHAPE = z.toJSONSchema(fault, { io: 'input' });

/** Armed faults, oldest first. Each strikes the calls of its action until it is used up. */
export class FaultQueue {
  readonly #operations: readonly string[];
  #armed: Fault[] = [];

  constructor(operations: readonly string[]) {
    this.#operations = operations;
  }

  /** Arms all of the list or none of it. */
  arm(input: unknown): ControlRefusal | undefined {
    const parsed = z.array(fault).safeParse(input);
    if (!parsed.success) {
      return refusalOf('INVALID_FAULT', parsed.error);
    }
    const stray = parsed.data.findIndex(({ action }) => action !== '*' && !this.#operations.includes(action));
    if (stray >= 0) {
      return {
        code: 'UNKNOWN_ACTION',
        message: `"${parsed.data[stray]?.action}" is no operation of this cloud; say * or one of: ${this.#operations.join(', ')}`,
        path: `/${stray}/action`,
      };
    }
    this.#armed.push(...parsed.data);
    return undefined;
  }

  /** The fault that strikes this call, used up by one. */
  take(action: string): Fault | undefined {
    const index = this.#armed.findIndex((armed) => armed.action === action || armed.action === '*');
    const found = this.#armed[index];
    if (!found) {
      return undefined;
    }
    if (found.times > 1) {
      this.#armed[index] = { ...found, times: found.times - 1 };
    } else {
      this.#armed.splice(index, 1);
    }
    return found;
  }

  list(): readonly Fault[] {
    return this.#armed;
  }

  clear(): void {
    this.#armed = [];
  }
}
