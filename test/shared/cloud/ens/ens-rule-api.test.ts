import { describe, expect, it, onTestFinished } from 'vitest';
import type { EnsOptions } from '../../../../shared/cloud/ens/ens-caller.ts';
import type { Rule } from '../../../../shared/rule/rule.ts';
import { RuleApiHand, sampleRule } from '../../../contract/rule-api.ts';
import { ensGroup, openEnsTrial } from './ens-trial.ts';

async function open(more: Partial<EnsOptions> = {}) {
  const trial = await openEnsTrial(more);
  onTestFinished(() => trial.close());
  return { ...trial, hand: new RuleApiHand(trial) };
}

describe('the adapter for Edge Node Service', () => {
  it('sends both kinds of address and the stamp in one JSON text, and no empty fields', async () => {
    const { hand, calls } = await open();
    const { sourceCidrIp: _, ...plain } = sampleRule(2);

    await hand.authorize([
      sampleRule(1, { policy: 'drop', priority: 9, sourcePortRange: '1024/2048' }),
      { ...plain, ipProtocol: 'icmpv6', portRange: '-1/-1', ipv6SourceCidrIp: '2001:db8::/64' },
    ]);

    const [call] = await calls();
    expect(call?.action).toBe('CreateSecurityGroupPermissions');
    expect(JSON.parse(call?.parameters.Permissions ?? '')).toEqual([
      {
        Direction: 'ingress',
        IpProtocol: 'TCP',
        PortRange: '22/22',
        Policy: 'Drop',
        Priority: 9,
        SourcePortRange: '1024/2048',
        SourceCidrIp: '198.51.100.1/32',
        Description: 'sample 1',
      },
      {
        Direction: 'ingress',
        IpProtocol: 'ICMPv6',
        PortRange: '-1/-1',
        Policy: 'Accept',
        Priority: 1,
        Ipv6SourceCidrIp: '2001:db8::/64',
        Description: 'sample 2',
      },
    ]);
    expect(await hand.list()).toMatchObject({ rules: { length: 5 } });
  });

  it('removes without a Description, which the service refuses there', async () => {
    const { hand, calls } = await open();
    await hand.authorize([sampleRule(1)]);

    const answer = await hand.revoke([sampleRule(1)]);

    const call = (await calls()).find(({ action }) => action === 'DeleteSecurityGroupPermissions');
    expect(answer.kind).toBe('done');
    expect(call?.parameters.Permissions).not.toContain('Description');
    expect(call?.parameters).not.toHaveProperty('ClientToken');
  });

  it('sends a long batch as a form', async () => {
    const { hand, behave } = await open();
    await behave({ maxUrlBytes: 8_000 });
    const rules = Array.from({ length: 20 }, (_, index) => sampleRule(index, { description: 'é'.repeat(400) }));

    expect(await hand.authorize(rules)).toMatchObject({ kind: 'done' });
  });

  it('calls a rule that is there already by that name', async () => {
    const { hand } = await open();
    await hand.authorize([sampleRule(1)]);

    const answer = await hand.authorize([sampleRule(1)]);

    expect(answer).toMatchObject({ kind: 'refused', class: 'exists', code: 'SecurityGroupRuleConflict.Duplicated' });
  });

  it.each(['ens.interface.error', 'CallInterface'])('takes %s for "it may have happened"', async (code) => {
    const { hand, strike } = await open();
    await strike('authorize', 'ingress', { fault: 'error', code, status: 400, apply: true });

    expect(await hand.authorize([sampleRule(1)])).toMatchObject({ kind: 'unknown', code });
  });

  it('reads listings in either case, with or without source ports', async () => {
    const { hand, behave } = await open();
    await hand.authorize([sampleRule(1)]);
    await behave({ caseEcho: 'lower', sourcePortRangeEcho: 'as-sent', bareIpEcho: 'with-prefix' });

    expect(await hand.find(sampleRule(1))).toMatchObject({ description: 'sample 1' });
  });

  it.each<[string, Partial<Rule>, EnsOptions['form']]>([
    ['a peer group', { sourceCidrIp: '', sourceGroupId: 'sg-other' }, 'stamped'],
    ['GRE', { ipProtocol: 'gre', portRange: '-1/-1' }, 'stamped'],
    ['the internet side', { nicType: 'internet' }, 'stamped'],
    ['a protocol number', { ipProtocol: '47', portRange: '-1/-1' }, 'stamped'],
    ['both ends', { destCidrIp: '10.0.0.1/32' }, 'flat'],
    ['ICMPv6', { ipProtocol: 'icmpv6', portRange: '-1/-1' }, 'flat'],
  ])('refuses %s before anything is sent', async (_, more, form) => {
    const { api, calls } = await open({ form });
    const { sourceCidrIp, ...rest } = sampleRule(1, more);
    const rule = sourceCidrIp ? { ...rest, sourceCidrIp } : rest;
    const request = api.prepare(ensGroup, { kind: 'authorize', direction: 'ingress', rules: [rule] });

    const answer = await api.send(ensGroup, 'authorize', 'ingress', request, 'token-1');

    expect(answer).toMatchObject({ kind: 'refused', class: 'caller', code: 'RULE_NOT_SUPPORTED' });
    expect(await calls()).toEqual([]);
  });

  it('opens GRE in the flat form, without a Description', async () => {
    const { hand, calls, api } = await open({ form: 'flat' });
    const gre = sampleRule(1, { ipProtocol: 'gre', portRange: '-1/-1' });

    const answer = await hand.authorize([gre]);

    expect(answer.kind).toBe('done');
    expect(api.abilities).toMatchObject({ hasDescriptions: false, batchMax: 1 });
    expect((await calls())[0]?.parameters).not.toHaveProperty('Description');
    expect(await hand.find(gre)).toMatchObject({ description: '' });
  });

  it('refuses to change a rule', async () => {
    const { hand } = await open();
    const change = { kind: 'modify', direction: 'ingress', ruleId: '', rule: sampleRule(1) } as const;

    expect(await hand.change(change)).toMatchObject({ kind: 'refused', class: 'caller' });
  });

  it('sends nothing without credentials', async () => {
    const { hand, calls } = await open({ credentials: () => Promise.reject(new Error('none')) });

    expect(await hand.authorize([sampleRule(1)])).toMatchObject({ kind: 'unknown', code: 'NO_CREDENTIALS' });
    expect(await calls()).toEqual([]);
  });
});
