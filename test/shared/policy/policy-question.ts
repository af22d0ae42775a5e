import { policyOf } from '../../../shared/config/config.ts';
import type { Entities } from '../../../shared/config/entities-config.ts';
import { cedarPolicies } from '../../../shared/policy/cedar-policy.ts';
import type { Decide, Question } from '../../../shared/reconcile/policy-port.ts';
import type { Rule } from '../../../shared/rule/rule.ts';

export const target = {
  cloud: 'ecs',
  account: 'default',
  regionId: 'cn-hangzhou',
  securityGroupId: 'sg-demo-web',
} as const;

export const ssh: Rule = {
  ...{ direction: 'ingress', ipProtocol: 'tcp', portRange: '22/22', policy: 'accept', priority: 1 },
  ...{ nicType: 'intranet', sourceCidrIp: '203.0.113.7/32' },
};

/** A Tuesday, 17:00 in Hangzhou. */
export const nowMs = Date.UTC(2026, 11, 1, 9);

/** Two hours of SSH for lin@example.com, unless said otherwise. */
export const question = (more: Partial<Question> = {}): Question => ({
  ...{ action: 'authorize', source: 'tickets', person: { id: 'lin@example.com', groups: [] }, target },
  ...{ rules: [ssh], changes: [], startsAtMs: nowMs, expiresAtMs: nowMs + 2 * 3_600_000, nowMs, isBreakGlass: false },
  ...more,
});

/** What a text of policies decides. */
export const deciding = (text: string, entities: Entities = []): Promise<Decide> =>
  cedarPolicies(policyOf(text, entities)).policy();
