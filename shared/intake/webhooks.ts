import { idOf } from '../lease/read-message.ts';
import type { Delivered } from '../reconcile/receive.ts';
import type { Refusal } from '../rule/refusal.ts';
import { notAllowed } from './allowed.ts';
import { keysOf, type Sources, sourceOf } from './sources.ts';
import { proveWebhook, understand } from './standard-webhooks.ts';

export type ReadWebhook =
  | { readonly kind: 'unknown-source' }
  /** The code is for the log: whoever guesses learns nothing. */
  | { readonly kind: 'not-proved'; readonly code: string }
  | { readonly kind: 'malformed'; readonly refusal: Refusal }
  | { readonly kind: 'ignored'; readonly reason: string }
  /** A message, or why this source may not ask for it. */
  | { readonly kind: 'message'; readonly delivered: Delivered };

export type WebhookRequest = { readonly headers: Readonly<Record<string, string>>; readonly rawBody: Buffer };

/**
 * Reads what arrived at /hooks/{name}: proved on the raw bytes first, understood after. Throws SECRET_UNAVAILABLE,
 * which another try may mend.
 */
export async function readWebhook(
  sources: Sources,
  name: string,
  request: WebhookRequest,
  nowMs: number,
): Promise<ReadWebhook> {
  const source = sourceOf(sources.book, name);
  if (source?.kind !== 'standard-webhooks') return { kind: 'unknown-source' };
  const keys = await keysOf(source, sources.secrets);
  // A source without its secret can prove nobody.
  if ('code' in keys) return { kind: 'not-proved', code: keys.code };
  const proof = proveWebhook(request, keys, nowMs);
  if (typeof proof === 'string') return { kind: 'not-proved', code: proof };
  const understood = understand(request.rawBody);
  if ('code' in understood) return { kind: 'malformed', refusal: understood };
  if ('ignored' in understood) return { kind: 'ignored', reason: understood.ignored };
  const { value } = understood;
  const wrong = notAllowed(name, source, value);
  const delivered: Delivered = wrong
    ? { refusal: wrong, id: idOf(value), source: name }
    : { source: name, reach: 'own', value };
  return { kind: 'message', delivered };
}
