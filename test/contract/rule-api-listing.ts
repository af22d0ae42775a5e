import { describe, expect, it } from 'vitest';
import type { Rule } from '../../shared/rule/rule.ts';
import { type RuleApiHand, sampleRule } from './rule-api.ts';

export function ruleApiListingContract(hand: () => RuleApiHand): void {
  describe('a listing', () => {
    const shapes: readonly (readonly [string, Rule])[] = [
      ['an ingress rule', sampleRule(1)],
      ['an egress rule', sampleRule(2, { direction: 'egress' })],
      ['a drop rule of another priority', sampleRule(3, { policy: 'drop', priority: 42 })],
      ['a wide range of ports', sampleRule(4, { ipProtocol: 'udp', portRange: '1024/65535' })],
      ['a protocol without ports', sampleRule(5, { ipProtocol: 'icmp', portRange: '-1/-1' })],
      ['every protocol', sampleRule(6, { ipProtocol: 'all', portRange: '-1/-1' })],
    ];
    it.each(shapes)('shows %s as the very rule that was requested', async (_name, rule) => {
      const { api } = hand();

      await hand().authorize([rule]);

      const listed = await hand().find(rule);
      expect(listed).toBeDefined();
      expect(listed?.description).toBe(api.abilities.hasDescriptions ? rule.description : '');
      if (api.abilities.hasRuleIds) expect(listed?.ruleId).toMatch(/./);
      expect(Math.abs((listed?.createdAtMs ?? 0) - Date.now())).toBeLessThan(60_000);
    });

    it('shows the rules of strangers beside ours', async () => {
      const before = (await hand().list()).rules.length;

      await hand().authorize([sampleRule(1), sampleRule(2)]);

      expect((await hand().list()).rules).toHaveLength(before + 2);
    });

    it('is refused as a group that is gone when the group is not there', async () => {
      const { api, target } = hand();

      const answer = await api.describe({ ...target, securityGroupId: 'sg-notthere' });

      expect(answer).toMatchObject({ kind: 'refused', class: 'group-gone' });
    });

    it('counts the instances of a group, where the cloud tells, and never takes a group that is not there for an empty one', async ({
      skip,
    }) => {
      const { api, target } = hand();
      if (!api.countInstances) return skip('this cloud does not tell');

      const there = await api.countInstances(target);
      const nowhere = await api.countInstances({ ...target, securityGroupId: 'sg-notthere' });
      const elsewhere = await api.countInstances({ ...target, regionId: 'xx-elsewhere' });

      expect(there).toEqual({ kind: 'counted', instances: expect.any(Number) });
      expect([nowhere.kind, elsewhere.kind]).toEqual(['unknown', 'refused']);
    });

    it('is refused, and not empty, when it is asked of another region', async () => {
      const { api, target } = hand();

      const answer = await api.describe({ ...target, regionId: 'xx-elsewhere' });

      expect(answer).toMatchObject({ kind: 'refused', class: 'caller' });
    });
  });
}
