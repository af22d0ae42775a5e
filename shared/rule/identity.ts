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

/** The last name that each rule was given: rules are never changed, and one is named several times in every turn. */
const named = new WeakMap<Rule, { readonly group: string; key?: string; tuple?: string }>();

/** SHA-256 (hex) over the canonical JSON (RFC 8785) of what makes a rule itself within its group. */
export function ruleKey(target: Target, rule: Rule): string {
  const names = namesOf(target, rule);
  names.key ??= digest([names.group, essence(rule)]);
  return names.key;
}

/** The same without priority: some clouds may take two rules that differ only there for one. */
export function tupleKey(target: Target, rule: Rule): string {
  const names = namesOf(target, rule);
  names.tuple ??= digest([names.group, { ...essence(rule), priority: 0 }]);
  return names.tuple;
}

function namesOf(target: Target, rule: Rule): { readonly group: string; key?: string; tuple?: string } {
  const group = targetKey(target);
  const known = named.get(rule);
  if (known?.group === group) return known;
  const fresh = { group };
  named.set(rule, fresh);
  return fresh;
}

function essence(rule: Rule): Record<string, unknown> {
  return Object.fromEntries(Object.entries(rule).filter(([name, value]) => !outside.has(name) && value !== undefined));
}

function digest(value: unknown): string {
  return createHash('sha256').update(canonicalJson(value)).digest('hex');
}
