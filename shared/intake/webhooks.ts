import { idOf } from '../lease/read-message.ts';
import type { Delivered } from '../reconcile/receive.ts';
import type { Refusal } from '../rule/refusal.ts';
import { AppError } from '../runtime/app-error.ts';
import { parseSecretReference } from '../runtime/secret-reference.ts';
import type { SecretReader } from '../runtime/secrets.ts';
import { notAllowed } from './allowed.ts';
import type { InstanceReader } from './instance-reader.ts';
import type { ReadHook } from './read-hook.ts';
import { keysOf, type Sources, sourceOf } from './sources.ts';
import { proveWebhook, understand } from './standard-webhooks.ts';
import type { Answer, HookRequest, ReadSecrets } from './system.ts';

export type ReadWebhook =
  | { readonly kind: 'unknown-source' }
  /** The code is for the log: whoever guesses learns nothing. */
  | { readonly kind: 'not-proved'; readonly code: string }
  | { readonly kind: 'malformed'; readonly refusal: Refusal; readonly form: Form }
  | { readonly kind: 'ignored'; readonly reason: string; readonly form: Form }
  /** A message, or why this source may not ask for it. */
  | { readonly kind: 'message'; readonly delivered: Delivered; readonly form: Form }
  | Exclude<ReadHook, { readonly kind: 'not-proved' }>;

/** Makes our answer the one that the sender expects. */
type Form = (ours: Answer) => Answer;
const ours: Form = (answer) => answer;

/** Everyone who may speak, and where the forms are read that their events leave out. */
export type HookSources = Sources & { readonly instances: InstanceReader };

/**
 * Reads what arrived at /hooks/{name}: proved on the raw bytes first, understood after. Throws SECRET_UNAVAILABLE,
 * which another try may mend.
 */
export async function readWebhook(
  sources: HookSources,
  name: string,
  request: HookRequest,
  nowMs: number,
): Promise<ReadWebhook> {
  const source = sourceOf(sources.book, name);
  if (source?.kind === 'standard-webhooks') return readStandard(sources, name, source, request, nowMs);
  if (!source || !('events' in source)) return { kind: 'unknown-source' };
  // With the first webhook that needs it: JMESPath and what reads each system.
  const { readHook } = await import('./read-hook.ts');
  try {
    return await readHook({ ...sources, secrets: secretsOf(sources.secrets) }, name, source, request, nowMs);
  } catch (error) {
    // A source without its secret can prove nobody.
    if (error instanceof AppError && !error.retryable) return { kind: 'not-proved', code: error.code };
    throw error;
  }
}

const secretsOf =
  (secrets: SecretReader): ReadSecrets =>
  async (names = []) =>
    (await secrets.read(names.map(parseSecretReference))).map((one) => one.reveal());

async function readStandard(
  sources: Sources,
  name: string,
  source: NonNullable<ReturnType<typeof sourceOf>>,
  request: HookRequest,
  nowMs: number,
): Promise<ReadWebhook> {
  const keys = await keysOf(source, sources.secrets);
  if ('code' in keys) return { kind: 'not-proved', code: keys.code };
  const proof = proveWebhook(request, keys, nowMs);
  if (typeof proof === 'string') return { kind: 'not-proved', code: proof };
  const understood = understand(request.rawBody);
  if ('code' in understood) return { kind: 'malformed', refusal: understood, form: ours };
  if ('ignored' in understood) return { kind: 'ignored', reason: understood.ignored, form: ours };
  const { value } = understood;
  const wrong = notAllowed(name, source, value);
  const delivered: Delivered = wrong
    ? { refusal: wrong, id: idOf(value), source: name }
    : { source: name, reach: 'own', value };
  return { kind: 'message', delivered, form: ours };
}
