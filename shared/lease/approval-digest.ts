import { createHash } from 'node:crypto';
import { canonicalJson } from '../rule/canonical-json.ts';
import type { Lease } from './lease.ts';

/**
 * What is approved: the change as it would be sent, where, for how long, for whom and why. A window that counts from
 * the approval is its length alone. SHA-256 (hex) over canonical JSON (RFC 8785).
 */
export function approvalDigest(lease: Lease, floats: { readonly start: boolean; readonly end: boolean }): string {
  const { source, action, target, rules, changes = [], startsAtMs, expiresAtMs, requester, reason, ticket } = lease;
  const window = {
    ...(floats.start ? {} : { startsAtMs }),
    ...(floats.end ? { durationMs: expiresAtMs - startsAtMs } : { expiresAtMs }),
  };
  const text = canonicalJson({
    source,
    action,
    target,
    rules,
    changes,
    window,
    requester: requester.id,
    reason,
    ticket,
  });
  return createHash('sha256').update(text).digest('hex');
}
