import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';

/** One HTTP request, read whole. Signatures need the exact bytes of the body. */
export type WireRequest = {
  readonly method: string;
  readonly path: string;
  readonly query: readonly (readonly [name: string, value: string])[];
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly urlBytes: number;
};

const BODY_BYTES_MAX = 4 * 1024 * 1024;

/** Reads a request to its end. A body that is larger than any sensible batch is cut off. */
export async function readWireRequest(incoming: IncomingMessage): Promise<WireRequest> {
  const url = incoming.url ?? '/';
  const cut = url.indexOf('?');
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of incoming) {
    const buffer = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk));
    bytes += buffer.length;
    if (bytes > BODY_BYTES_MAX) {
      throw new RangeError(`the body is larger than ${BODY_BYTES_MAX} bytes`);
    }
    chunks.push(buffer);
  }
  return {
    method: incoming.method ?? 'GET',
    path: cut < 0 ? url : url.slice(0, cut),
    query: cut < 0 ? [] : [...new URLSearchParams(url.slice(cut + 1))],
    headers: incoming.headers,
    body: Buffer.concat(chunks),
    urlBytes: Buffer.byteLength(url),
  };
}

/** A header's one text; repeated headers are joined as HTTP joins them. */
export function headerOf(request: WireRequest, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value.join(',') : value;
}

/** The fields of a form body; nothing for any other body. */
export function formFields(request: WireRequest): readonly (readonly [string, string])[] {
  const type = headerOf(request, 'content-type') ?? '';
  return type.toLowerCase().startsWith('application/x-www-form-urlencoded')
    ? [...new URLSearchParams(request.body.toString('utf8'))]
    : [];
}

/** Percent-encoding of RFC 3986, as every signature of the vendor wants it. */
export function encodeRfc3986(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** Encoded pairs joined in order of their names: the canonical query of both signatures. */
export function canonicalPairs(pairs: readonly (readonly [string, string])[]): string {
  return [...pairs]
    .sort(([a, x], [b, y]) => compareText(a, b) || compareText(x, y))
    .map(([name, value]) => `${encodeRfc3986(name)}=${encodeRfc3986(value)}`)
    .join('&');
}

function compareText(a: string, b: string): number {
  if (a === b) {
    return 0;
  }
  return a < b ? -1 : 1;
}
