import type { Fault } from '../control/faults.ts';
import { type CloudAnswer, Refusal } from './answer.ts';

/** What the shell does with a call: send an answer, send a page, drop the line, or fall silent. */
export type Outcome =
  | { readonly kind: 'answer'; readonly answer: CloudAnswer; readonly delayMs: number }
  | { readonly kind: 'page'; readonly status: number; readonly html: string; readonly delayMs: number }
  | { readonly kind: 'reset'; readonly delayMs: number };

const SILENCE_MS = 60_000;
const RETRY_AFTER_MS = 1_500;
const UNAVAILABLE_PAGE =
  '<html><head><title>503 Service Temporarily Unavailable</title></head>' +
  '<body><center><h1>503 Service Temporarily Unavailable</h1></center></body></html>\n';

type Struck = {
  apply(options?: { readonly stopsHalfway: boolean }): CloudAnswer;
  refuse(refusal: Refusal): CloudAnswer;
};

/** Carries out one armed fault around one call. */
export function strike(fault: Fault, call: Struck): Outcome {
  const delayMs = fault.delayMs ?? 0;
  switch (fault.fault) {
    case 'reset-before-apply':
      return { kind: 'reset', delayMs };
    case 'reset-after-apply':
      call.apply();
      return { kind: 'reset', delayMs };
    case 'timeout-after-apply':
      call.apply();
      return { kind: 'reset', delayMs: fault.delayMs ?? SILENCE_MS };
    case 'partial':
      return { kind: 'answer', answer: call.apply({ stopsHalfway: true }), delayMs };
    case 'html-503':
      applyIfAsked(fault, call);
      return { kind: 'page', status: fault.status ?? 503, html: UNAVAILABLE_PAGE, delayMs };
    case 'throttle':
      applyIfAsked(fault, call);
      return { kind: 'answer', answer: call.refuse(throttling(fault)), delayMs };
    case 'error':
      applyIfAsked(fault, call);
      return { kind: 'answer', answer: call.refuse(chosenError(fault)), delayMs };
  }
}

function applyIfAsked(fault: Fault, call: Struck): void {
  if (fault.apply) {
    call.apply();
  }
}

function throttling(fault: Fault): Refusal {
  const retryAfterMs = fault.retryAfterMs === undefined ? RETRY_AFTER_MS : fault.retryAfterMs;
  return new Refusal(
    fault.status ?? 400,
    fault.code ?? 'Throttling.User',
    fault.message ?? 'Request was denied due to user flow control.',
    retryAfterMs === null ? {} : { 'x-acs-retry-after': String(retryAfterMs) },
  );
}

function chosenError(fault: Fault): Refusal {
  return new Refusal(
    fault.status ?? 500,
    fault.code ?? 'InternalError',
    fault.message ?? 'The request processing has failed due to some unknown error.',
  );
}
