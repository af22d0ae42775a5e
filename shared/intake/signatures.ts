import { type SigningKey, strictBase64 } from './signing-keys.ts';

/** Senders that rotate send two; more than a few are an attempt to make us work. */
const candidatesMax = 5;
const listLengthMax = 1024;

/**
 * Is one of the listed signatures (`v1,<base64> v1a,<base64> …`) by one of the keys over this content? Every
 * candidate is tried with every key, so that the time says nothing about which one fits.
 */
export function isSigned(content: Buffer, list: string, keys: readonly SigningKey[]): boolean {
  if (list.length > listLengthMax) return false;
  let isProved = false;
  for (const candidate of list.split(' ', candidatesMax)) {
    const [, version, encoded = ''] = /^(v1a?),([A-Za-z0-9+/]+={0,2})$/.exec(candidate) ?? [];
    const signature = strictBase64(encoded);
    if (!signature) continue;
    for (const key of keys) {
      if (key.version === version && key.proves(content, signature)) isProved = true;
    }
  }
  return isProved;
}

/** What Standard Webhooks signs. */
export const signedContent = (id: string, timestamp: string, body: Uint8Array): Buffer =>
  Buffer.concat([Buffer.from(`${id}.${timestamp}.`), body]);

/** Whole seconds since 1970, ten digits, nothing else: other spellings are how replays are hidden. */
export function timestampMs(text: string): number | undefined {
  return /^[0-9]{10}$/.test(text) ? Number(text) * 1000 : undefined;
}
