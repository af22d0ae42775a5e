import { AsyncLocalStorage } from 'node:async_hooks';
import type { Log } from '../reconcile/runtime-ports.ts';
import { AppError } from './app-error.ts';
import { systemClock } from './clock.ts';
import { readCredentials } from './credentials.ts';
import { bufferOf, contextOf, type FunctionContext, timeoutMsOf } from './function-context.ts';
import { createLogger, errorFields } from './logger.ts';
import { createPlatform, type Platform } from './platform.ts';
import { scrubText } from './scrub.ts';

/** One delivery, and all that the use case has at hand. */
export type Invocation<Deps> = {
  readonly event: Buffer;
  readonly context: FunctionContext;
  readonly deps: Deps;
  readonly log: Log;
  /** Until the platform ends this invocation. */
  remainingMs(): number;
};

/** `answer` is what the caller gets, an object as JSON; `summary` are the counters of the result line. */
export type Result = { readonly answer: unknown; readonly summary?: Readonly<Record<string, unknown>> | undefined };

/** What went wrong, as far as callers may know. */
export type Problem = {
  readonly code: string;
  readonly message: string;
  readonly path: string;
  readonly isRetryable: boolean;
};

export type HandlerOptions<Deps> = {
  readonly name: string;
  /** Once an instance; again after it failed. What it returns is kept warm. */
  readonly connect: (platform: Platform) => Deps | Promise<Deps>;
  readonly run: (invocation: Invocation<Deps>) => Promise<Result>;
  /**
   * How a failure is answered, for functions whose callers want another form (HTTP). With it nothing is thrown to
   * the platform: a web server answers 503 instead.
   */
  readonly answerProblem?: (problem: Problem) => unknown;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly write?: (line: string) => void;
};

type Current = { readonly requestId: string; readonly context: FunctionContext };

/**
 * Makes what Function Compute calls. Every invocation ends with one line `result`. A message that is refused is an
 * answer; what is thrown is our own failure, in which case a delivery must come again or be kept.
 */
export function defineHandler<Deps>(
  options: HandlerOptions<Deps>,
): (event: unknown, context?: unknown) => Promise<unknown> {
  const { name, env = process.env } = options;
  // Dependencies outlive the invocation that made them, but must log and sign as the one that uses them.
  const current = new AsyncLocalStorage<Current>();
  const log = createLogger({
    nowMs: systemClock.nowMs,
    always: () => ({ function: name, requestId: current.getStore()?.requestId ?? '' }),
    ...(options.write ? { write: options.write } : {}),
  });
  let latest: FunctionContext = {};
  let warm: Promise<Deps> | undefined;

  async function connected(): Promise<Deps> {
    warm ??= connectNow();
    try {
      return await warm;
    } catch (error) {
      warm = undefined;
      throw error;
    }
  }

  async function connectNow(): Promise<Deps> {
    return options.connect(
      createPlatform({
        env,
        log,
        credentials: () => readCredentials(current.getStore()?.context ?? latest, env),
        accountId: latest.accountId || env.FC_ACCOUNT_ID || '',
        region: latest.region || env.FC_REGION || '',
        functionName: name,
      }),
    );
  }

  return (event, given) => {
    const startedMs = systemClock.monotonicMs();
    const context = contextOf(given);
    latest = context;
    const isColdStart = warm === undefined;
    const elapsedMs = () => systemClock.monotonicMs() - startedMs;
    const remainingMs = () => Math.max(0, timeoutMsOf(context) - elapsedMs());
    return current.run({ requestId: String(context.requestId ?? ''), context }, async () => {
      try {
        const deps = await connected();
        const { answer, summary } = await options.run({ event: bufferOf(event), context, deps, log, remainingMs });
        log.event('info', 'result', { ...summary, durationMs: Math.round(elapsedMs()), isColdStart });
        return answer;
      } catch (error) {
        log.event('error', 'result', { ...failureFields(error), durationMs: Math.round(elapsedMs()), isColdStart });
        return answerFailure(problemOf(error), options.answerProblem);
      }
    });
  };
}

function failureFields(error: unknown): Record<string, unknown> {
  const problem = problemOf(error);
  return {
    code: problem.code,
    isRetryable: problem.isRetryable,
    error: error instanceof Error ? errorFields(error, 'error') : undefined,
  };
}

/** A deliberate error speaks for itself; what others' errors say stays in the log. */
function problemOf(error: unknown): Problem {
  if (!(error instanceof AppError)) {
    return {
      code: 'INTERNAL_ERROR',
      message: 'something unexpected happened; the log tells more',
      path: '',
      // Nobody knows what it was: the platform's retries keep the message, and its dead-letter queue in the end.
      isRetryable: true,
    };
  }
  return { code: error.code, message: scrubText(error.message), path: '', isRetryable: error.retryable };
}

function answerFailure(problem: Problem, answerProblem: HandlerOptions<unknown>['answerProblem']): unknown {
  if (answerProblem) return answerProblem(problem);
  const { code, message } = problem;
  // Whatever it was, nothing was answered: the platform's retries and its dead-letter queue keep the delivery.
  // A new error: the platform prints what is thrown, with causes and stack, past our scrubbing.
  const thrown = new AppError(code, message, { retryable: problem.isRetryable });
  thrown.stack = `${code}: ${message}`;
  throw thrown;
}
