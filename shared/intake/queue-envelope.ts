import * as z from 'zod/mini';
import { messageBytesMax } from '../lease/message.ts';
import { firstRefusal, idOf } from '../lease/read-message.ts';
import { type Refusal, refusal } from '../rule/refusal.ts';
import { readStrictJsonValue } from '../runtime/strict-json.ts';
import { isSigned, signedContent, timestampMs } from './signatures.ts';
import type { SigningKey } from './signing-keys.ts';

/** A queue keeps a message for so long at most; a signature that outlives it would only serve replays. */
const agedMaxMs = 7 * 24 * 3600 * 1000;
const aheadMaxMs = 300_000;
/** An id with a whole timestamp in it could be read as a shorter id, another time and another text. */
const ambiguousId = /\.[0-9]{10}\./;

const envelopeSchema = z.strictObject({
  source: z.string().check(z.regex(/^[a-z][a-z0-9-]{0,31}$/)),
  timestamp: z.union([z.string(), z.int()]),
  message: z.string().check(z.maxLength(messageBytesMax)),
  signature: z.string().check(z.maxLength(1024)),
});

/** A message from a queue with its signature (contract section 3), opened but not proved. */
export type Envelope = {
  readonly source: string;
  readonly id: string;
  readonly timestamp: string;
  readonly sentAtMs: number;
  readonly text: string;
  readonly signature: string;
  /** What the text says. Only to be believed once proved. */
  readonly value: unknown;
};

/** A message has an `action`; an envelope has its text. */
export const isEnvelope = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, 'message') && !Object.hasOwn(value, 'action');

/**
 * Opens an envelope. Its id is within the text, so the text must be read before it is proved; it is read strictly,
 * and nothing is done with it.
 */
export function openEnvelope(value: object): Envelope | Refusal {
  const parsed = envelopeSchema.safeParse(value);
  if (!parsed.success) return firstRefusal(parsed.error.issues, value);
  const { source, message: text, signature } = parsed.data;
  const timestamp = String(parsed.data.timestamp);
  const sentAtMs = timestampMs(timestamp);
  if (sentAtMs === undefined)
    return refusal('INVALID_VALUE', 'timestamp must be seconds since 1970, ten digits', '/timestamp');
  if (Buffer.byteLength(text) > messageBytesMax) {
    return refusal('MESSAGE_TOO_LARGE', `a message may have ${messageBytesMax} bytes, not more`, '/message');
  }
  const read = readStrictJsonValue(text);
  if ('code' in read) return read;
  const id = idOf(read.value);
  if (id === null) return refusal('MISSING_FIELD', 'id is missing: it is part of what is signed', '/id');
  if (ambiguousId.test(id))
    return refusal('INVALID_VALUE', 'an id may not contain a timestamp between full stops', '/id');
  return { source, id, timestamp, sentAtMs, text, signature, value: read.value };
}

/** Why an envelope is not believed; undefined when it is. */
export function envelopeProblem(envelope: Envelope, keys: readonly SigningKey[], nowMs: number): Refusal | undefined {
  const { id, timestamp, sentAtMs, text, signature } = envelope;
  if (sentAtMs > nowMs + aheadMaxMs || sentAtMs < nowMs - agedMaxMs) {
    return refusal('STALE_SIGNATURE', 'the signature is older than 7 days or from the future', '/timestamp');
  }
  const isProved = isSigned(signedContent(id, timestamp, Buffer.from(text)), signature, keys);
  return isProved
    ? undefined
    : refusal('BAD_SIGNATURE', 'the signature does not fit the message and its source', '/signature');
}
