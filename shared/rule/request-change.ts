import * as z from 'zod/mini';
import { parseRequestCidr } from './cidr.ts';
import { pointer, type Refusal, refusal } from './refusal.ts';
import { canonicalRule, requestRuleSchema, ruleFields } from './request-rule.ts';
import type { Rule } from './rule.ts';
import type { RuleSet } from './rule-set.ts';

const ruleId = z.string().check(z.regex(/^[A-Za-z0-9][A-Za-z0-9_-]{1,62}$/));

/** What `set` may hold: the fields of a rule. Which of them the API lets one change is said by `canonicalSet`. */
const setSchema = z.partial(z.strictObject(ruleFields));

/** An existing rule of `revoke`: its id, or its attributes. */
export const ruleRemovalSchema = z.union([z.strictObject({ securityGroupRuleId: ruleId }), requestRuleSchema]);
/** An existing rule of `modify`, with what to set on it. */
export const ruleChangeSchema = z.union([
  z.strictObject({ securityGroupRuleId: ruleId, set: setSchema }),
  z.extend(requestRuleSchema, { set: setSchema }),
]);

export type RequestRemoval = z.infer<typeof ruleRemovalSchema>;
export type RequestChange = z.infer<typeof ruleChangeSchema>;
export type Selected = { readonly ruleId?: string; readonly rule?: Rule; readonly set?: RuleSet };

/** Brings a rule of `modify` or `revoke` into canonical form, or says what is wrong with it and where. */
export function canonicalChange(
  request: RequestRemoval | RequestChange,
  path: readonly PropertyKey[],
  groupId: string,
): Selected | Refusal {
  const set =
    'set' in request && request.set !== undefined
      ? canonicalSet(request.set, 'securityGroupRuleId' in request, path)
      : undefined;
  if (set && 'code' in set) return set as Refusal;
  if ('securityGroupRuleId' in request) return { ruleId: request.securityGroupRuleId, ...(set ? { set } : {}) };
  const rule = canonicalRule(request, path, groupId);
  if ('code' in rule) return rule;
  return { rule, ...(set ? { set } : {}) };
}

type Set = z.infer<typeof setSchema>;
const fixed = [
  'direction',
  'nicType',
  'sourceGroupOwnerAccount',
  'sourceGroupOwnerId',
  'destGroupOwnerAccount',
  'destGroupOwnerId',
] as const;
const cidrs = [
  ['sourceCidrIp', 4],
  ['destCidrIp', 4],
  ['ipv6SourceCidrIp', 6],
  ['ipv6DestCidrIp', 6],
] as const;

function canonicalSet(set: Set, isById: boolean, path: readonly PropertyKey[]): RuleSet | Refusal {
  const at = (field: string) => pointer([...path, 'set', field]);
  const given = Object.fromEntries(Object.entries(set).filter(([, value]) => value !== undefined)) as Set;
  if (Object.keys(given).length === 0)
    return refusal('MISSING_FIELD', 'set names nothing to change', pointer([...path, 'set']));
  for (const field of fixed) {
    if (given[field] !== undefined)
      return refusal('CHANGE_NOT_POSSIBLE', `${field} of a rule cannot be changed`, at(field));
  }
  const other = Object.keys(given).find((field) => field !== 'description');
  if (!isById && other !== undefined) {
    const sentence =
      'a rule that is named by its attributes can only be given another description; name it by securityGroupRuleId';
    return refusal('CHANGE_NOT_POSSIBLE', sentence, at(other));
  }
  const canonical: Record<string, unknown> = { ...given };
  for (const [field, family] of cidrs) {
    const text = given[field];
    if (text === undefined) continue;
    const block = parseRequestCidr(text, family);
    if ('code' in block) return refusal(block.code, `${field} ${block.message}`, at(field));
    canonical[field] = block.text;
  }
  if (given.ipProtocol !== undefined) canonical.ipProtocol = given.ipProtocol.toLowerCase();
  if (given.policy !== undefined) canonical.policy = given.policy.toLowerCase();
  if (given.priority !== undefined) canonical.priority = Number(given.priority);
  return canonical as RuleSet;
}
