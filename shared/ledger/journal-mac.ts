import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Operation } from '../reconcile/ledger-rows.ts';
import { targetKey } from '../rule/target.ts';

/** Proves that a journaled call is the one that was decided, whoever else can write to the database. */
export type JournalMac = {
  /** Null without a key. */
  of(operation: Operation): string | null;
  /** True without a key: then nothing can be proved. An operation that is partly settled is never sent again. */
  fits(operation: Operation, mac: string | null): boolean;
};

/**
 * Made once with what is sent, to where and when it was intended, so that neither another request nor an old one can
 * be put in its place. `keys` newest first. Costs a hash of the request, some microseconds.
 */
export function journalMac(keys: readonly string[]): JournalMac {
  // A key of its own from each: a code of the journal must never pass for one of the audit chain.
  const own = keys.map((key) => createHmac('sha256', key).update('curfew journal 1').digest());
  const [newest] = own;
  return {
    of: (operation) => (newest === undefined ? null : codeOf(newest, operation).toString('base64url')),
    fits(operation, mac) {
      if (newest === undefined || operation.isPartlySettled) return true;
      const given = Buffer.from(mac ?? '', 'base64url');
      return own.some((key) => {
        const code = codeOf(key, operation);
        return code.length === given.length && timingSafeEqual(code, given);
      });
    },
  };
}

function codeOf(key: Buffer, operation: Operation): Buffer {
  const { id, kind, purpose, target, direction, ruleKeys, clientToken, intendedAtMs, request } = operation;
  const rules = [...ruleKeys].sort();
  const parts = [id, kind, purpose, targetKey(target), direction, rules, clientToken, intendedAtMs, request];
  return createHmac('sha256', key).update(JSON.stringify(parts)).digest();
}
