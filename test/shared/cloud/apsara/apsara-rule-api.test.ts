import { describe, expect, it, onTestFinished } from 'vitest';
import type { Rule } from '../../../../shared/rule/rule.ts';
import { RuleApiHand, sampleRule } from '../../../contract/rule-api.ts';
import { openApsaraTrial, stackGroup, type TrialOptions } from './apsara-trial.ts';

async function open(options: TrialOptions = {}) {
  const trial = await openApsaraTrial(options);
  onTestFinished(() => trial.close());
  return { ...trial, hand: new RuleApiHand(trial) };
}

const shared = { 'x-api-key': 'k' };
const organisation = { 'x-acs-organizationid': '17', 'x-acs-resourcegroupid': '4' };

describe('the adapter for Apsara Stack', () => {
  it.each<[string, TrialOptions]>([
    ['JSON and the older signature', { settings: { signer: 'hmac-sha1' } }],
    ['a form and today’s signature', { settings: { bodyEncoding: 'form' }, behaviour: { bodies: 'form' } }],
    ['a form and the older signature', { settings: { bodyEncoding: 'form', signer: 'hmac-sha1' } }],
    ['headers only', { settings: { signer: 'static', extraHeaders: shared }, behaviour: { staticHeaders: shared } }],
    ['the POP gateway and today’s signature', { settings: { style: 'pop', signer: 'acs3' } }],
    [
      'an organisation',
      {
        settings: { style: 'pop', extraHeaders: organisation },
        behaviour: { requiredHeaders: Object.keys(organisation) },
      },
    ],
  ])('opens, lists and closes a rule with %s', async (_, options) => {
    const { hand } = await open(options);

    const opened = await hand.authorize([sampleRule(1)]);
    const listed = await hand.find(sampleRule(1));
    const closed = await hand.revoke([sampleRule(1)]);

    expect([opened.kind, closed.kind]).toEqual(['done', 'done']);
    expect(listed).toMatchObject({ description: 'sample 1' });
    expect(await hand.find(sampleRule(1))).toBeUndefined();
  });

  it.each(
    ['errorSample', 'bare', 'asapi'].flatMap((form) =>
      [200, 400, 500, 'as-ecs'].map((status) => [form, status] as const),
    ),
  )('reads a failure worded as %s with status %s', async (failureForm, failureStatus) => {
    const { hand, api, strike } = await open({ behaviour: { failureForm, failureStatus } });

    const done = await hand.authorize([sampleRule(1)]);
    const gone = await api.describe({ ...stackGroup, securityGroupId: 'sg-none' });
    const missing = await hand.revoke([sampleRule(2)]);
    await strike('authorize', 'ingress', { fault: 'error' });
    const failed = await hand.authorize([sampleRule(3)]);

    expect(done.kind).toBe('done');
    expect(gone).toMatchObject({ kind: 'refused', class: 'group-gone', code: 'InvalidSecurityGroupId.NotFound' });
    expect(missing).toMatchObject({ kind: 'refused', class: 'rule-gone' });
    expect(failed.kind).toBe('unknown');
  });

  it('takes a failure without a code for "it may have happened"', async () => {
    const { hand } = await open({ behaviour: { failureNamesCode: false } });

    const answer = await hand.authorize([sampleRule(1, { portRange: '22-23' })]);

    expect(answer).toMatchObject({ kind: 'unknown', code: '-1', message: 'system error' });
  });

  it('says both regions, the version and every value in lower case', async () => {
    const { hand, calls } = await open();

    await hand.authorize([sampleRule(1, { direction: 'egress', policy: 'drop', priority: 7 })], 'token-1');

    expect(await calls()).toMatchObject([
      {
        action: 'AuthorizeSecurityGroupEgress',
        parameters: {
          regionId: 'cn-qingdao-env17-d01',
          RegionId: 'cn-qingdao-env17-d01',
          version: '2016-01-01',
          SecurityGroupId: 'sg-demo-stack',
          IpProtocol: 'tcp',
          PortRange: '22/22',
          Policy: 'drop',
          Priority: '7',
          NicType: 'intranet',
          DestCidrIp: '198.51.100.1/32',
          Description: 'sample 1',
          ClientToken: 'token-1',
        },
      },
    ]);
  });

  it('knows rule ids where a stack shows them', async () => {
    const { hand } = await open({ behaviour: { ruleIds: true } });
    await hand.authorize([sampleRule(1)]);

    expect((await hand.find(sampleRule(1)))?.ruleId).toMatch(/^sgr-/);
    expect((await hand.revoke([sampleRule(1)])).kind).toBe('done');
  });

  it.each<[string, Partial<Rule>]>([
    ['ICMPv6', { ipProtocol: 'icmpv6', portRange: '-1/-1' }],
    ['a prefix list', { sourceCidrIp: '', sourcePrefixListId: 'pl-1' }],
  ])('refuses %s before anything is sent', async (_, more) => {
    const { hand, calls } = await open();

    const answer = await hand.authorize([sampleRule(1, more)]);

    expect(answer).toMatchObject({ kind: 'refused', class: 'caller', code: 'RULE_NOT_SUPPORTED' });
    expect(await calls()).toEqual([]);
  });

  it('refuses to change a rule, and several rules in one call', async () => {
    const { hand, calls } = await open();
    const change = { kind: 'modify', direction: 'ingress', ruleId: 'sgr-1', rule: sampleRule(1) } as const;

    expect(await hand.change(change)).toMatchObject({ kind: 'refused', class: 'caller' });
    expect(await hand.authorize([sampleRule(1), sampleRule(2)])).toMatchObject({ code: 'RULE_NOT_SUPPORTED' });
    expect(await calls()).toEqual([]);
  });
});
