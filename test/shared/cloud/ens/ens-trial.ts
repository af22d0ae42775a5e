import { startEns } from '../../../../local/clouds/ens/start-ens.ts';
import type { EnsOptions } from '../../../../shared/cloud/ens/ens-caller.ts';
import { createEnsRuleApi } from '../../../../shared/cloud/ens/ens-rule-api.ts';
import type { RuleApiTrial } from '../../../contract/rule-api.ts';
import { openEmulated, type SeenCall } from '../emulated-cloud.ts';

export const ensGroup = { cloud: 'ens', account: 'default', regionId: 'ens', securityGroupId: 'sg-demo-ens' } as const;

const describe = {
  ingress: 'DescribeSecurityGroupAttribute',
  egress: 'DescribeSecurityGroupAttribute',
} as const;
const none = { ingress: '*', egress: '*' } as const;
const actions = {
  stamped: {
    authorize: { ingress: 'CreateSecurityGroupPermissions', egress: 'CreateSecurityGroupPermissions' },
    revoke: { ingress: 'DeleteSecurityGroupPermissions', egress: 'DeleteSecurityGroupPermissions' },
    modify: none,
    describe,
  },
  flat: {
    authorize: { ingress: 'AuthorizeSecurityGroup', egress: 'AuthorizeSecurityGroupEgress' },
    revoke: { ingress: 'RevokeSecurityGroup', egress: 'RevokeSecurityGroupEgress' },
    modify: none,
    describe,
  },
} as const;

export type EnsTrial = Required<RuleApiTrial> & {
  behave(switches: Record<string, unknown>): Promise<void>;
  calls(): Promise<readonly SeenCall[]>;
};

/** The adapter on an emulated Edge Node Service of its own. */
export async function openEnsTrial(more: Partial<EnsOptions> = {}, clock?: { now(): number }): Promise<EnsTrial> {
  const cloud = await openEmulated(startEns, clock);
  const { form = 'stamped' } = more;
  const credentials = () => ({ accessKeyId: 'local', accessKeySecret: 'local-secret' });
  const api = createEnsRuleApi({ regionId: ensGroup.regionId, endpoint: cloud.url, credentials, ...more });
  return {
    ...cloud,
    api,
    target: ensGroup,
    strike: (kind, direction, fault) => cloud.strike(actions[form][kind][direction], fault),
  };
}
