import type { AuditAnchor, AuditHead, AuditVerdict } from '../reconcile/audit-trail.ts';
import { auditHash, genesisHash } from './audit-chain.ts';

/** One row as it is stored. */
export type StoredLink = { readonly n: number; readonly body: string; readonly hash: string };

/**
 * Goes along a chain row by row: `add` each in its order, then `finish`. Each row may bear any of the keys, because
 * instances that still hold the old one write beside those that have the new one while a key is changed. Rows without
 * a key count only up to the last anchor: that is what a chain from before its first key is proved by, and whoever
 * lacks the key could write any others.
 */
export class ChainCheck {
  #rows = 0;
  #hash = genesisHash;
  #bad: AuditVerdict['reason'];
  readonly #keys: readonly string[];
  readonly #anchors = new Map<number, Set<string>>();
  readonly #lastAnchor: number;
  #likely: string | undefined;

  constructor(keys: readonly string[], anchors: readonly AuditAnchor[] = []) {
    this.#keys = keys;
    for (const { n, hash } of anchors) this.#anchors.set(n, (this.#anchors.get(n) ?? new Set()).add(hash));
    this.#lastAnchor = Math.max(0, ...this.#anchors.keys());
    this.#likely = keys.at(-1);
  }

  /** False from the first row on that is not as it was written. */
  add({ n, body, hash }: StoredLink): boolean {
    if (this.#bad !== undefined) return false;
    const isNext = n === this.#rows + 1 && this.#fits(n, body, hash);
    if (!isNext) return this.#fail('row');
    const anchored = this.#anchors.get(n);
    if (anchored && (anchored.size > 1 || !anchored.has(hash))) return this.#fail('anchor');
    this.#rows = n;
    this.#hash = hash;
    return true;
  }

  /** The verdict, once every row was added; `head` is what the ledger remembers of the last one. */
  finish(head?: Pick<AuditHead, 'n' | 'hash'>): AuditVerdict {
    if (this.#bad === undefined && this.#lastAnchor > this.#rows) this.#fail('anchor');
    const isWhole = head === undefined || (head.n === this.#rows && head.hash === this.#hash);
    if (this.#bad === undefined && !isWhole) this.#fail('head');
    const found = { rows: this.#rows, hash: this.#hash, isKeyed: this.#keys.length > 0 };
    if (this.#bad === undefined) return { ...found, ok: true };
    return { ...found, ok: false, firstBad: this.#rows + 1, reason: this.#bad };
  }

  /** Tries first what fitted the row before. */
  #fits(n: number, body: string, hash: string): boolean {
    const mayLackKey = this.#keys.length === 0 || n <= this.#lastAnchor;
    const candidates = new Set([this.#likely, ...this.#keys, ...(mayLackKey ? [undefined] : [])]);
    if (!mayLackKey) candidates.delete(undefined);
    for (const key of candidates) {
      if (auditHash(this.#hash, body, key) !== hash) continue;
      this.#likely = key;
      return true;
    }
    return false;
  }

  #fail(reason: NonNullable<AuditVerdict['reason']>): false {
    this.#bad = reason;
    return false;
  }
}
