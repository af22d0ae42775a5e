import { createHash } from 'node:crypto';
import { canonicalJson } from './canonical-json.ts';
import type { Rule } from './rule.ts';
import { type Target, targetKey } from './target.ts';

// What the cloud compares (RevokeSecurityGroup, SDK text): the peer, ports, protocol, policy, plus direction,
// NIC type and the other side of a five-tuple. Priority is undocumented either way; we count it in, so that a
// rule with another priority is somebody else's. Description and the owner of a group are no part of it.
const outside = new Set([
  'description',
  'sourceGroupOwnerAccount',
  'sourceGroupOwnerId',
  'destGroupOwnerAccount',
  'destGroupOwnerId',
]);

/** SHA-256 (hex) over the canonical JSON (RFC 8785) of what makes a rule itself within its group. */
export function ruleKey(target: Target, rule: Rule): string {
  return digest([targetKey(target), essence(rule)]);
}

/** The same without priority: some clouds may take two rules that differ only there for one. */
export function tupleKey(target: Target, rule: Rule): string {
  return digest([targetKey(target), { ...essence(rule), priority: 0 }]);
}

function essence(rule: Rule): Record<string, unknown> {
  return Object.fromEntries(Object.entries(rule).filter(([name, value]) => !outside.has(name) && value !== undefined));
}

function digest(value: unknown): string {
  return createHash('sha256').update(canonicalJson(value)).digest('hex');
}
