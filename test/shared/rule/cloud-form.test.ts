import { describe, expect, it } from 'vitest';
import { checkCloudForm } from '../../../shared/rule/cloud-form.ts';
import { type RequestRule, requestRuleSchema } from '../../../shared/rule/request-rule.ts';

const rule = (change: Record<string, unknown> = {}): RequestRule =>
  requestRuleSchema.parse({
    direction: 'egress',
    ipProtocol: 'tcp',
    portRange: '22/22',
    destCidrIp: '10.0.0.0/8',
    ...change,
  });

describe('the form of a cloud', () => {
  it('is case-sensitive on Edge Node Service and Apsara Stack, and not on ECS', () => {
    for (const change of [{ ipProtocol: 'TCP' }, { policy: 'Drop' }]) {
      const [field] = Object.keys(change);
      expect(checkCloudForm('ecs', rule(change), ['rules', 0])).toBeUndefined();
      for (const cloud of ['ens', 'apsara'] as const) {
        expect(checkCloudForm(cloud, rule(change), ['rules', 0])).toMatchObject({
          code: 'INVALID_VALUE',
          path: `/rules/0/${field}`,
        });
        expect(checkCloudForm(cloud, rule(), ['rules', 0])).toBeUndefined();
      }
    }
  });

  it('has no peer groups on Edge Node Service and no lists on either', () => {
    expect(checkCloudForm('ens', rule({ destGroupId: 'sg-x' }), [])).toMatchObject({ code: 'FIELD_NOT_SUPPORTED' });
    expect(checkCloudForm('apsara', rule({ destGroupId: 'sg-x' }), [])).toBeUndefined();
    expect(checkCloudForm('apsara', rule({ destPrefixListId: 'pl-x' }), [])).toMatchObject({
      code: 'FIELD_NOT_SUPPORTED',
    });
  });
});
