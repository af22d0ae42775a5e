import { createHash, createHmac } from 'node:crypto';
import type { Credentials } from '../runtime/credentials.ts';

export type OssCall = {
  readonly method: 'PUT' | 'GET';
  readonly bucket: string;
  /** Without a slash at its beginning; empty for the bucket itself. */
  readonly key: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
};
type Signing = { readonly credentials: Credentials; readonly region: string; readonly nowMs: number };

const algorithm = 'OSS4-HMAC-SHA256';
/** The service takes no other: a body is bound by its Content-MD5. */
const unsigned = 'UNSIGNED-PAYLOAD';

/**
 * The headers of a call with its signature, version 4 of Object Storage Service ("Include a V4 signature in the
 * Authorization header"). Written here because the vendor's client brings ninety packages for two calls; what it
 * signs is what this signs, which a test holds against it.
 */
export function signedHeaders(call: OssCall, { credentials, region, nowMs }: Signing): Record<string, string> {
  const { accessKeyId, accessKeySecret, securityToken } = credentials;
  const stamp = new Date(nowMs).toISOString().replaceAll(/[-:]|\.\d+/g, '');
  const date = stamp.slice(0, 8);
  const token = securityToken ? { 'x-oss-security-token': securityToken } : {};
  const headers = { ...call.headers, 'x-oss-date': stamp, 'x-oss-content-sha256': unsigned, ...token };
  const scope = [date, region, 'oss', 'aliyun_v4_request'];
  const text = [algorithm, stamp, scope.join('/'), sha256(canonicalRequest({ ...call, headers }))].join('\n');
  const key = scope.reduce((last: string | Buffer, part) => hmac(last, part), `aliyun_v4${accessKeySecret}`);
  const signature = hmac(key, text).toString('hex');
  const authorization = `${algorithm} Credential=${accessKeyId}/${scope.join('/')},Signature=${signature}`;
  return { ...headers, authorization };
}

/** As it goes into the address as well: the service signs what it is asked. */
export const queryOf = (query: OssCall['query']): string =>
  sorted(query)
    .map(([name, value]) => (value === '' ? encoded(name) : `${encoded(name)}=${encoded(value)}`))
    .join('&');
export const pathOf = (key: string): string => `/${key.split('/').map(encoded).join('/')}`;

function canonicalRequest({ method, bucket, key, query, headers }: OssCall): string {
  const lowered = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  const isSigned = (name: string) => name.startsWith('x-oss-') || name === 'content-type' || name === 'content-md5';
  const lines = sorted(lowered).flatMap(([name, value]) => (isSigned(name) ? [`${name}:${value.trim()}\n`] : []));
  return [method, `/${bucket}${pathOf(key)}`, queryOf(query), lines.join(''), '', unsigned].join('\n');
}

const sorted = (values: Readonly<Record<string, string>>) =>
  Object.entries(values).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
const encoded = (text: string): string =>
  encodeURIComponent(text).replaceAll(/[!'()*]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`);
const sha256 = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex');
const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text, 'utf8').digest();
