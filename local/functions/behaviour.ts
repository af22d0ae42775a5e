import * as z from 'zod';

/** Switches for what the vendor leaves undocumented, or documents in two ways. */
export const behaviourSchema = z.strictObject({
  /** Names of the fields in an error body: `auto` follows the API version of the path. */
  errorFields: z.enum(['auto', 'Code', 'ErrorCode']),
  /** Whether the old `FC key:signature` is taken on the 2023-03-30 API; nobody documents it. */
  fcSignatureOn2023: z.boolean(),
  /** What becomes of the delay header: a source of 2023 says that the new API did not have it. */
  delay: z.enum(['honour', 'ignore', 'refuse']),
  /** Deferred invocations "may be inaccurate": so much later than asked. */
  delayLateMs: z.int().min(0),
  /** Whether a task id that comes again is refused; without task mode it is not looked at. */
  taskIds: z.enum(['refuse-again', 'ignore']),
  /** How often a failed asynchronous invocation is tried again. */
  retriesMax: z.int().min(0).max(8),
  /** The first pause between two tries; each next one is twice as long. */
  retryPauseMs: z.int().min(0),
  /** "At least once" means that this may happen. */
  deliverTwice: z.boolean(),
});

export type Behaviour = z.infer<typeof behaviourSchema>;

export const DEFAULT_BEHAVIOUR: Behaviour = {
  errorFields: 'auto',
  fcSignatureOn2023: true,
  delay: 'honour',
  delayLateMs: 0,
  taskIds: 'refuse-again',
  retriesMax: 3,
  retryPauseMs: 1000,
  deliverTwice: false,
};

/** The switches as they stand, changed in place by the control API. */
export class BehaviourSwitches {
  #now: Behaviour = DEFAULT_BEHAVIOUR;

  get now(): Behaviour {
    return this.#now;
  }

  change(some: unknown): Behaviour {
    this.#now = { ...this.#now, ...withoutAbsent(behaviourSchema.partial().parse(some)) };
    return this.#now;
  }

  reset(): void {
    this.#now = DEFAULT_BEHAVIOUR;
  }
}

function withoutAbsent(some: Partial<Record<keyof Behaviour, unknown>>): Partial<Behaviour> {
  return Object.fromEntries(Object.entries(some).filter(([, value]) => value !== undefined));
}
