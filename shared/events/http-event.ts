import * as z from 'zod/mini';
import { type Refusal, refusal } from '../rule/refusal.ts';
import { textOfBytes } from './text.ts';

/** A request as an HTTP trigger of FC 3.0 hands it over. */
export type HttpRequest = {
  readonly method: string;
  /** As it was written, percent signs and all. */
  readonly rawPath: string;
  /** Decoded; begins with a slash. */
  readonly path: string;
  /** Repeated ones come joined by commas. */
  readonly query: Readonly<Record<string, string>>;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** The bytes that a sender signed. */
  readonly rawBody: Buffer;
  readonly sourceIp?: string | undefined;
};

const text = z.union([z.string(), z.number(), z.boolean()]);
const texts = z.record(z.string(), z.union([text, z.array(text)]));
// Loose: the platform adds fields as it likes.
const httpEvent = z.object({
  version: z.literal('v1'),
  rawPath: z.string(),
  headers: z.optional(z.nullable(texts)),
  queryParameters: z.optional(z.nullable(texts)),
  body: z.optional(z.nullable(z.string())),
  isBase64Encoded: z.optional(z.nullable(z.boolean())),
  requestContext: z.object({
    http: z.object({ method: z.string(), path: z.optional(z.string()), sourceIp: z.optional(z.string()) }),
  }),
});

/** Reads the event of an HTTP trigger (version v1). Never throws. */
export function readHttpEvent(event: Buffer): HttpRequest | Refusal {
  const parsed = httpEvent.safeParse(jsonOf(event));
  if (!parsed.success) return refusal('NOT_AN_HTTP_EVENT', 'this is not the event of an HTTP trigger');
  const { rawPath, headers, queryParameters, body, isBase64Encoded, requestContext } = parsed.data;
  const { method, path, sourceIp } = requestContext.http;
  return {
    method: method.toUpperCase(),
    rawPath,
    path: path ?? decoded(rawPath),
    query: Object.fromEntries(Object.entries(queryParameters ?? {}).map(([name, value]) => [name, String(value)])),
    headers: lowerCase(headers ?? {}),
    rawBody: Buffer.from(body ?? '', isBase64Encoded ? 'base64' : 'utf8'),
    sourceIp,
  };
}

function jsonOf(event: Buffer): unknown {
  try {
    return JSON.parse(textOfBytes(event) ?? '');
  } catch {
    return undefined;
  }
}

/** Two spellings of one name are one header twice, and are joined as the platform joins those. */
function lowerCase(headers: Readonly<Record<string, unknown>>): Record<string, string> {
  const lower = new Map<string, string>();
  for (const [name, value] of Object.entries(headers)) {
    const key = name.toLowerCase();
    const before = lower.get(key);
    lower.set(key, before === undefined ? String(value) : `${before},${value}`);
  }
  return Object.fromEntries(lower);
}

function decoded(rawPath: string): string {
  try {
    return decodeURIComponent(rawPath);
  } catch {
    return rawPath;
  }
}
