import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/**
 * HMAC-SHA-256 over a body, in hexadecimal after `sha256=`: X-Hub-Signature of WebSub (Jira), X-Hub-Signature-256
 * (GitHub). Every key is tried, so that the time says nothing about which one fits.
 */
export function isHubSigned(rawBody: Buffer, header: string, keys: readonly string[]): boolean {
  const hex = /^sha256=([0-9a-f]{64})$/.exec(header)?.[1];
  if (hex === undefined) return false;
  return isMacOf(
    rawBody,
    Buffer.from(hex, 'hex'),
    keys.map((key) => Buffer.from(key)),
  );
}

/** The same for a code that was read already, from whatever form. */
export function isMacOf(rawBody: Buffer, mac: Buffer, keys: readonly Buffer[]): boolean {
  let isProved = false;
  for (const key of keys) {
    const expected = createHmac('sha256', key).update(rawBody).digest();
    if (mac.length === expected.length && timingSafeEqual(mac, expected)) isProved = true;
  }
  return isProved;
}

/** Is this one of the secrets? Digests are compared, because texts of different lengths cannot be in constant time. */
export function isSecret(given: string, secrets: readonly string[]): boolean {
  let isProved = false;
  for (const secret of secrets) {
    if (timingSafeEqual(digest(given), digest(secret))) isProved = true;
  }
  return isProved;
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
