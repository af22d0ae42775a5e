import { describe, expect, it, type TestContext } from 'vitest';
import { type RuleApiHand, sampleRule } from './rule-api.ts';

export function ruleApiFaultContract(hand: () => RuleApiHand): void {
  describe('a fault', () => {
    const strikeOf = ({ skip }: TestContext) => {
      const { strike } = hand();
      if (!strike) skip('this cloud strikes when it likes');
      return strike as NonNullable<typeof strike>;
    };

    it('before the call was carried out leaves an unknown outcome', async (context) => {
      await strikeOf(context)('authorize', 'ingress', { fault: 'reset-before-apply' });

      const answer = await hand().authorize([sampleRule(1)]);

      expect(answer).toMatchObject({ kind: 'unknown', code: 'ECONNRESET' });
      expect(await hand().find(sampleRule(1))).toBeUndefined();
    });

    it.for([
      ['a lost connection', { fault: 'reset-after-apply' }],
      ['silence', { fault: 'timeout-after-apply', delayMs: 5_000 }],
      ['an HTML page', { fault: 'html-503', apply: true }],
      ['an internal error', { fault: 'error', apply: true }],
      ['an error that nobody knows', { fault: 'error', apply: true, code: 'Surprise', status: 400 }],
    ] as const)(
      'after the call was carried out (%s) is an unknown outcome, not a refusal',
      async ([, fault], context) => {
        await strikeOf(context)('authorize', 'ingress', fault);

        const answer = await hand().authorize([sampleRule(1)], 'token-1');

        expect(answer.kind).toBe('unknown');
        expect(await hand().find(sampleRule(1))).toBeDefined();
      },
    );

    it('is overcome by the same call with the same token', async (context) => {
      const strike = strikeOf(context);
      context.skip(!hand().api.abilities.hasClientTokens, 'this cloud has no client tokens');
      await strike('authorize', 'ingress', { fault: 'reset-after-apply' });
      await hand().authorize([sampleRule(1)], 'token-1');

      const answer = await hand().authorize([sampleRule(1)], 'token-1');

      expect(answer).toMatchObject({ kind: 'done' });
      expect(await hand().findAll(sampleRule(1))).toHaveLength(1);
    });

    it('half-way through a batch is an unknown outcome', async (context) => {
      await strikeOf(context)('authorize', 'ingress', { fault: 'partial' });

      const answer = await hand().authorize([sampleRule(1), sampleRule(2)]);

      expect(answer.kind).toBe('unknown');
    });

    it.for([
      ['Throttling.User', 400, 'throttled'],
      ['OperationConflict', 409, 'busy'],
      ['Forbidden.RAM', 403, 'permission'],
      ['AuthorizationLimitExceed', 403, 'quota'],
      ['InvalidSecurityGroupId.NotFound', 404, 'group-gone'],
    ] as const)('that answers %s %i is a refusal: %s', async ([code, status, expected], context) => {
      await strikeOf(context)('authorize', 'ingress', { fault: 'error', code, status });

      const answer = await hand().authorize([sampleRule(1)]);

      expect(answer).toMatchObject({ kind: 'refused', class: expected, code });
      expect(await hand().find(sampleRule(1))).toBeUndefined();
    });

    it('that throttles names its pause', async (context) => {
      await strikeOf(context)('authorize', 'ingress', { fault: 'throttle', retryAfterMs: 2_500 });

      const answer = await hand().authorize([sampleRule(1)]);

      expect(answer).toMatchObject({ kind: 'refused', class: 'throttled', retryAfterMs: 2_500 });
    });

    it.for(['reset-before-apply', 'html-503', 'error'] as const)(
      'in a listing (%s) is overcome once, at once',
      async (fault, context) => {
        await strikeOf(context)('describe', 'ingress', { fault });

        expect((await hand().api.describe(hand().target)).kind).toBe('listed');
      },
    );

    it('that stays makes a listing unknown', async (context) => {
      await strikeOf(context)('describe', 'ingress', { fault: 'html-503', times: 2 });

      const answer = await hand().api.describe(hand().target);

      expect(answer.kind).toBe('unknown');
    });

    it('is told without addresses, credentials or the request', async (context) => {
      const strike = strikeOf(context);
      await strike('authorize', 'ingress', { fault: 'reset-after-apply' });
      const lost = await hand().authorize([sampleRule(1, { description: 'do-not-tell' })], 'token-1');
      await strike('authorize', 'ingress', { fault: 'timeout-after-apply', delayMs: 5_000 });
      const silent = await hand().authorize([sampleRule(2, { description: 'do-not-tell' })], 'token-2');

      expect(JSON.stringify([lost, silent])).not.toMatch(/https?:|127\.0\.0\.1|do-not-tell|token-|secret/);
    });
  });
}
