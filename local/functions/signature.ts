import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { readAcs3Proof } from '../clouds/wire/acs3-signature.ts';
import { Refusal } from '../clouds/wire/answer.ts';
import type { CredentialRegistry, Identity } from '../clouds/wire/credentials.ts';
import type { Proof } from '../clouds/wire/proof.ts';
import { headerOf, type WireRequest } from '../clouds/wire/wire-request.ts';
import { refusals } from './refusal.ts';

/** Which of the vendor's two schemes a request used, and whose key signed it. */
export type Signer = { readonly scheme: 'ACS3' | 'FC'; readonly accountId: string };

const SKEW_MAX_MS = 15 * 60_000;

/** Throws InvocationRefused, with this service's own codes, unless the request is rightly signed. */
export function verifySignature(request: WireRequest, credentials: CredentialRegistry, nowMs: number): Signer {
  const authorization = headerOf(request, 'authorization');
  if (!authorization) throw refusals.missingHeader('Authorization');
  const scheme = authorization.startsWith('FC ') ? 'FC' : 'ACS3';
  const proof = inOurWords(() => (scheme === 'FC' ? readFcProof(request, authorization) : readAcs3Proof(request)));
  const identity = identify(proof, credentials, nowMs);

  const sentAtMs = Date.parse(proof.timestamp);
  if (Number.isNaN(sentAtMs) || Math.abs(nowMs - sentAtMs) > SKEW_MAX_MS) {
    throw refusals.denied('The date of the request is missing or too far from the time of the server');
  }
  const [given, expected] = [Buffer.from(proof.signature), Buffer.from(proof.sign(identity.accessKeySecret))];
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) throw refusals.wrongSignature();
  return { scheme, accountId: identity.accountId };
}

/** The scheme of 2016: verb, digest, type, date, all `x-fc-` headers and the decoded path; no query. */
function readFcProof(request: WireRequest, authorization: string): Proof {
  const [, accessKeyId, signature] = /^FC ([^:]+):(.+)$/.exec(authorization) ?? [];
  if (!accessKeyId || !signature) throw refusals.denied('The authorization header is malformed');
  const header = (name: string) => headerOf(request, name) ?? '';
  checkMd5(request.body, header('content-md5'));

  const fcHeaders = Object.keys(request.headers)
    .filter((name) => name.startsWith('x-fc-'))
    .sort()
    .map((name) => `${name}:${header(name)}\n`)
    .join('');
  const stringToSign = [
    request.method,
    header('content-md5'),
    header('content-type'),
    header('date'),
    fcHeaders + decodeURIComponent(request.path),
  ].join('\n');
  return {
    accessKeyId,
    securityToken: headerOf(request, 'x-fc-security-token'),
    timestamp: header('date'),
    nonce: '',
    signature,
    stringToSign,
    sign: (secret) => createHmac('sha256', secret).update(stringToSign).digest('base64'),
  };
}

/** The SDK sends the base64 of the digest's hexadecimal text, not of its bytes. */
function checkMd5(body: Buffer, md5: string): void {
  if (md5 === '') return;
  const digest = createHash('md5').update(body).digest('hex');
  if (Buffer.from(digest).toString('base64') !== md5) throw refusals.invalid('content-md5 does not fit the body');
}

function identify(proof: Proof, credentials: CredentialRegistry, nowMs: number): Identity {
  try {
    return credentials.identify(proof.accessKeyId, proof.securityToken, nowMs);
  } catch (thrown) {
    if (thrown instanceof Refusal && thrown.code === 'InvalidAccessKeyId.NotFound') {
      throw refusals.unknownKey(proof.accessKeyId);
    }
    return inOurWords(() => {
      throw thrown;
    });
  }
}

/** The gateway of the other services says the same things with other codes. */
function inOurWords<T>(read: () => T): T {
  try {
    return read();
  } catch (thrown) {
    throw thrown instanceof Refusal ? refusals.denied(thrown.message) : thrown;
  }
}
