import * as z from 'zod/mini';
import type { Change, ChangeKind } from '../../reconcile/cloud-port.ts';
import type { Rule } from '../../rule/rule.ts';
import type { Target } from '../../rule/target.ts';
import { bytesOfParameter } from './bytes-of-parameter.ts';

const ruleId = z.string().check(z.minLength(1));
const fields = z.record(z.string(), z.string());
const group = { regionId: z.string(), securityGroupId: z.string() };

/** The requests that `freezeRequest` writes, read back before they are sent. */
export const frozenRequests = {
  authorize: z.strictObject({ ...group, permissions: z.array(fields).check(z.minLength(1)) }),
  revoke: z.strictObject({ ...group, securityGroupRuleId: z.array(ruleId).check(z.minLength(1)) }),
  modify: z.catchall(z.object({ ...group, securityGroupRuleId: ruleId }), z.string()),
};

/**
 * The request of a change as JSON, in the parameter names of the vendor's client. What is revoked is named by id
 * and nothing else: a revocation by attributes would take a stranger's equal rule, and the two cannot be mixed.
 */
export function freezeRequest(target: Target, change: Change): string {
  const { regionId, securityGroupId } = target;
  const at = { regionId, securityGroupId };
  switch (change.kind) {
    case 'authorize':
      return JSON.stringify({ ...at, permissions: change.rules.map(permissionOf) });
    case 'revoke':
      return JSON.stringify({ ...at, securityGroupRuleId: change.ruleIds });
    case 'modify':
      return JSON.stringify({ ...at, securityGroupRuleId: change.ruleId, ...permissionOf(change.rule) });
  }
}

/** What one rule adds to a request, at the highest number that a batch has. */
export function bytesOfRule(rule: Rule): number {
  return Object.entries(permissionOf(rule)).reduce(
    (sum, [name, value]) => sum + bytesOfParameter(`Permissions.100.${name}`, value),
    0,
  );
}

/**
 * A rule in the words of the API. Policy, priority and NIC type are always said: the defaults of granting and
 * revoking are not the same. An empty description is left out, because the API refuses it.
 */
function permissionOf(rule: Rule): Record<string, string> {
  const { direction: _, priority, description, ...rest } = rule;
  const said = { ...rest, ...ownersOf(rule), priority: String(priority), description: description || undefined };
  return Object.fromEntries(
    Object.entries(said).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

/** Listings put the owner's number where requests take a name: a number goes back under its own parameter. */
function ownersOf(rule: Rule): Partial<Record<keyof Rule, string | undefined>> {
  const isNumber = (text: string | undefined) => text !== undefined && /^\d+$/.test(text);
  return {
    ...(isNumber(rule.sourceGroupOwnerAccount) && {
      sourceGroupOwnerAccount: undefined,
      sourceGroupOwnerId: rule.sourceGroupOwnerId ?? rule.sourceGroupOwnerAccount,
    }),
    ...(isNumber(rule.destGroupOwnerAccount) && {
      destGroupOwnerAccount: undefined,
      destGroupOwnerId: rule.destGroupOwnerId ?? rule.destGroupOwnerAccount,
    }),
  };
}

const actions = {
  authorize: { ingress: 'AuthorizeSecurityGroup', egress: 'AuthorizeSecurityGroupEgress' },
  revoke: { ingress: 'RevokeSecurityGroup', egress: 'RevokeSecurityGroupEgress' },
  modify: { ingress: 'ModifySecurityGroupRule', egress: 'ModifySecurityGroupEgressRule' },
} as const;

/** Which operation does it. */
export const actionOf = (kind: ChangeKind, direction: Rule['direction']): string => actions[kind][direction];
