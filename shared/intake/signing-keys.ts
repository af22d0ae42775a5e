import { createHmac, createPrivateKey, createPublicKey, type KeyObject, timingSafeEqual, verify } from 'node:crypto';
import { AppError } from '../runtime/app-error.ts';
import type { Secret } from '../runtime/secret.ts';

/** What a sender's secret can do here: prove one signature of its kind over some bytes. */
export type SigningKey = { readonly version: 'v1' | 'v1a'; proves(content: Buffer, signature: Buffer): boolean };

const hmacBytes = { min: 24, max: 64 };
/** DER wrappings (RFC 8410) of a raw ed25519 key: Node.js takes no raw ones. */
const publicPrefix = Buffer.from('302a300506032b6570032100', 'hex');
const privatePrefix = Buffer.from('302e020100300506032b657004220420', 'hex');

/**
 * Reads a secret in the forms of Standard Webhooks: `whsec_` (HMAC, 24 to 64 bytes), `whpk_` (an ed25519 public
 * key), `whsk_` (its private half, from which the public one follows). Throws INVALID_SECRET.
 */
export function signingKey(secret: Secret): SigningKey {
  const text = secret.reveal();
  const [, kind, encoded = ''] = /^(whsec|whpk|whsk)_(.+)$/.exec(text) ?? [];
  const bytes = strictBase64(encoded);
  if (bytes && kind === 'whsec' && bytes.length >= hmacBytes.min && bytes.length <= hmacBytes.max)
    return hmacKey(bytes);
  if (bytes && kind === 'whpk' && bytes.length === 32) return ed25519Key(publicKey(bytes));
  // Libraries write the private key alone, or the public one behind it.
  if (bytes && kind === 'whsk' && (bytes.length === 32 || bytes.length === 64))
    return ed25519Key(publicOf(bytes.subarray(0, 32)));
  const forms = `whsec_ with ${hmacBytes.min} to ${hmacBytes.max} bytes in base64, or whpk_ with a public ed25519 key`;
  throw new AppError('INVALID_SECRET', `a webhook secret has not the form ${forms}`);
}

/** The bytes of canonical base64 (RFC 4648, with padding); undefined for every other spelling of them. */
export function strictBase64(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64');
  return bytes.length > 0 && bytes.toString('base64') === text ? bytes : undefined;
}

function hmacKey(key: Buffer): SigningKey {
  return {
    version: 'v1',
    proves(content, signature) {
      const expected = createHmac('sha256', key).update(content).digest();
      return signature.length === expected.length && timingSafeEqual(signature, expected);
    },
  };
}

function ed25519Key(key: KeyObject): SigningKey {
  return {
    version: 'v1a',
    proves: (content, signature) => signature.length === 64 && verify(null, content, key, signature),
  };
}

const publicKey = (raw: Buffer): KeyObject =>
  createPublicKey({ key: Buffer.concat([publicPrefix, raw]), format: 'der', type: 'spki' });

const publicOf = (seed: Buffer): KeyObject =>
  createPublicKey(createPrivateKey({ key: Buffer.concat([privatePrefix, seed]), format: 'der', type: 'pkcs8' }));
