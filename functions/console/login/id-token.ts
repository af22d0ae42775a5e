import { createHash } from 'node:crypto';
import type { JWTPayload, JWTVerifyGetKey } from 'jose';

/** Signatures by a key that only the provider has; never `none`, never a secret that we share. */
const algorithms = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
];
const skewSeconds = 30;

export type Expected = {
  readonly issuer: string;
  readonly clientId: string;
  readonly nonce: string;
  readonly accessToken: string | undefined;
  readonly nowMs: number;
};

/** The claims of an ID token (OpenID Connect Core 1.0, section 3.1.3.7), or an error that names what is wrong. */
export async function verifyIdToken(text: string, keys: JWTVerifyGetKey, expected: Expected): Promise<JWTPayload> {
  const { jwtVerify } = await import('jose');
  const { issuer, clientId, nonce, accessToken, nowMs } = expected;
  const { payload, protectedHeader } = await jwtVerify(text, keys, {
    ...{ issuer, audience: clientId, algorithms, clockTolerance: skewSeconds },
    currentDate: new Date(nowMs),
    requiredClaims: ['exp', 'iat', 'sub'],
  });
  if (payload.nonce !== nonce) throw new Error('the ID token is for another log-in: nonce');
  const isForSeveral = Array.isArray(payload.aud) && payload.aud.length > 1;
  if ((isForSeveral || payload.azp !== undefined) && payload.azp !== clientId) {
    throw new Error('the ID token was made for another client: azp');
  }
  if (payload.at_hash !== undefined && payload.at_hash !== halfHash(accessToken ?? '', protectedHeader.alg)) {
    throw new Error('the ID token belongs to another access token: at_hash');
  }
  return payload;
}

/** The left half of a hash, as long as the signature's own (section 3.1.3.6). */
function halfHash(text: string, alg: string): string {
  const bits = /(?:256|384|512)$/.exec(alg)?.[0] ?? '512';
  const hash = createHash(`sha${alg === 'Ed25519' ? '512' : bits}`)
    .update(text, 'ascii')
    .digest();
  return hash.subarray(0, hash.length / 2).toString('base64url');
}
