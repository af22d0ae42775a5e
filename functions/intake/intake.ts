import { httpAnswer } from '../../shared/events/http-answer.ts';
import { type HttpRequest, readHttpEvent } from '../../shared/events/http-event.ts';
import { readEvent } from '../../shared/events/read-event.ts';
import { summaryOf } from '../../shared/hands/run-hand.ts';
import { type ReadWebhook, readWebhook } from '../../shared/intake/webhooks.ts';
import { type Received, receive } from '../../shared/reconcile/receive.ts';
import { bilingual } from '../../shared/rule/bilingual.ts';
import { type Refusal, refusal } from '../../shared/rule/refusal.ts';
import type { Invocation, Result } from '../../shared/runtime/define-handler.ts';
import type { IntakeDeps } from './connect.ts';
import { fetchedSource } from './fetch-event.ts';

/** Measured before anything is parsed: nothing that a ticketing system has to say is longer. */
const bodyBytesMax = 64 * 1024;
/** An event that is begun must also be written down. */
const reserveMs = 8_000;

/**
 * Answers a ticketing system. A "no" of guards or policy is a 200 with the reason, because senders switch a hook off
 * that answers 4xx; only what is not proved or not readable is refused by status. Some want to hear something else.
 */
export async function takeWebhook(invocation: Invocation<IntakeDeps>): Promise<Result> {
  const { deps, event } = invocation;
  const request = readHttpEvent(event);
  if ('code' in request) {
    const delivery = readEvent(event);
    if (delivery.kind !== 'timer') return answer(400, request);
    return catchUpNow(invocation, fetchedSource(delivery.triggerName));
  }
  const found = routeOf(request);
  if (typeof found === 'number') return answer(found, found === 404 ? notFound : notPosted);
  if (request.rawBody.length > bodyBytesMax) return answer(413, tooLarge);
  // A few bytes could become any number; no sender compresses.
  if (!/^(?:identity)?$/i.test(request.headers['content-encoding'] ?? '')) return answer(400, compressed);
  const nowMs = await deps.ledger.now();
  const read = await readWebhook(deps.sources, found.source, request, nowMs);
  if (read.kind === 'unknown-source') return answer(404, notFound);
  if (read.kind === 'not-proved') {
    // An empty body: whoever guesses learns nothing.
    return { answer: httpAnswer(401), summary: { status: 401, source: found.source, code: read.code } };
  }
  const { status, body, summary } = await take(deps, found.source, read);
  const sent = read.form({ status, body });
  return {
    answer: httpAnswer(sent.status, sent.body),
    summary: { status: sent.status, source: found.source, ...summary },
  };
}

/** Nothing of it is loaded where no source is to be asked for anything. */
async function catchUpNow({ deps, remainingMs }: Invocation<IntakeDeps>, only?: string): Promise<Result> {
  const isAsked = Object.values(deps.sources.book).some(
    (one) => ('api' in one && one.api) || ('poll' in one && one.poll),
  );
  if (!isAsked) return { answer: {}, summary: { trigger: 'timer' } };
  const { catchUp } = await import('../../shared/intake/catch-up.ts');
  const caught = await catchUp(deps, { mayGoOn: () => remainingMs() > reserveMs, only });
  return { answer: caught, summary: { trigger: only === undefined ? 'timer' : 'fetch', ...caught } };
}

type Known = Exclude<ReadWebhook, { kind: 'unknown-source' | 'not-proved' }>;
type Taken = { readonly status: number; readonly body: object; readonly summary?: Record<string, unknown> };

async function take(deps: IntakeDeps, source: string, read: Known): Promise<Taken> {
  switch (read.kind) {
    case 'malformed':
      return { status: 400, body: unread(read.refusal), summary: { code: read.refusal.code } };
    case 'ignored': {
      const other = 'answer' in read ? read.answer : undefined;
      return {
        status: 200,
        body: other ?? { ...nothing, ignored: read.reason },
        summary: { ignored: read.reason },
      };
    }
    case 'waiting': {
      const { keepWaiting } = await import('../../shared/intake/catch-up.ts');
      await keepWaiting(deps.ledger, source, read.proved);
      await deps.fetchSoon?.(source);
      return { status: 202, body: { ...nothing, waiting: 'its form is fetched later' }, summary: { waiting: 1 } };
    }
    case 'message': {
      const received = await receive(deps, undefined, [await meant(deps, read)]);
      return { status: statusOf(received), body: inBoth(received), summary: summaryOf(received) };
    }
  }
}

async function meant({ ledger }: IntakeDeps, read: Extract<Known, { kind: 'message' }>) {
  if (!('seen' in read) || read.seen.length === 0) return read.delivered;
  const { firstMeaning } = await import('../../shared/intake/seen-before.ts');
  return firstMeaning(ledger, read.delivered, read.seen);
}

const notFound = refusal('NOT_FOUND', 'webhooks go to POST /hooks/{source}, a source of sources.yaml');
const notPosted = refusal('METHOD_NOT_ALLOWED', 'send a webhook with POST');
const tooLarge = refusal('PAYLOAD_TOO_LARGE', `a webhook may have ${bodyBytesMax} bytes`);
const compressed = refusal('COMPRESSED_BODY', 'send the body as it is, without Content-Encoding');

/** Every answer is the same object (contract, section 2). */
const nothing: Received = { results: [], taken: 0, repeated: 0, refused: 0, malformed: 0 };

/** Of a body that is no message: what is wrong with all of it stands in the place of its one result, and beside it. */
function unread(wrong: Refusal): object {
  const error = bilingual(wrong);
  return { ...nothing, results: [{ id: null, leaseId: null, state: null, error }], refused: 1, malformed: 1, error };
}

const answer = (status: number, wrong: Refusal): Result => ({
  answer: httpAnswer(status, unread(wrong), status === 405 ? { allow: 'POST' } : {}),
  summary: { status, code: wrong.code },
});

function routeOf({ method, path }: HttpRequest): { source: string } | 404 | 405 {
  const source = /^\/hooks\/([A-Za-z0-9][A-Za-z0-9._-]{0,63})\/?$/.exec(path)?.[1];
  if (source === undefined) return 404;
  return method === 'POST' ? { source } : 405;
}

/** A ticketing system may show its people what it hears. */
const inBoth = (received: Received): Received => ({
  ...received,
  results: received.results.map((one) => (one.error ? { ...one, error: bilingual(one.error) } : one)),
});

function statusOf(received: Received): number {
  if (received.malformed > 0) return 400;
  return received.taken > 0 ? 202 : 200;
}
