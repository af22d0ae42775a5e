import { createDecipheriv, createHash, timingSafeEqual } from 'node:crypto';
import type { HookSource } from '../../config/sources-config.ts';
import { readStrictJsonValue } from '../../runtime/strict-json.ts';
import { isSecret } from '../body-signature.ts';
import { own } from '../own.ts';
import { timestampMs } from '../signatures.ts';
import { strictBase64 } from '../signing-keys.ts';
import type { NotProved } from '../standard-webhooks.ts';
import type { Answer, HookRequest, System } from '../system.ts';

type Feishu = Extract<HookSource, { kind: 'feishu' }>;

/**
 * Feishu and Lark. With an Encrypt Key the raw body is signed and holds an encrypted event; without one an event
 * bears only a token, which says nothing about the rest of it. The challenge that tries an address is not signed: it
 * is known by its token or by its encryption, and all that it gets is its own text.
 */
export const feishu: System<Feishu> = {
  async prove(source, request, secrets, nowMs) {
    const [keys, tokens] = await Promise.all([secrets(source.encryptKeys), secrets(source.tokens)]);
    const raw = request.rawBody.toString('utf8');
    const encrypted = own(eventOf(raw), 'encrypt');
    // Whoever has an Encrypt Key set never sends in the clear.
    if (keys.length > 0 && typeof encrypted !== 'string') return 'BAD_SIGNATURE';
    const text = typeof encrypted === 'string' ? keys.flatMap((key) => decrypt(encrypted, key) ?? [])[0] : raw;
    if (text === undefined) return 'BAD_SIGNATURE';
    const event = eventOf(text);
    const token = own(event, 'token') ?? own(own(event, 'header'), 'token');
    if (tokens.length > 0 && !(typeof token === 'string' && isSecret(token, tokens))) return 'BAD_SIGNATURE';
    const wrong = keys.length > 0 && !isChallenge(event) ? signatureProblem(source, request, keys, nowMs) : undefined;
    if (wrong) return wrong;
    const id = own(event, 'uuid') ?? own(own(event, 'header'), 'event_id');
    return { text, deliveryId: typeof id === 'string' ? id : undefined, answer };
  },

  greet(event) {
    return isChallenge(event)
      ? { reason: 'challenge: the address works', answer: { challenge: own(event, 'challenge') } }
      : undefined;
  },

  instanceOf(event) {
    const inner = own(event, 'event');
    const id = own(inner, 'instance_code') ?? own(own(inner, 'object'), 'instance_code');
    return typeof id === 'string' && id !== '' ? id : undefined;
  },

  people: (_event, instance) => ({
    originator: { user_id: own(instance, 'user_id'), open_id: own(instance, 'open_id') },
    timeline: own(instance, 'timeline'),
  }),

  defaults: {
    id: 'event.instance_code || event.object.instance_code',
    requester: 'originator.user_id || originator.open_id',
    by: "timeline[?type == 'PASS' || type == 'REJECT'] | [-1].[user_id, open_id] | not_null([0], [1])",
  },
  idForm: '[A-Za-z0-9-]{8,64}',
};

/** Anything but 200 is sent again. */
const answer = ({ body }: Answer): Answer => ({ status: 200, body });

const isChallenge = (event: unknown): boolean =>
  own(event, 'type') === 'url_verification' && typeof own(event, 'challenge') === 'string';

function eventOf(text: string): unknown {
  const read = readStrictJsonValue(text);
  return 'code' in read ? undefined : read.value;
}

/** SHA-256 over time, nonce, key and body joined without a mark between them: hence the strict forms. */
function signatureProblem(
  { freshSeconds }: Feishu,
  { headers, rawBody }: HookRequest,
  keys: readonly string[],
  nowMs: number,
): NotProved | undefined {
  const {
    'x-lark-request-timestamp': timestamp,
    'x-lark-request-nonce': nonce,
    'x-lark-signature': signature,
  } = headers;
  if (!timestamp || !nonce || !signature) return 'MISSING_HEADER';
  const sentAtMs = timestampMs(timestamp);
  if (sentAtMs === undefined || !/^[A-Za-z0-9._-]{1,128}$/.test(nonce) || !/^[0-9a-f]{64}$/.test(signature))
    return 'INVALID_HEADER';
  if (Math.abs(nowMs - sentAtMs) > freshSeconds * 1000) return 'STALE_TIMESTAMP';
  const given = Buffer.from(signature, 'hex');
  let isProved = false;
  for (const key of keys) {
    const expected = createHash('sha256').update(`${timestamp}${nonce}${key}`).update(rawBody).digest();
    if (timingSafeEqual(expected, given)) isProved = true;
  }
  return isProved ? undefined : 'BAD_SIGNATURE';
}

/** AES-256-CBC under SHA-256 of the key, the first block being the IV; undefined where the key does not fit. */
export function decrypt(encrypted: string, key: string): string | undefined {
  const bytes = strictBase64(encrypted);
  if (!bytes || bytes.length < 32 || bytes.length % 16 !== 0) return undefined;
  try {
    const decipher = createDecipheriv('aes-256-cbc', createHash('sha256').update(key).digest(), bytes.subarray(0, 16));
    return Buffer.concat([decipher.update(bytes.subarray(16)), decipher.final()]).toString('utf8');
  } catch {
    return undefined;
  }
}
