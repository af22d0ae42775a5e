import type { Source, SourceBook } from '../config/sources-config.ts';
import { idOf } from '../lease/read-message.ts';
import type { Delivered } from '../reconcile/receive.ts';
import { type Refusal, refusal } from '../rule/refusal.ts';
import { AppError } from '../runtime/app-error.ts';
import { parseSecretReference } from '../runtime/secret-reference.ts';
import type { SecretReader } from '../runtime/secrets.ts';
import { notAllowed } from './allowed.ts';
import { envelopeProblem, isEnvelope, openEnvelope } from './queue-envelope.ts';
import { type SigningKey, signingKey } from './signing-keys.ts';

/** Everyone who may speak, and what it takes to know them. */
export type Sources = {
  readonly book: SourceBook;
  readonly secrets: SecretReader;
  /** On somebody's own machine messages need no signature. */
  readonly isLocal: boolean;
};

/** What reaches a hand by queue or invocation and names no other source. */
const queueName = 'queue';

/**
 * Whose is this element of a delivery? The trust rule of contract section 3: a signed envelope belongs to the queue
 * that it names; anything unsigned belongs to `queue`, if that queue's writers are all trusted. Throws only what
 * another try could mend: SECRET_UNAVAILABLE.
 */
export async function authenticate(value: unknown, sources: Sources, nowMs: number): Promise<Delivered> {
  return isEnvelope(value) ? ofEnvelope(value, sources, nowMs) : ofUnsigned(value, sources);
}

function ofUnsigned(value: unknown, { book, isLocal }: Sources): Delivered {
  const source = sourceOf(book, queueName);
  const refuse = (why: Refusal): Delivered => ({ refusal: why, id: idOf(value), source: queueName });
  if (source?.kind !== 'queue')
    return refuse(refusal('UNKNOWN_SOURCE', 'sources.yaml has no source "queue" of kind queue'));
  if (!isLocal && source.trust !== 'everyone-who-can-write') {
    const sentence =
      'the message is not signed: send { source, timestamp, message, signature }, or trust all writers of the queue in sources.yaml';
    return refuse(refusal('UNSIGNED_MESSAGE', sentence));
  }
  const wrong = notAllowed(queueName, source, value);
  return wrong ? refuse(wrong) : { source: queueName, reach: 'own', value };
}

async function ofEnvelope(value: object, sources: Sources, nowMs: number): Promise<Delivered> {
  const envelope = openEnvelope(value);
  if ('code' in envelope) return { refusal: envelope, id: null, source: queueName };
  const { source: name, id } = envelope;
  const source = sourceOf(sources.book, name);
  if (source?.kind !== 'queue') {
    return {
      refusal: refusal('UNKNOWN_SOURCE', `sources.yaml has no source "${name}" of kind queue`, '/source'),
      id,
      source: queueName,
    };
  }
  const keys = await keysOf(source, sources.secrets);
  const wrong =
    'code' in keys ? keys : (envelopeProblem(envelope, keys, nowMs) ?? notAllowed(name, source, envelope.value));
  return wrong ? { refusal: wrong, id, source: name } : { source: name, reach: 'own', value: envelope.value };
}

export const sourceOf = (book: SourceBook, name: string): Source | undefined =>
  Object.hasOwn(book, name) ? book[name] : undefined;

/**
 * The keys of a source, read anew each time, because a rotated secret must count without a restart; the reader keeps
 * them. A secret that is missing or no secret refuses this source's messages and nobody else's.
 */
export async function keysOf(source: Source, secrets: SecretReader): Promise<readonly SigningKey[] | Refusal> {
  const references = 'secrets' in source ? (source.secrets ?? []) : [];
  try {
    return (await secrets.read(references.map(parseSecretReference))).map(signingKey);
  } catch (error) {
    if (!(error instanceof AppError) || error.retryable) throw error;
    return refusal(error.code, error.message);
  }
}
