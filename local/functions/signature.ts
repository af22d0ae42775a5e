import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { refusals } from './refusal.ts';

export type SignedRequest = {
  readonly method: string;
  /** As it came: path and query, still encoded. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
};

export type Keys = { readonly accessKeyId: string; readonly accessKeySecret: string };

/** Both schemes refuse a request whose date is further off than this. */
const SKEW_MAX_MS = 15 * 60_000;

const ACS3 = /^ACS3-HMAC-SHA256 Credential=([^,]+),\s*SignedHeaders=([^,]+),\s*Signature=([0-9a-f]+)$/;
const FC = /^FC ([^:]+):(.+)$/;

/** Which of the vendor's two schemes a request uses. */
export type Scheme = 'ACS3-HMAC-SHA256' | 'FC';

/** Throws InvocationRefused unless the request is signed with these keys; returns the scheme used. */
export function verifySignature(request: SignedRequest, keys: Keys, nowMs: number): Scheme {
  const authorization = request.headers.authorization;
  if (!authorization) throw refusals.missingHeader('Authorization');

  const acs3 = ACS3.exec(authorization);
  if (acs3) {
    const [, key = '', signedHeaders = '', signature = ''] = acs3;
    checkKey(key, keys);
    checkDate(request, 'x-acs-date', nowMs);
    compare(signature, acs3Signature(request, signedHeaders.split(';'), keys.accessKeySecret));
    return 'ACS3-HMAC-SHA256';
  }

  const [, key = '', signature = ''] = FC.exec(authorization) ?? [];
  if (key === '') throw refusals.denied('The authorization header is malformed');
  checkKey(key, keys);
  checkDate(request, 'date', nowMs);
  compare(signature, fcSignature(request, keys.accessKeySecret));
  return 'FC';
}

function acs3Signature(request: SignedRequest, signedHeaders: string[], secret: string): string {
  const payloadHash = createHash('sha256').update(request.body).digest('hex');
  // The hash is compared through its header: it is signed, and a changed body changes it.
  if (headerOf(request, 'x-acs-content-sha256') !== payloadHash) throw refusals.wrongSignature();
  for (const needed of ['host', 'x-acs-date', 'x-acs-content-sha256']) {
    if (!signedHeaders.includes(needed)) throw refusals.wrongSignature();
  }

  const [path = '/', search = ''] = request.url.split('?', 2);
  const canonicalPath = path.replaceAll('+', '%20').replaceAll('*', '%2A').replaceAll('%7E', '~');
  const headers = signedHeaders.map((name) => `${name}:${headerOf(request, name).trim()}\n`).join('');
  const canonical = [
    request.method,
    canonicalPath,
    canonicalQuery(search),
    headers,
    signedHeaders.join(';'),
    payloadHash,
  ].join('\n');
  const digest = createHash('sha256').update(canonical).digest('hex');
  return createHmac('sha256', secret).update(`ACS3-HMAC-SHA256\n${digest}`).digest('hex');
}

function canonicalQuery(search: string): string {
  return [...new URLSearchParams(search)]
    .sort(([a], [b]) => (a < b ? -1 : Number(a > b)))
    .map(([name, value]) => `${name}=${percentEncode(value)}`)
    .join('&');
}

function percentEncode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** The scheme of 2016: verb, digest, type, date, all `x-fc-` headers and the decoded path; no query. */
function fcSignature(request: SignedRequest, secret: string): string {
  const [path = '/'] = request.url.split('?', 1);
  const fcHeaders = Object.keys(request.headers)
    .filter((name) => name.startsWith('x-fc-'))
    .sort()
    .map((name) => `${name}:${headerOf(request, name)}\n`)
    .join('');
  const md5 = headerOf(request, 'content-md5');
  checkMd5(request.body, md5);
  const text = [
    request.method,
    md5,
    headerOf(request, 'content-type'),
    headerOf(request, 'date'),
    fcHeaders + decodeURIComponent(path),
  ].join('\n');
  return createHmac('sha256', secret).update(text).digest('base64');
}

/** The SDK sends the base64 of the digest's hexadecimal text, not of its bytes. */
function checkMd5(body: Buffer, md5: string): void {
  if (md5 === '') return;
  const digest = createHash('md5').update(body).digest('hex');
  if (Buffer.from(digest).toString('base64') !== md5) throw refusals.invalid('content-md5 does not fit');
}

function checkKey(key: string, keys: Keys): void {
  if (key !== keys.accessKeyId) throw refusals.unknownKey(key);
}

function checkDate(request: SignedRequest, header: string, nowMs: number): void {
  const dateMs = Date.parse(headerOf(request, header));
  if (Number.isNaN(dateMs)) throw refusals.missingHeader(header);
  if (Math.abs(nowMs - dateMs) > SKEW_MAX_MS) {
    throw refusals.denied(`The date of the request is too far from the server's`);
  }
}

function compare(given: string, expected: string): void {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  if (a.length !== b.length || !timingSafeEqual(a, b)) throw refusals.wrongSignature();
}

function headerOf(request: SignedRequest, name: string): string {
  return String(request.headers[name] ?? '');
}
