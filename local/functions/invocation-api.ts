import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FaultQueue } from '../clouds/control/faults.ts';
import type { CredentialRegistry } from '../clouds/wire/credentials.ts';
import { headerOf, type WireRequest } from '../clouds/wire/wire-request.ts';
import { type ErrorFields, type InvocationAnswer, refusalAnswer } from './answer.ts';
import { type Strike, strikeOf } from './invocation-faults.ts';
import { type InvocationPath, invocationOptions, invocationPath, readRequest } from './invocation-request.ts';
import type { Invocation, Platform } from './platform.ts';
import { readable } from './readable.ts';
import { refusals } from './refusal.ts';
import { newRequestId } from './request-id.ts';
import { verifySignature } from './signature.ts';

export type InvocationApiParts = {
  readonly platform: Platform;
  readonly faults: FaultQueue;
  readonly credentials: CredentialRegistry;
  readonly accountId: string;
};

/** The vendor's InvokeFunction over HTTP, in its form of 2023 and in that of 2016. */
export class InvocationApi {
  readonly #platform: Platform;
  readonly #faults: FaultQueue;
  readonly #credentials: CredentialRegistry;
  readonly #accountId: string;

  constructor({ platform, faults, credentials, accountId }: InvocationApiParts) {
    this.#platform = platform;
    this.#faults = faults;
    this.#credentials = credentials;
    this.#accountId = accountId;
  }

  async handle(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const requestId = newRequestId();
    const path = invocationPath(incoming.url ?? '/');
    const fields = this.#errorFields(path);
    let answer: InvocationAnswer | null;
    try {
      const request = await readRequest(incoming);
      if (!path || request.method !== 'POST') throw refusals.noSuchPath(request.method, request.path);
      answer = await this.#call(request, path, { fields, requestId });
    } catch (thrown) {
      answer = refusalAnswer(thrown, requestId, fields);
    }
    if (answer) send(response, answer);
    else incoming.socket.resetAndDestroy();
  }

  /** One logged call. Null: the connection is to be reset instead of an answer. */
  async #call(
    request: WireRequest,
    path: InvocationPath,
    { fields, requestId }: { fields: ErrorFields; requestId: string },
  ): Promise<InvocationAnswer | null> {
    const options = invocationOptions(request, path);
    const invocation = { ...options, name: path.functionName, event: request.body, requestId };
    const logged = this.#platform.log(invocation, {
      origin: 'api',
      apiVersion: path.apiVersion,
      event: readable(request.body),
    });
    const answer = await this.#answer(request, path, invocation).catch((thrown: unknown) =>
      refusalAnswer(thrown, requestId, fields),
    );
    if (answer) {
      logged.status = answer.status;
      logged.answer = readable(answer.body);
    }
    return answer;
  }

  async #answer(request: WireRequest, path: InvocationPath, invocation: Invocation): Promise<InvocationAnswer | null> {
    const { checkSignatures, latencyMs } = this.#platform.behaviour.values;
    if (checkSignatures) this.#authenticate(request, path);
    if (latencyMs > 0) await sleep(latencyMs);
    const fault = this.#faults.take('InvokeFunction');
    const fields = this.#errorFields(path);
    if (!fault) return this.#platform.answer(invocation, fields);
    return this.#suffer(strikeOf(fault, invocation.requestId, fields), invocation, fields);
  }

  async #suffer(strike: Strike, invocation: Invocation, fields: ErrorFields): Promise<InvocationAnswer | null> {
    if (strike.isApplied) await this.#platform.answer(invocation, fields);
    // Not to be waited for when the host closes: the client is gone by then.
    if (strike.delayMs > 0) await sleep(strike.delayMs, undefined, { ref: false });
    return strike.answer;
  }

  #authenticate(request: WireRequest, { apiVersion }: InvocationPath): void {
    const signer = verifySignature(request, this.#credentials, Date.now());
    const { fcSignatureOn2023 } = this.#platform.behaviour.values;
    if (signer.scheme === 'FC' && apiVersion === '2023-03-30' && !fcSignatureOn2023) {
      throw refusals.denied('The signature method is not supported');
    }
    const named = headerOf(request, 'x-fc-account-id') ?? this.#accountId;
    if (signer.accountId !== this.#accountId || named !== this.#accountId) {
      throw refusals.denied("The resource doesn't belong to you");
    }
  }

  #errorFields(path: InvocationPath | undefined): ErrorFields {
    const { errorFields } = this.#platform.behaviour.values;
    if (errorFields !== 'auto') return errorFields;
    return path?.apiVersion === '2016-08-15' ? 'ErrorCode' : 'Code';
  }
}

function send(response: ServerResponse, answer: InvocationAnswer): void {
  response.writeHead(answer.status, { ...answer.headers, 'content-length': answer.body.length });
  response.end(answer.body);
}
