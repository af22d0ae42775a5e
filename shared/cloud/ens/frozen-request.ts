import * as z from 'zod/mini';
import type { Change, ChangeKind } from '../../reconcile/cloud-port.ts';
import type { Rule } from '../../rule/rule.ts';
import type { Target } from '../../rule/target.ts';
import { type EnsForm, flatParametersOf, permissionOf, unsupported } from './permission.ts';

const permission = z.record(z.string(), z.union([z.string(), z.number()]));
const securityGroupId = z.string().check(z.minLength(1));

/** The requests that `freezeRequest` writes, read back before they are sent. */
export const frozenRequest = z.discriminatedUnion('form', [
  z.strictObject({
    form: z.literal('stamped'),
    securityGroupId,
    permissions: z.array(permission).check(z.minLength(1)),
  }),
  z.strictObject({ form: z.literal('flat'), securityGroupId, rule: z.record(z.string(), z.string()) }),
  z.strictObject({ form: z.literal('none'), why: z.string() }),
]);
export type FrozenRequest = z.infer<typeof frozenRequest>;

/**
 * The request of a change as JSON. The form is part of it: a request that was written down before a setting changed
 * is sent as it was. Rules are named by what they are, because this cloud has no rule ids.
 */
export function freezeRequest(form: EnsForm, { securityGroupId }: Target, change: Change): string {
  return JSON.stringify(requestOf(form, securityGroupId, change));
}

function requestOf(form: EnsForm, securityGroupId: string, change: Change): FrozenRequest {
  if (change.kind === 'modify') return { form: 'none', why: 'changing a rule' };
  const [rule, ...more] = change.rules;
  const why = change.rules.map((one) => unsupported(one, form)).find((one) => one !== undefined);
  if (why !== undefined) return { form: 'none', why };
  if (rule === undefined) return { form: 'none', why: 'a change of no rule' };
  if (form === 'stamped') {
    const isCreating = change.kind === 'authorize';
    const permissions = change.rules.map((one) => permissionOf(one, { isCreating }));
    return { form, securityGroupId, permissions };
  }
  if (more.length > 0) return { form: 'none', why: 'several rules in one flat call' };
  return { form, securityGroupId, rule: flatParametersOf(rule) };
}

/** What one rule adds to a request. */
export function bytesOfRule(form: EnsForm, rule: Rule): number {
  const written = form === 'stamped' ? permissionOf(rule, { isCreating: true }) : flatParametersOf(rule);
  return encodeURIComponent(JSON.stringify(written)).length + 3;
}

const actions = {
  stamped: {
    authorize: { ingress: 'CreateSecurityGroupPermissions', egress: 'CreateSecurityGroupPermissions' },
    revoke: { ingress: 'DeleteSecurityGroupPermissions', egress: 'DeleteSecurityGroupPermissions' },
  },
  flat: {
    authorize: { ingress: 'AuthorizeSecurityGroup', egress: 'AuthorizeSecurityGroupEgress' },
    revoke: { ingress: 'RevokeSecurityGroup', egress: 'RevokeSecurityGroupEgress' },
  },
} as const;

/** Which operation does it; `Permissions` carry their direction inside. */
export function actionOf(form: EnsForm, kind: Exclude<ChangeKind, 'modify'>, direction: Rule['direction']): string {
  return actions[form][kind][direction];
}
