import type { Problem } from '../runtime/define-handler.ts';

/** An answer as an HTTP trigger of FC 3.0 takes it. */
export type HttpAnswer = {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly isBase64Encoded: boolean;
  readonly body: string;
};

/**
 * An answer with all four fields: what the platform makes of a missing one is written nowhere. An object becomes
 * JSON, bytes become base64, nothing stays empty.
 */
export function httpAnswer(
  status: number,
  body?: object | string | Uint8Array,
  headers: Readonly<Record<string, string>> = {},
): HttpAnswer {
  if (body instanceof Uint8Array) {
    return { statusCode: status, headers, isBase64Encoded: true, body: Buffer.from(body).toString('base64') };
  }
  const isJson = typeof body === 'object';
  return {
    statusCode: status,
    headers: { ...(isJson ? { 'content-type': 'application/json; charset=utf-8' } : {}), ...headers },
    isBase64Encoded: false,
    body: isJson ? JSON.stringify(body) : (body ?? ''),
  };
}

/** How an HTTP function answers its own failure: 503 where the same request may succeed later, else 500. */
export function answerProblem({ code, message, path, isRetryable }: Problem): HttpAnswer {
  return httpAnswer(
    isRetryable ? 503 : 500,
    { error: { code, message, path } },
    isRetryable ? { 'retry-after': '10' } : {},
  );
}
