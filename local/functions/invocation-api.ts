import type { IncomingMessage, ServerResponse } from 'node:http';
import { type ErrorFields, type InvocationAnswer, refusalAnswer } from './answer.ts';
import type { Fault, FaultQueue } from './faults.ts';
import { type InvocationPath, invocationPath, readBody } from './http-request.ts';
import { SYNC_BYTES_MAX } from './invoker.ts';
import type { Invocation, Platform } from './platform.ts';
import { InvocationRefused, refusals } from './refusal.ts';
import { newRequestId } from './request-id.ts';
import { type Keys, verifySignature } from './signature.ts';

/** The vendor's InvokeFunction over HTTP, in its form of 2023 and that of 2016. */
export class InvocationApi {
  readonly #platform: Platform;
  readonly #faults: FaultQueue;
  readonly #keys: Keys;
  readonly #accountId: string;

  constructor(parts: { platform: Platform; faults: FaultQueue; keys: Keys; accountId: string }) {
    this.#platform = parts.platform;
    this.#faults = parts.faults;
    this.#keys = parts.keys;
    this.#accountId = parts.accountId;
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const requestId = newRequestId();
    const path = invocationPath(request.url ?? '/');
    const fields = this.#errorFields(path);
    let invocation: Invocation | undefined;
    try {
      const body = await readBody(request, SYNC_BYTES_MAX);
      if (!path || request.method !== 'POST')
        throw refusals.noSuchPath(request.method ?? '', request.url ?? '');
      invocation = { name: path.functionName, event: body, requestId };
      this.#authenticate(request, body, path);
      invocation = { ...invocation, ...options(request, path) };
    } catch (thrown) {
      const refusal = refusalAnswer(thrown, requestId, fields);
      if (invocation) this.#platform.record(invocation, 'api', refusal);
      send(response, refusal);
      return;
    }
    const fault = this.#faults.take(invocation.name);
    if (fault) await this.#suffer(fault, invocation, fields, response);
    else send(response, await this.#invoke(invocation, fields));
  }

  async #invoke(
    invocation: Invocation,
    fields: ErrorFields,
    more?: { fault: string },
  ): Promise<InvocationAnswer> {
    const answer = await this.#platform.answer(invocation, fields);
    this.#platform.record(invocation, 'api', answer, more);
    return answer;
  }

  async #suffer(
    fault: Fault,
    invocation: Invocation,
    fields: ErrorFields,
    response: ServerResponse,
  ): Promise<void> {
    const more = { fault: fault.fault };
    const instead = answerOf(fault, invocation.requestId, fields);
    if (instead || fault.fault === 'reset-before-apply') {
      this.#platform.record(invocation, 'api', instead ?? null, more);
      if (instead) send(response, instead);
      else response.socket?.resetAndDestroy();
      return;
    }

    const lost = await this.#invoke(invocation, fields, more);
    if (fault.fault === 'reset-after-apply') response.socket?.resetAndDestroy();
    if (fault.fault === 'partial') {
      // One byte more is promised than ever comes.
      response.writeHead(lost.status, { ...lost.headers, 'content-length': lost.body.length + 1 });
      response.flushHeaders();
      if (lost.body.length > 0) response.write(lost.body);
      response.socket?.end();
    }
  }

  #authenticate(request: IncomingMessage, body: Buffer, path: InvocationPath): void {
    const { method = 'POST', url = '/', headers } = request;
    const scheme = verifySignature({ method, url, headers, body }, this.#keys, Date.now());
    if (
      scheme === 'FC' &&
      path.apiVersion === '2023-03-30' &&
      !this.#platform.behaviour.now.fcSignatureOn2023
    ) {
      throw refusals.denied('The signature method is not supported');
    }
    const account = headers['x-fc-account-id'];
    if (account !== undefined && account !== this.#accountId) {
      throw refusals.denied("the resource doesn't belong to you");
    }
  }

  #errorFields(path: InvocationPath | undefined): ErrorFields {
    const { errorFields } = this.#platform.behaviour.now;
    if (errorFields !== 'auto') return errorFields;
    return path?.apiVersion === '2016-08-15' ? 'ErrorCode' : 'Code';
  }
}

function options(request: IncomingMessage, path: InvocationPath): Partial<Invocation> {
  if (path.qualifier !== undefined && path.qualifier !== '' && path.qualifier !== 'LATEST') {
    throw refusals.noSuchQualifier(path.functionName, path.qualifier);
  }
  const type = header(request, 'x-fc-invocation-type') ?? 'Sync';
  if (type !== 'Sync' && type !== 'Async') throw refusals.invalid(`invalid invocation type '${type}'`);
  const logType = header(request, 'x-fc-log-type') ?? 'None';
  if (logType !== 'None' && logType !== 'Tail') throw refusals.invalid(`invalid log type '${logType}'`);
  if (type === 'Sync') return { invocationType: type };

  const delay = header(request, 'x-fc-async-delay');
  const taskId =
    header(request, 'x-fc-async-task-id') ?? header(request, 'x-fc-stateful-async-invocation-id');
  return {
    invocationType: type,
    // What is no plain number becomes NaN, which the invoker refuses.
    ...(delay === undefined ? {} : { delaySeconds: /^\d+$/.test(delay) ? Number(delay) : Number.NaN }),
    ...(taskId === undefined ? {} : { taskId }),
  };
}

function header(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
}

/** The faults that answer without invoking anything. */
function answerOf(fault: Fault, requestId: string, fields: ErrorFields): InvocationAnswer | undefined {
  if (fault.fault === 'throttle') return refusalAnswer(refusals.throttled(), requestId, fields);
  if (fault.fault === 'error') {
    const refusal = new InvocationRefused(fault.status, fault.code, fault.message);
    return refusalAnswer(refusal, requestId, fields);
  }
  if (fault.fault !== 'html-503') return undefined;
  const body = Buffer.from('<html><body><h1>503 Service Temporarily Unavailable</h1></body></html>');
  return { status: 503, headers: { 'content-type': 'text/html' }, body };
}

function send(response: ServerResponse, answer: InvocationAnswer): void {
  response.writeHead(answer.status, { ...answer.headers, 'content-length': answer.body.length });
  response.end(answer.body);
}
