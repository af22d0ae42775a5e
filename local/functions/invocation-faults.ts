import type { Fault } from '../clouds/control/faults.ts';
import { type ErrorFields, type InvocationAnswer, refusalAnswer } from './answer.ts';
import { InvocationRefused } from './refusal.ts';

/** What a struck call meets: whether it happens at all, and what the caller sees; null for a reset. */
export type Strike = {
  readonly isApplied: boolean;
  readonly answer: InvocationAnswer | null;
  readonly delayMs: number;
};

/** Longer than any client waits. */
const SILENCE_MS = 60_000;

/** Where this service differs from what the common description of the faults says. */
export const FAULTS_HERE = {
  throttle: '429 ResourceExhausted',
  error: 'code InternalServerError unless another is given',
  partial: 'the invocation is taken, and answered with InternalServerError 500',
} satisfies Partial<Record<Fault['fault'], string>>;

const PAGE = '<html><body><center><h1>503 Service Temporarily Unavailable</h1></center></body></html>\n';

/** Translates an armed fault into this service's own words. */
export function strikeOf(fault: Fault, requestId: string, fields: ErrorFields): Strike {
  const delayMs = fault.delayMs ?? 0;
  const isApplied = fault.apply ?? false;
  const refuse = (status: number, code: string, message: string) =>
    refusalAnswer(
      new InvocationRefused(fault.status ?? status, fault.code ?? code, fault.message ?? message),
      requestId,
      fields,
    );
  switch (fault.fault) {
    case 'reset-before-apply':
      return { isApplied: false, answer: null, delayMs };
    case 'reset-after-apply':
      return { isApplied: true, answer: null, delayMs };
    case 'timeout-after-apply':
      return { isApplied: true, answer: null, delayMs: fault.delayMs ?? SILENCE_MS };
    case 'throttle':
      return {
        isApplied,
        answer: refuse(429, 'ResourceExhausted', 'The concurrency limit is exceeded'),
        delayMs,
      };
    case 'error':
      return {
        isApplied,
        answer: refuse(500, 'InternalServerError', 'An internal error has occurred'),
        delayMs,
      };
    case 'html-503':
      return { isApplied, answer: page(fault.status ?? 503), delayMs };
    case 'partial':
      // An invocation has no halves: it is taken, and the caller is told that it was not.
      return {
        isApplied: true,
        answer: refuse(500, 'InternalServerError', 'An internal error has occurred'),
        delayMs,
      };
  }
}

function page(status: number): InvocationAnswer {
  return { status, headers: { 'content-type': 'text/html' }, body: Buffer.from(PAGE) };
}
