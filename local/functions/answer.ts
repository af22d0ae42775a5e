import type { Outcome } from './outcome.ts';
import { InvocationRefused } from './refusal.ts';

/** What a caller gets, over HTTP or in the same process. */
export type InvocationAnswer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** Set if the function itself failed; the status is 200 then too. */
  readonly errorType?: string;
};

/** Field names of an error body: the new API's, or those of 2016. */
export type ErrorFields = 'Code' | 'ErrorCode';

const JSON_TYPE = { 'content-type': 'application/json' };

export function acceptedAnswer(requestId: string, taskId: string | undefined): InvocationAnswer {
  const headers: Record<string, string> = { 'x-fc-request-id': requestId };
  if (taskId !== undefined) headers['x-fc-async-task-id'] = taskId;
  return { status: 202, headers, body: Buffer.alloc(0) };
}

export function outcomeAnswer(outcome: Exclude<Outcome, { kind: 'unavailable' }>, requestId: string): InvocationAnswer {
  const id = { 'x-fc-request-id': requestId };
  if (outcome.kind === 'success') {
    const type = outcome.isJson ? JSON_TYPE : { 'content-type': 'application/octet-stream' };
    return { status: 200, headers: { ...id, ...type }, body: outcome.body };
  }
  const { errorType } = outcome;
  return {
    status: 200,
    headers: { ...id, ...JSON_TYPE, 'x-fc-error-type': errorType },
    body: Buffer.from(JSON.stringify(outcome.detail)),
    errorType,
  };
}

/** Turns a refusal into its answer; anything else is a defect of the emulator and rises. */
export function refusalAnswer(thrown: unknown, requestId: string, fields: ErrorFields): InvocationAnswer {
  if (!(thrown instanceof InvocationRefused)) throw thrown;
  const { code, message, status } = thrown;
  const body =
    fields === 'Code'
      ? { Code: code, Message: message, RequestID: requestId }
      : { ErrorCode: code, ErrorMessage: message };
  return {
    status,
    headers: { ...JSON_TYPE, 'x-fc-request-id': requestId },
    body: Buffer.from(JSON.stringify(body)),
  };
}
