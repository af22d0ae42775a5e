import { httpAnswer } from '../../shared/events/http-answer.ts';
import { type HttpRequest, readHttpEvent } from '../../shared/events/http-event.ts';
import type { Invocation, Result } from '../../shared/runtime/define-handler.ts';
import type { ConsoleApp } from './console-app.ts';

/** Answers one HTTP event of Function Compute with the app. */
export async function serveConsole({ deps: app, event }: Invocation<ConsoleApp>): Promise<Result> {
  const request = readHttpEvent(event);
  if ('code' in request) return { answer: httpAnswer(400, { error: request }), summary: { status: 400 } };
  const response = await app.fetch(fetchRequest(request));
  const body = Buffer.from(await response.arrayBuffer());
  const answer = httpAnswer(response.status, body, Object.fromEntries(response.headers));
  return { answer, summary: { status: response.status, method: request.method, path: request.path } };
}

function fetchRequest({ method, rawPath, query, headers, rawBody }: HttpRequest): Request {
  const url = new URL(`http://${headers.host ?? 'console'}${rawPath}`);
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  const hasBody = method !== 'GET' && method !== 'HEAD' && rawBody.length > 0;
  // What describes the transport to the platform does not describe this request.
  const kept = Object.entries(headers).filter(
    ([name]) => !['connection', 'content-length', 'transfer-encoding', 'host'].includes(name),
  );
  return new Request(url, {
    method,
    headers: Object.fromEntries(kept),
    ...(hasBody ? { body: new Uint8Array(rawBody) } : {}),
  });
}
