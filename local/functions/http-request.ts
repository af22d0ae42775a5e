import type { IncomingMessage } from 'node:http';
import { refusals } from './refusal.ts';

/** Reads a whole body. A larger one is read to its end and thrown away, so that the answer arrives. */
export async function readBody(request: IncomingMessage, bytesMax: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += (chunk as Buffer).length;
    if (bytes <= bytesMax) chunks.push(chunk as Buffer);
    else chunks.length = 0;
  }
  if (bytes > bytesMax) throw refusals.tooLarge(bytesMax);
  return Buffer.concat(chunks);
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
