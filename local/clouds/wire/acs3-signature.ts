import { createHash, createHmac } from 'node:crypto';
import { Refusal } from './answer.ts';
import type { Proof } from './proof.ts';
import { canonicalPairs, headerOf, type WireRequest } from './wire-request.ts';

const ALGORITHM = 'ACS3-HMAC-SHA256';

/** Without these under the signature, a captured one could be moved to another call. */
const SIGNED_ALWAYS = [
  'host',
  'x-acs-action',
  'x-acs-content-sha256',
  'x-acs-date',
  'x-acs-signature-nonce',
  'x-acs-version',
];

/** Reads the header signature that today's SDKs make (ACS3-HMAC-SHA256). */
export function readAcs3Proof(request: WireRequest): Proof {
  const authorization = headerOf(request, 'authorization') ?? '';
  const parts = /^(\S+) +Credential=([^,]*), *SignedHeaders=([^,]*), *Signature=([0-9a-fA-F]+)$/.exec(authorization);
  const [, algorithm, accessKeyId, signedList, signature] = parts ?? [];
  if (algorithm !== ALGORITHM || !accessKeyId || !signedList || !signature) {
    throw incomplete(
      'The header Authorization is not of the form ACS3-HMAC-SHA256 Credential=…,SignedHeaders=…,Signature=….',
    );
  }
  const signedHeaders = signedList.toLowerCase().split(';');
  const unsigned = SIGNED_ALWAYS.filter((name) => !signedHeaders.includes(name) || !headerOf(request, name));
  if (unsigned.length > 0) {
    throw incomplete(`These headers must be sent and signed: ${unsigned.join(', ')}.`);
  }

  const canonical = canonicalRequest(request, signedHeaders);
  const stringToSign = `${ALGORITHM}\n${createHash('sha256').update(canonical).digest('hex')}`;
  return {
    accessKeyId,
    securityToken: headerOf(request, 'x-acs-security-token'),
    timestamp: headerOf(request, 'x-acs-date') ?? '',
    nonce: headerOf(request, 'x-acs-signature-nonce') ?? '',
    signature: signature.toLowerCase(),
    stringToSign,
    sign: (secret) => createHmac('sha256', secret).update(stringToSign).digest('hex'),
  };
}

/** The body's own hash is taken, not the one that the header claims: a changed body must not pass. */
function canonicalRequest(request: WireRequest, signedHeaders: readonly string[]): string {
  const payload = createHash('sha256').update(request.body).digest('hex');
  const headers = [...signedHeaders].sort().map((name) => `${name}:${(headerOf(request, name) ?? '').trim()}\n`);
  return [
    request.method,
    request.path || '/',
    canonicalPairs(request.query),
    headers.join(''),
    signedHeaders.join(';'),
    payload,
  ].join('\n');
}

function incomplete(why: string): Refusal {
  return new Refusal(400, 'IncompleteSignature', `The request signature does not conform to Aliyun standards. ${why}`);
}
