import type { IncomingMessage } from 'node:http';
import { headerOf, type WireRequest } from '../clouds/wire/wire-request.ts';
import { type InvokeOptions, SYNC_BYTES_MAX } from './invoker.ts';
import { refusals } from './refusal.ts';

/** Reads a request. A body that is too large is read to its end and thrown away, so that the answer arrives. */
export async function readRequest(incoming: IncomingMessage): Promise<WireRequest> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of incoming) {
    bytes += (chunk as Buffer).length;
    if (bytes <= SYNC_BYTES_MAX) chunks.push(chunk as Buffer);
    else chunks.length = 0;
  }
  if (bytes > SYNC_BYTES_MAX) throw refusals.tooLarge(SYNC_BYTES_MAX);

  const url = incoming.url ?? '/';
  const [path = '/', search = ''] = url.split('?', 2);
  return {
    method: incoming.method ?? 'GET',
    path,
    query: [...new URLSearchParams(search)],
    headers: incoming.headers,
    body: Buffer.concat(chunks),
    urlBytes: Buffer.byteLength(url),
  };
}

export type InvocationPath = {
  readonly apiVersion: '2023-03-30' | '2016-08-15';
  readonly functionName: string;
  readonly qualifier: string | undefined;
};

// Names of functions and services need no encoding: letters, digits, `_` and `-`.
const NEW_PATH = /^\/2023-03-30\/functions\/([\w-]+)\/invocations$/;
const OLD_PATH = /^\/2016-08-15\/services\/([\w.-]+)\/functions\/([\w-]+)\/invocations$/;

/** The two forms of an invocation's address. The service of the old one names nothing here. */
export function invocationPath(url: string): InvocationPath | undefined {
  const [path = '/', search = ''] = url.split('?', 2);
  const named = NEW_PATH.exec(path);
  if (named?.[1]) {
    const qualifier = new URLSearchParams(search).get('qualifier') ?? undefined;
    return { apiVersion: '2023-03-30', functionName: named[1], qualifier };
  }
  const old = OLD_PATH.exec(path);
  if (!old?.[1] || !old[2]) return undefined;
  return { apiVersion: '2016-08-15', functionName: old[2], qualifier: old[1].split('.')[1] };
}

/** How an invocation is asked for, in headers. Both generations of the task id's header are understood. */
export function invocationOptions(request: WireRequest, path: InvocationPath): InvokeOptions {
  if (path.qualifier && path.qualifier !== 'LATEST') {
    throw refusals.noSuchQualifier(path.functionName, path.qualifier);
  }
  const type = headerOf(request, 'x-fc-invocation-type') ?? 'Sync';
  if (type !== 'Sync' && type !== 'Async') throw refusals.invalid(`invalid invocation type '${type}'`);
  const logType = headerOf(request, 'x-fc-log-type') ?? 'None';
  if (logType !== 'None' && logType !== 'Tail') throw refusals.invalid(`invalid log type '${logType}'`);
  if (type === 'Sync') return { invocationType: type };

  const delay = headerOf(request, 'x-fc-async-delay');
  const taskId = headerOf(request, 'x-fc-async-task-id') ?? headerOf(request, 'x-fc-stateful-async-invocation-id');
  return {
    invocationType: type,
    // What is no plain number becomes NaN, which the invoker refuses.
    ...(delay === undefined ? {} : { delaySeconds: /^\d+$/.test(delay) ? Number(delay) : Number.NaN }),
    ...(taskId === undefined ? {} : { taskId }),
  };
}
