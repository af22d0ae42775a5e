import { describe, expect, it } from 'vitest';
import type { Guards } from '../../../shared/config/guards-config.ts';
import { limitsOf } from '../../../shared/hands/guard-of.ts';
import { readMessage } from '../../../shared/lease/read-message.ts';
import type { AcceptDeps } from '../../../shared/reconcile/accepting.ts';
import type { Question } from '../../../shared/reconcile/policy-port.ts';
import { review } from '../../../shared/reconcile/review.ts';
import { someGuards } from '../../fakes/some-guards.ts';
import { group, makeWorld, request } from '../../fakes/world.ts';

const guards: Guards = { ...someGuards, breakGlass: { longestLease: 'PT1H' } };
/** On call may have emergencies; everybody else needs somebody's agreement, in an emergency too. */
const decide = ({ action, isBreakGlass, person }: Question) => {
  const isFree = action === 'approve' || (isBreakGlass && person.id === 'oncall');
  const refusal = action === 'approve' && person.id === 'guest' ? { code: 'NO', message: 'no', path: '' } : undefined;
  return { policies: [], version: '', approvers: [], approvals: isFree ? 0 : 1, refusal };
};
const policy: AcceptDeps['policy'] = async () => decide;
const world = (limits: Guards = guards) => makeWorld({ ...limitsOf(limits, {}, undefined), policy });
const emergency = (more: Record<string, unknown> = {}) =>
  request({ breakGlass: true, reason: 'the index is full', requester: { id: 'oncall' }, duration: 'PT1H', ...more });

describe('an emergency', () => {
  it('opens at once where the policy lets it, and is loud', async () => {
    const { say, cloud, logged, tx } = world();

    const result = await say('api', emergency());

    expect(result?.state).toBe('active');
    expect(cloud.rules(group)).toHaveLength(1);
    expect(logged.find(({ level }) => level === 'error')?.fields).toMatchObject({ alarm: true, code: 'BREAK_GLASS' });
    const story = await tx((one) => one.auditOf(result?.leaseId ?? ''));
    expect(story.find(({ kind }) => kind === 'alarm')?.data).toMatchObject({
      code: 'BREAK_GLASS',
      message: 'oncall asked for a lease in an emergency: the index is full',
    });
  });

  it('waits for approval like anything else where the policy knows no emergency of that person', async () => {
    expect((await world().say('api', emergency({ requester: { id: 'lin' } })))?.state).toBe('awaiting-approval');
  });

  it('needs a reason, is short, and is none where guards.yaml has none', async () => {
    const { breakGlass: _, ...without } = guards;

    expect(readMessage(emergency({ reason: undefined }))).toMatchObject({ code: 'MISSING_FIELD', path: '/reason' });
    expect((await world().say('api', emergency({ duration: 'PT61M' })))?.error).toMatchObject({
      code: 'BREAK_GLASS_TOO_LONG',
      path: '/duration',
    });
    expect((await world(without).say('api', emergency()))?.error?.code).toBe('BREAK_GLASS_OFF');
    const forGood = { action: 'revoke', duration: undefined, rules: [{ securityGroupRuleId: 'sgr-1' }] };
    expect((await world().say('api', emergency(forGood)))?.error?.code).toBe('BREAK_GLASS_TOO_LONG');
  });

  it('is not made long by being extended', async () => {
    const { say } = world();
    const { leaseId } = (await say('api', emergency())) ?? {};

    const longer = await say('api', {
      version: 1,
      id: 'X-1',
      action: 'extend',
      leaseId,
      duration: 'PT1S',
      requester: { id: 'mei' },
    });

    expect(longer?.error?.code).toBe('BREAK_GLASS_TOO_LONG');
  });

  it('is reviewed by somebody else who may approve such a lease, once', async () => {
    const { say, tx, pass } = world();
    const { leaseId = '' } = (await say('api', emergency())) ?? {};
    const personOf = (_: string, id: string) => (id === 'oncall-gh' ? 'oncall' : id);
    const by = (id: string, lease = leaseId ?? '') =>
      tx((one) =>
        review(
          one,
          { decide, personOf },
          { leaseId: lease, source: 'api', person: { id, groups: [] }, reason: `${id} looked` },
        ),
      );
    const open = () => tx((one) => one.listLeases({ needsReview: true, limit: 10 }));
    await pass(2);

    expect(await by('OnCall')).toMatchObject({ code: 'OWN_REQUEST' });
    expect(await by('oncall-gh')).toMatchObject({ code: 'OWN_REQUEST' });
    expect(await by('guest')).toMatchObject({ code: 'NO' });
    expect(await open()).toHaveLength(1);
    expect(await by('mei')).toMatchObject({ breakGlass: { reviewed: { reason: 'mei looked' } } });
    expect(await by('hao')).toMatchObject({ breakGlass: { reviewed: { reason: 'mei looked' } } });
    expect(await open()).toEqual([]);
    const plain = await say('api', request());
    expect(await by('mei', plain?.leaseId ?? '')).toMatchObject({ code: 'NOT_AN_EMERGENCY' });
  });
});
