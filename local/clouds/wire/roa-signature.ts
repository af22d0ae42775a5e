import { createHash, createHmac } from 'node:crypto';
import { Refusal } from './answer.ts';
import type { Proof } from './proof.ts';
import { headerOf, type WireRequest } from './wire-request.ts';

/**
 * Reads the older signature of resource-style calls: `authorization: acs KEY:SIGNATURE` (HMAC-SHA1). The body is
 * under it only through `content-md5`, which some clients leave out.
 */
export function readRoaProof(request: WireRequest): Proof {
  const [, accessKeyId, signature] = /^acs ([^:\s]+):(\S+)$/.exec(headerOf(request, 'authorization') ?? '') ?? [];
  const nonce = headerOf(request, 'x-acs-signature-nonce');
  if (!accessKeyId || !signature || !nonce) {
    throw new Refusal(
      400,
      'IncompleteSignature',
      'The request signature does not conform to Aliyun standards. Send authorization: acs KEY:SIGNATURE and x-acs-signature-nonce.',
    );
  }
  checkMd5(request);
  const stringToSign = [
    request.method,
    ...['accept', 'content-md5', 'content-type', 'date'].map((name) => headerOf(request, name) ?? ''),
    canonicalHeaders(request) + canonicalResource(request),
  ].join('\n');
  return {
    accessKeyId,
    securityToken: headerOf(request, 'x-acs-security-token'),
    timestamp: isoDate(headerOf(request, 'date') ?? ''),
    nonce,
    signature,
    stringToSign,
    sign: (secret) => createHmac('sha1', secret).update(stringToSign).digest('base64'),
  };
}

function checkMd5(request: WireRequest): void {
  const claimed = headerOf(request, 'content-md5');
  if (claimed && claimed !== createHash('md5').update(request.body).digest('base64')) {
    throw new Refusal(400, 'ContentMD5NotMatched', 'The header content-md5 does not fit the body.');
  }
}

function canonicalHeaders(request: WireRequest): string {
  return Object.keys(request.headers)
    .filter((name) => name.startsWith('x-acs-'))
    .sort()
    .map((name) => `${name}:${(headerOf(request, name) ?? '').trim()}\n`)
    .join('');
}

/** The path and the sorted query, both as they were before they were encoded. */
function canonicalResource(request: WireRequest): string {
  const query = [...request.query].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, value]) => `${name}=${value}`);
  return query.length === 0 ? request.path : `${request.path}?${query.join('&')}`;
}

/** The date of HTTP in the form that other signatures use; what is no date stays as it is, and is refused for it. */
function isoDate(text: string): string {
  const atMs = Date.parse(text);
  return Number.isNaN(atMs) ? text : `${new Date(atMs).toISOString().slice(0, 19)}Z`;
}
