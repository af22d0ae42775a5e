import { describe, expect, it } from 'vitest';
import { type RuleApiHand, sampleRule } from './rule-api.ts';

export function ruleApiChangeContract(hand: () => RuleApiHand): void {
  describe('a change', () => {
    it('opens a full batch in one call', async () => {
      const { api, authorize } = bound(hand());
      const rules = Array.from({ length: api.abilities.batchMax }, (_, index) => sampleRule(index + 1));

      const answer = await authorize(rules);

      expect(answer).toMatchObject({ kind: 'done' });
      const { rules: listed } = await hand().list();
      const ours = listed.filter(({ rule }) => rule?.sourceCidrIp?.startsWith('198.51.100.'));
      expect(ours).toHaveLength(rules.length);
    });

    it('is prepared to the same bytes every time', () => {
      const { api, target } = hand();
      const rules = [sampleRule(1), sampleRule(2)];
      const prepare = () => api.prepare(target, { kind: 'authorize', direction: 'ingress', rules });

      expect(prepare()).toBe(prepare());
    });

    it('leaves one rule when the same rule is opened twice', async () => {
      const { authorize } = bound(hand());
      await authorize([sampleRule(1)]);

      const answer = await authorize([sampleRule(1, { description: 'another' })]);

      // Some clouds say that it is there, others say nothing: both are answers.
      expect(answer.kind === 'done' || (answer.kind === 'refused' && answer.class === 'exists')).toBe(true);
      expect(await hand().findAll(sampleRule(1))).toHaveLength(1);
    });

    it('removes exactly the named rules', async () => {
      const { authorize } = bound(hand());
      await authorize([sampleRule(1), sampleRule(2), sampleRule(3)]);

      const answer = await hand().revoke([sampleRule(1), sampleRule(3)]);

      expect(answer).toMatchObject({ kind: 'done' });
      expect(await hand().find(sampleRule(1))).toBeUndefined();
      expect(await hand().find(sampleRule(2))).toBeDefined();
      expect(await hand().find(sampleRule(3))).toBeUndefined();
    });

    it.for(['ingress', 'egress'] as const)(
      'is refused as gone when an id of an %s rule is stale',
      async (direction, { skip }) => {
        const rule = sampleRule(1, { direction });
        const { api, change, authorize } = bound(hand());
        skip(!api.abilities.hasRuleIds, 'this cloud has no rule ids');
        await authorize([rule]);
        const ruleId = (await hand().find(rule))?.ruleId ?? '';
        await hand().revoke([rule]);

        const answer = await change({ kind: 'revoke', direction, ruleIds: [ruleId], rules: [rule] });

        expect(answer).toMatchObject({ kind: 'refused', class: 'rule-gone' });
      },
    );

    it('moves a description and nothing else', async ({ skip }) => {
      const { api, authorize, change } = bound(hand());
      skip(!api.abilities.canModify, 'this cloud cannot modify rules');
      for (const direction of ['ingress', 'egress'] as const) {
        const rule = sampleRule(1, { direction });
        await authorize([rule]);
        const listed = await hand().find(rule);
        const moved = { ...(listed?.rule ?? rule), description: 'until later' };

        const answer = await change({ kind: 'modify', direction, ruleId: listed?.ruleId ?? '', rule: moved });

        expect(answer).toMatchObject({ kind: 'done' });
        expect(await hand().findAll(rule)).toMatchObject([{ ruleId: listed?.ruleId, description: 'until later' }]);
      }
    });

    it('of a rule that is gone is refused as such', async ({ skip }) => {
      const { api, change } = bound(hand());
      skip(!api.abilities.canModify, 'this cloud cannot modify rules');
      const ruleId = 'sgr-bp10000000000000000000';

      const answer = await change({ kind: 'modify', direction: 'ingress', ruleId, rule: sampleRule(1) });

      expect(answer).toMatchObject({ kind: 'refused', class: 'rule-gone' });
    });

    it('is done once under one token, however often it is sent', async ({ skip }) => {
      const { api, authorize } = bound(hand());
      skip(!api.abilities.hasClientTokens, 'this cloud has no client tokens');
      await authorize([sampleRule(1)], 'token-1');
      await hand().revoke([sampleRule(1)]);

      const answer = await authorize([sampleRule(1)], 'token-1');

      expect(answer).toMatchObject({ kind: 'done' });
      expect(await hand().find(sampleRule(1))).toBeUndefined();
    });

    it('is refused under a token that was used for something else', async ({ skip }) => {
      const { api, authorize } = bound(hand());
      skip(!api.abilities.hasClientTokens, 'this cloud has no client tokens');
      await authorize([sampleRule(1)], 'token-1');

      const answer = await authorize([sampleRule(2)], 'token-1');

      expect(answer).toMatchObject({ kind: 'refused', class: 'mismatch' });
    });

    it('of another region is refused before anything is sent', async () => {
      const { api, target } = hand();
      const change = { kind: 'authorize', direction: 'ingress', rules: [sampleRule(1)] } as const;
      const elsewhere = { ...target, regionId: 'xx-elsewhere' };

      const answer = await api.send(elsewhere, 'authorize', 'ingress', api.prepare(target, change), 'token-1');

      expect(answer).toMatchObject({ kind: 'refused', class: 'caller' });
      expect(await hand().find(sampleRule(1))).toBeUndefined();
    });

    it('whose stored request cannot be read is refused', async () => {
      const { api, target } = hand();

      for (const request of ['', '{', '{}', '[]', 'null']) {
        const answer = await api.send(target, 'revoke', 'ingress', request, 'token-1');
        expect(answer).toMatchObject({ kind: 'refused', class: 'caller' });
      }
    });

    it('of a rule that the cloud cannot take is refused as the fault of its caller', async () => {
      const { authorize } = bound(hand());

      const answer = await authorize([sampleRule(1, { portRange: '22-23' })]);

      expect(answer).toMatchObject({ kind: 'refused', class: 'caller' });
    });
  });
}

function bound(hand: RuleApiHand) {
  return {
    api: hand.api,
    change: hand.change.bind(hand),
    authorize: hand.authorize.bind(hand),
  };
}
