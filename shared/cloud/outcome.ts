import * as z from 'zod/mini';
import type { NotListed } from '../reconcile/cloud-port.ts';
import { AppError } from '../runtime/app-error.ts';
import { type CallKind, classOf } from './error-classes.ts';

/** What the vendor's client throws when the cloud answered with an error. */
const answeredError = z.object({
  statusCode: z.number(),
  code: z.string(),
  requestId: z.optional(z.string()),
  retryAfter: z.optional(z.number()),
  data: z.optional(z.record(z.string(), z.unknown())),
});

const failedError = z.object({ name: z.string(), code: z.optional(z.string()) });

const messageMax = 300;

/**
 * Reads what the vendor's client threw. An answer is judged by its code; anything else is no answer, or one that
 * cannot be read (an HTML page, an empty body): the call may have been carried out.
 */
export function outcomeOfError(error: unknown, kind: CallKind): NotListed {
  const answered = answeredError.safeParse(error);
  if (!answered.success) return noAnswer(error);
  const { statusCode, data, retryAfter } = answered.data;
  // The client writes the word "undefined" where the answer had nothing.
  const code = present(answered.data.code) ?? `HTTP_${statusCode}`;
  const requestId = present(answered.data.requestId);
  const told = {
    code,
    message: printableMessage(data) ?? `the cloud answered ${statusCode}`,
    ...(requestId === undefined ? {} : { requestId }),
  };
  const meaning = classOf(code, kind);
  if (meaning === 'unknown') return { kind: 'unknown', ...told };
  const pause = meaning === 'throttled' && retryAfter !== undefined ? { retryAfterMs: retryAfter } : {};
  return { kind: 'refused', class: meaning, ...told, ...pause };
}

/** Nothing was sent, because nobody could say who we are. The reason is told only where it was written to be. */
export function withoutCredentials(error: unknown): NotListed {
  const isOurs = error instanceof AppError;
  const why = isOurs ? `: ${error.message}` : '';
  const message = `no credentials for this cloud could be had; nothing was sent${why}`;
  return { kind: 'unknown', code: isOurs ? error.code : 'NO_CREDENTIALS', message };
}

/** Network errors carry the whole URL with all parameters in their text: only name and code are taken. */
function noAnswer(error: unknown): NotListed {
  const failed = failedError.safeParse(error);
  const code = failed.success ? (failed.data.code ?? failed.data.name) : 'NO_ANSWER';
  return { kind: 'unknown', code, message: `no readable answer from the cloud (${code})` };
}

/**
 * The cloud's own sentence, without what must not travel on: a wrong signature is answered with the whole signed
 * request, and other texts may quote addresses or tokens.
 */
function printableMessage(data: Record<string, unknown> | undefined): string | undefined {
  const text = data?.Message ?? data?.message;
  if (typeof text !== 'string') return undefined;
  const plain = text
    .replace(/\s*server string to sign[\s\S]*$/i, '')
    .replaceAll(/\w+:\/\/\S+/g, '…')
    .replaceAll(/[A-Za-z0-9+/=_-]{48,}/g, '…')
    .slice(0, messageMax)
    .trim();
  return plain === '' ? undefined : plain;
}

const present = (text: string | undefined): string | undefined =>
  text === undefined || text === '' || text === 'undefined' ? undefined : text;
