import { httpAnswer } from '../../shared/events/http-answer.ts';
import { type HttpRequest, readHttpEvent } from '../../shared/events/http-event.ts';
import { type HandDeps, summaryOf } from '../../shared/hands/run-hand.ts';
import { readWebhook } from '../../shared/intake/webhooks.ts';
import { type Received, receive } from '../../shared/reconcile/receive.ts';
import type { Invocation, Result } from '../../shared/runtime/define-handler.ts';

const bodyBytesMax = 512 * 1024;

/**
 * Answers a ticketing system. A "no" of guards or policy is a 200 with the reason, because senders switch a hook off
 * that answers 4xx; only what is not proved or not readable is refused by status.
 */
export async function takeWebhook({ deps, event }: Invocation<HandDeps>): Promise<Result> {
  const request = readHttpEvent(event);
  if ('code' in request) return answer(400, { error: request });
  const found = routeOf(request);
  if (typeof found === 'number')
    return answer(
      found,
      found === 404
        ? notFound
        : { error: { code: 'METHOD_NOT_ALLOWED', message: 'send a webhook with POST', path: '' } },
    );
  if (request.rawBody.length > bodyBytesMax) return answer(413, tooLarge);
  const nowMs = await deps.ledger.transaction('now', async (tx) => tx.nowMs);
  const read = await readWebhook(deps.sources, found.source, request, nowMs);
  switch (read.kind) {
    case 'unknown-source':
      return answer(404, notFound);
    case 'not-proved':
      // An empty body: whoever guesses learns nothing.
      return { answer: httpAnswer(401), summary: { status: 401, source: found.source, code: read.code } };
    case 'malformed':
      return answer(400, { error: read.refusal });
    case 'ignored':
      return answer(200, { results: [], ignored: read.reason });
    case 'message': {
      const received = await receive(deps, undefined, [read.delivered]);
      const status = statusOf(received);
      return {
        answer: httpAnswer(status, received),
        summary: { status, source: found.source, ...summaryOf(received) },
      };
    }
  }
}

const notFound = {
  error: { code: 'NOT_FOUND', message: 'webhooks go to POST /hooks/{source}, a source of sources.yaml', path: '' },
};
const tooLarge = {
  error: { code: 'PAYLOAD_TOO_LARGE', message: `a webhook may have ${bodyBytesMax} bytes`, path: '' },
};

function answer(status: number, body: object): Result {
  return { answer: httpAnswer(status, body), summary: { status } };
}

function routeOf({ method, path }: HttpRequest): { source: string } | 404 | 405 {
  const source = /^\/hooks\/([A-Za-z0-9][A-Za-z0-9._-]{0,63})\/?$/.exec(path)?.[1];
  if (source === undefined) return 404;
  return method === 'POST' ? { source } : 405;
}

function statusOf(received: Received): number {
  if (received.malformed > 0) return 400;
  return received.taken > 0 ? 202 : 200;
}
