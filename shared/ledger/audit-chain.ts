import { createHash, createHmac } from 'node:crypto';
import type { AuditHead } from '../reconcile/audit-trail.ts';
import type { AuditEntry, AuditRow } from '../reconcile/ledger-rows.ts';
import { canonicalJson } from '../rule/canonical-json.ts';

/** What the first row follows: 32 zero bytes. */
export const genesisHash = '0'.repeat(64);
export const genesis: AuditHead = { n: 0, atMs: 0, hash: genesisHash };

/** `body` is the very text that was hashed: what is stored is what was signed, to the byte. */
export type ChainedRow = { readonly row: AuditRow; readonly body: string };

/** The next link of the chain: SHA-256, or HMAC-SHA-256 under a key, over the previous hash and this row's text. */
export function auditHash(previous: string, body: string, key?: string): string {
  const hash = key === undefined ? createHash('sha256') : createHmac('sha256', key);
  return hash.update(Buffer.from(previous, 'hex')).update(body, 'utf8').digest('hex');
}

/** Links entries to the head, in their order. Time in the chain never runs backwards, whatever the clock did. */
export function chain(head: AuditHead, nowMs: number, entries: readonly AuditEntry[], key?: string): ChainedRow[] {
  const atMs = Math.max(head.atMs, nowMs);
  let { n, hash } = head;
  return entries.map(({ kind, leaseId, actor, data }) => {
    n += 1;
    const body = canonicalJson({ n, atMs, kind, leaseId, actor, data });
    hash = auditHash(hash, body, key);
    return { row: { n, atMs, kind, leaseId, actor, data, hash }, body };
  });
}
