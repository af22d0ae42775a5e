import { createHash } from 'node:crypto';
import type { AnchorStore, KeptAnchor } from '../reconcile/anchor-port.ts';
import type { AuditHead } from '../reconcile/audit-trail.ts';
import { AppError } from '../runtime/app-error.ts';
import type { Credentials } from '../runtime/credentials.ts';
import { type OssCall, pathOf, queryOf, signedHeaders } from './oss-signature.ts';

export type OssAnchorOptions = {
  readonly bucket: string;
  /** What every key begins with: empty, or with a slash at its end. */
  readonly prefix: string;
  readonly region: string;
  /** With its scheme. A host that is a number has the bucket in the path, others before their name. */
  readonly endpoint: string;
  /** Asked before every call: a warm instance outlives its credentials. */
  readonly credentials: () => Credentials;
  readonly nowMs: () => number;
};

const timeoutMs = 10_000;
/** Forty days of hours; a trail of years is some tens of pages. */
const pageSize = 1_000;
const pagesMax = 1_000;
/** The number is filled up, so that names sort as rows do. */
const nameForm = /^(\d{15})-(\d{13})-([0-9a-f]{64})\.json$/;

/**
 * Heads as objects of a bucket, one each. A name says all that its object does, so that listing names reads every
 * anchor; none is ever written twice. That nobody can delete them is the bucket's part: give it a retention policy.
 */
export class OssAnchors implements AnchorStore {
  readonly #options: OssAnchorOptions;

  constructor(options: OssAnchorOptions) {
    this.#options = options;
  }

  async keep(head: AuditHead): Promise<void> {
    const body = JSON.stringify({ n: head.n, hash: head.hash, at: new Date(head.atMs).toISOString() });
    const headers = {
      'content-type': 'application/json',
      'content-md5': createHash('md5').update(body).digest('base64'),
      'x-oss-forbid-overwrite': 'true',
    };
    const key = `${this.#options.prefix}${nameOf(head)}`;
    const { status, text } = await this.#call('ANCHOR_NOT_KEPT', { method: 'PUT', key, query: {}, headers }, body);
    const isKept = status === 200 || (status === 409 && codeOf(text) === 'FileAlreadyExists');
    if (!isKept) throw refused('ANCHOR_NOT_KEPT', status, text);
  }

  async kept(): Promise<readonly KeptAnchor[]> {
    const anchors: KeptAnchor[] = [];
    let after: string | undefined;
    for (let page = 0; page < pagesMax; page += 1) {
      const { names, next } = await this.#page(after);
      anchors.push(...names.flatMap((name) => anchorOf(name)));
      if (next === undefined) return anchors;
      after = next;
    }
    throw new AppError('ANCHORS_NOT_READ', 'the list of kept anchors does not end');
  }

  async #page(after: string | undefined) {
    const { prefix } = this.#options;
    const more = after === undefined ? {} : { 'continuation-token': after };
    const query = { 'list-type': '2', prefix, 'max-keys': String(pageSize), ...more };
    const { status, text } = await this.#call('ANCHORS_NOT_READ', { method: 'GET', key: '', query, headers: {} });
    if (status !== 200 || !text.includes('<ListBucketResult')) throw refused('ANCHORS_NOT_READ', status, text);
    const keys = [...text.matchAll(/<Key>([^<]*)<\/Key>/g)].map(([, key = '']) => key.slice(prefix.length));
    const isMore = /<IsTruncated>true<\/IsTruncated>/.test(text);
    const next = /<NextContinuationToken>([^<]+)<\/NextContinuationToken>/.exec(text)?.[1];
    if (isMore && next === undefined) throw refused('ANCHORS_NOT_READ', status, text);
    return { names: keys, next: isMore ? next : undefined };
  }

  async #call(code: string, wanted: Omit<OssCall, 'bucket'>, body?: string) {
    const { bucket, endpoint, region, credentials, nowMs } = this.#options;
    const headers = signedHeaders({ ...wanted, bucket }, { credentials: credentials(), region, nowMs: nowMs() });
    const query = queryOf(wanted.query);
    const address = `${placeOf(endpoint, bucket)}${pathOf(wanted.key)}${query === '' ? '' : `?${query}`}`;
    try {
      const signal = AbortSignal.timeout(timeoutMs);
      const init = { method: wanted.method, headers, signal, ...(body === undefined ? {} : { body }) };
      const response = await fetch(address, init);
      return { status: response.status, text: await response.text() };
    } catch (cause) {
      throw new AppError(code, 'Object Storage Service gave no answer', { cause, retryable: true });
    }
  }
}

const nameOf = ({ n, atMs, hash }: AuditHead): string =>
  `${String(n).padStart(15, '0')}-${String(atMs).padStart(13, '0')}-${hash}.json`;

/** What somebody else put there is no anchor. */
function anchorOf(name: string): readonly KeptAnchor[] {
  const [, n, atMs, hash] = nameForm.exec(name) ?? [];
  return hash === undefined ? [] : [{ n: Number(n), atMs: Number(atMs), hash }];
}

function placeOf(endpoint: string, bucket: string): string {
  const url = new URL(endpoint);
  const isNumber = /^[\d.]+$|^\[/.test(url.hostname);
  return isNumber ? `${url.origin}/${bucket}` : `${url.protocol}//${bucket}.${url.host}`;
}

const codeOf = (text: string): string | undefined => /<Code>([\w.]+)<\/Code>/.exec(text)?.[1];

const refused = (code: string, status: number, text: string): AppError =>
  new AppError(code, `Object Storage Service said no: ${codeOf(text) ?? 'no code'} (${status})`);
