export type AppErrorMore = {
  /** Could the same thing succeed later, with nothing changed by its caller? */
  readonly retryable?: boolean;
  readonly details?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
};

/** Every deliberate error: a code for machines to compare, a message for people, never the other way round. */
export class AppError extends Error {
  readonly code: string;
  readonly retryable: boolean;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: string, message: string, more: AppErrorMore = {}) {
    super(message, more.cause === undefined ? undefined : { cause: more.cause });
    this.name = 'AppError';
    this.code = code;
    this.retryable = more.retryable ?? false;
    this.details = more.details ?? {};
  }
}
