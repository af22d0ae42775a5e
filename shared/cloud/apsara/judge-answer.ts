import * as z from 'zod/mini';
import type { NotListed } from '../../reconcile/cloud-port.ts';
import type { CallKind } from '../error-classes.ts';
import type { OpenApiAnswer } from '../open-api-caller.ts';
import { outcomeOfError } from '../outcome.ts';

type Body = Readonly<Record<string, unknown>>;
export type Answered = { readonly kind: 'answered'; readonly body: Body; readonly requestId: string };

const record = z.record(z.string(), z.unknown());
const thrown = z.object({ statusCode: z.number(), data: record, retryAfter: z.optional(z.number()) });

/** What the gateways write where a call went well. */
const successes = new Set(['0', '200', 'ok', 'success']);
/** The document shows failures without a code; where stacks put one, it stands before the sentence. */
const codeInFront = /^([A-Za-z][\w]*(?:\.[\w%]+)*)(?::|$)/;

/**
 * Success is judged from the body: the gateways of Apsara Stack say failures with status 200 too. Done is what bears
 * a request id and no mark of a failure; anything else is a refusal by its code, or unknown.
 */
export function judgeAnswer(answer: OpenApiAnswer, kind: CallKind): Answered | NotListed {
  const read = record.safeParse(answer.body);
  const body = read.success ? read.data : {};
  const failure = failureOf(body);
  const requestId = requestIdOf(body);
  if (failure) {
    const retryAfter = Number(answer.headers['x-acs-retry-after'] ?? Number.NaN);
    return outcomeOf(failure, { statusCode: answer.statusCode, requestId, retryAfter }, kind);
  }
  if (requestId !== undefined) return { kind: 'answered', body, requestId };
  return { kind: 'unknown', code: 'NO_REQUEST_ID', message: 'the answer bears no request id, so it proves nothing' };
}

/** The same for what the client threw: an answer of 400 or more, or none. */
export function judgeError(error: unknown, kind: CallKind): NotListed {
  const read = thrown.safeParse(error);
  const failure = read.success ? failureOf(read.data.data) : undefined;
  if (!read.success || !failure) return outcomeOfError(error, kind);
  const { statusCode, data, retryAfter } = read.data;
  return outcomeOf(failure, { statusCode, requestId: requestIdOf(data), retryAfter: retryAfter ?? Number.NaN }, kind);
}

type Failure = { readonly code: string; readonly message: string };
type Told = {
  readonly statusCode: number;
  readonly requestId: string | undefined;
  readonly retryAfter: number;
};

function outcomeOf({ code, message }: Failure, told: Told, kind: CallKind): NotListed {
  const { statusCode, requestId, retryAfter } = told;
  const error = {
    statusCode,
    code,
    data: { Message: message },
    ...(requestId === undefined ? {} : { requestId }),
    ...(Number.isNaN(retryAfter) ? {} : { retryAfter }),
  };
  return outcomeOfError(error, kind);
}

/** The mark of a failure, in any of the forms that documents and other clients know. */
function failureOf(body: Body): Failure | undefined {
  if (body.asapiSuccess === false || body.success === false) {
    const code = textOf(body.asapiErrorCode) ?? textOf(body.errorCode) ?? 'ASAPI_FAILURE';
    return { code, message: textOf(body.asapiErrorMessage) ?? textOf(body.errorMessage) ?? '' };
  }
  const sample = record.safeParse(body.errorSample);
  const result = sample.success ? sample.data : body;
  const code = textOf(result.resultCode) ?? (body.errorSample === undefined ? undefined : '-1');
  if (code !== undefined && !isSuccess(code)) {
    const message = textOf(result.resultMsg) ?? '';
    return { code: codeInFront.exec(message)?.[1] ?? code, message };
  }
  const rpcCode = textOf(body.Code) ?? textOf(body.code);
  if (rpcCode === undefined || isSuccess(rpcCode)) return undefined;
  return { code: rpcCode, message: textOf(body.Message) ?? textOf(body.message) ?? '' };
}

function requestIdOf(body: Body): string | undefined {
  return textOf(body.RequestID) ?? textOf(body.RequestId) ?? textOf(body.asapiRequestId);
}

function textOf(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

const isSuccess = (code: string): boolean => successes.has(code.toLowerCase());
