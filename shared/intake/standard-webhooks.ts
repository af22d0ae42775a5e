import { messageBytesMax } from '../lease/message.ts';
import { type Refusal, refusal } from '../rule/refusal.ts';
import { readStrictJsonValue } from '../runtime/strict-json.ts';
import { isSigned, signedContent, timestampMs } from './signatures.ts';
import type { SigningKey } from './signing-keys.ts';

/** Standard Webhooks 1.0: https://www.standardwebhooks.com. */
export type Proof = { readonly id: string; readonly sentAtMs: number };
/** For the log: the sender learns no more than that it did not prove itself. */
export type NotProved = 'MISSING_HEADER' | 'INVALID_HEADER' | 'STALE_TIMESTAMP' | 'BAD_SIGNATURE';

const windowMs = 300_000;
/** No full stop: it parts what is signed, and an id with one could stand for another id and time. */
const idForm = /^[\x21-\x2d\x2f-\x7e]{1,256}$/;

/** Checks a webhook's signature over the raw bytes, before anybody looks into them. Names of headers in lower case. */
export function proveWebhook(
  request: { readonly headers: Readonly<Record<string, string>>; readonly rawBody: Uint8Array },
  keys: readonly SigningKey[],
  nowMs: number,
): Proof | NotProved {
  const { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures } = request.headers;
  if (!id || !timestamp || !signatures) return 'MISSING_HEADER';
  const sentAtMs = timestampMs(timestamp);
  if (sentAtMs === undefined || !idForm.test(id)) return 'INVALID_HEADER';
  if (Math.abs(Math.floor(nowMs / 1000) * 1000 - sentAtMs) > windowMs) return 'STALE_TIMESTAMP';
  return isSigned(signedContent(id, timestamp, request.rawBody), signatures, keys) ? { id, sentAtMs } : 'BAD_SIGNATURE';
}

export type Understood = { readonly value: unknown } | { readonly ignored: string } | Refusal;

/** The message in a proved body `{ type, timestamp, data }`. Events of other types are none of our business. */
export function understand(rawBody: Buffer): Understood {
  const read = readStrictJsonValue(rawBody.toString('utf8'));
  if ('code' in read) return read;
  const body = read.value;
  if (typeof body !== 'object' || body === null || !('type' in body) || typeof body.type !== 'string') {
    return refusal(
      'MISSING_FIELD',
      'type is missing: a webhook is { "type": "lease.requested", "timestamp": …, "data": … }',
      '/type',
    );
  }
  if (body.type !== 'lease.requested') return { ignored: `events of type "${body.type.slice(0, 64)}" are not taken` };
  if (!('data' in body)) return refusal('MISSING_FIELD', 'data is missing: it is the message', '/data');
  if (Buffer.byteLength(JSON.stringify(body.data)) > messageBytesMax) {
    return refusal('MESSAGE_TOO_LARGE', `a message may have ${messageBytesMax} bytes, not more`, '/data');
  }
  return { value: body.data };
}
