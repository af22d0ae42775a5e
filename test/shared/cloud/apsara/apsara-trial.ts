import { startApsara } from '../../../../local/clouds/apsara/start-apsara.ts';
import type { ApsaraOptions } from '../../../../shared/cloud/apsara/apsara-caller.ts';
import { createApsaraRuleApi } from '../../../../shared/cloud/apsara/apsara-rule-api.ts';
import { type ApsaraSettings, apsaraSettings } from '../../../../shared/cloud/apsara/settings.ts';
import type { RuleApiTrial } from '../../../contract/rule-api.ts';
import { openEmulated, type SeenCall } from '../emulated-cloud.ts';

export const stackGroup = {
  cloud: 'apsara',
  account: 'default',
  regionId: 'cn-qingdao-env17-d01',
  securityGroupId: 'sg-demo-stack',
} as const;

const actions = {
  authorize: { ingress: 'AuthorizeSecurityGroup', egress: 'AuthorizeSecurityGroupEgress' },
  revoke: { ingress: 'RevokeSecurityGroup', egress: 'RevokeSecurityGroupEgress' },
  modify: { ingress: 'ModifySecurityGroupRule', egress: 'ModifySecurityGroupEgressRule' },
  describe: { ingress: 'DescribeSecurityGroupAttribute', egress: 'DescribeSecurityGroupAttribute' },
} as const;

export type ApsaraTrial = Required<RuleApiTrial> & {
  behave(switches: Record<string, unknown>): Promise<void>;
  calls(): Promise<readonly SeenCall[]>;
};

export type TrialOptions = Partial<Omit<ApsaraOptions, 'settings'>> & {
  readonly settings?: Partial<ApsaraSettings>;
  readonly behaviour?: Record<string, unknown>;
};

/** The adapter on an emulated Apsara Stack of its own. */
export async function openApsaraTrial(options: TrialOptions = {}, clock?: { now(): number }): Promise<ApsaraTrial> {
  const { settings, behaviour, ...more } = options;
  const cloud = await openEmulated(startApsara, clock);
  if (behaviour) await cloud.behave(behaviour);
  const credentials = () => ({ accessKeyId: 'local', accessKeySecret: 'local-secret' });
  const api = createApsaraRuleApi({
    regionId: stackGroup.regionId,
    settings: apsaraSettings.parse({ baseUrl: cloud.url, ...settings }),
    credentials,
    ...more,
  });
  return {
    ...cloud,
    api,
    target: stackGroup,
    strike: (kind, direction, fault) => cloud.strike(actions[kind][direction], fault),
  };
}
