import { describe, expect, it } from 'vitest';
import type { Guards } from '../../../shared/config/guards-config.ts';
import { guardReach } from '../../../shared/policy/guard-reach.ts';
import type { Answer } from '../../../shared/reconcile/cloud-port.ts';
import type { ReceiveDeps } from '../../../shared/reconcile/receive.ts';
import { FakeCloud } from '../../fakes/fake-cloud.ts';
import { group, makeWorld, request } from '../../fakes/world.ts';
import { ssh } from '../../functions/console/console.ts';

type Limit = NonNullable<Guards['mostInstances']>;
const limited = (limit: Partial<Limit> = {}, wideningChanges: Guards['wideningChanges'] = 'refuse') =>
  guardReach({ mostInstances: { count: 3, unknown: 'refuse', ...limit }, wideningChanges });

const worldOf = (limit: Partial<Limit> = {}, more: Partial<ReceiveDeps> = {}) =>
  makeWorld({ reach: limited(limit), ...more });
const drop = {
  rules: [
    { direction: 'ingress', ipProtocol: 'tcp', portRange: '22/22', sourceCidrIp: '203.0.113.7/32', policy: 'drop' },
  ],
};

describe('a limit on the instances of a group', () => {
  it('is asked with one call an opening, and with none where there is no limit', async () => {
    const [unlimited, world] = [makeWorld(), worldOf()];

    const results = [await unlimited.say('api', request()), await world.say('api', request())];
    await world.pass(30);

    expect(results.map((one) => one?.state)).toEqual(['active', 'active']);
    expect([unlimited.cloud.counts, world.cloud.counts]).toEqual([0, 1]);
  });

  it('rejects what would reach more, in both languages, and sends nothing', async () => {
    const world = worldOf();
    world.cloud.instances = 4;

    const { leaseId } = (await world.say('api', request())) ?? {};
    const lease = await world.lease(leaseId ?? '');
    await world.pass(90);

    expect(lease).toMatchObject({
      state: 'rejected',
      error: {
        code: 'TOO_MANY_INSTANCES',
        message: expect.stringContaining('4 instances'),
        messageZh: expect.stringContaining('4 台实例'),
        path: '/target/securityGroupId',
      },
    });
    expect(world.cloud.calls).toEqual([]);
    const story = await world.tx((tx) => tx.auditOf(lease.id));
    expect(story.find(({ kind }) => kind === 'lease.decided')?.data).toMatchObject({ instances: 4 });
  });

  const throttled: Answer = { kind: 'refused', class: 'throttled', code: 'Throttling.User', message: 'slow down' };
  const named: Answer = { ...throttled, retryAfterMs: 5_000 };
  const forbidden: Answer = { kind: 'refused', class: 'permission', code: 'Forbidden.RAM', message: 'no' };
  it.each([
    ['throttled', throttled, 61],
    ['throttled, with a pause named', named, 6],
    ['not permitted', forbidden, 31],
    ['without an answer', 'lost-before' as const, 31],
  ])('keeps what could not be counted waiting, and counts again: %s', async (_, fault, seconds) => {
    const world = worldOf();
    world.cloud.faults.push({ kind: 'count', fault });

    const { leaseId } = (await world.say('api', request({ duration: 'PT10M' }))) ?? {};
    const { length: callsMeanwhile } = world.cloud.calls;
    await world.pass(4);
    expect(world.cloud.counts).toBe(1);
    await world.pass(seconds - 4);

    expect(callsMeanwhile).toBe(0);
    expect((await world.lease(leaseId ?? '')).state).toBe('active');
    expect(world.cloud.counts).toBe(2);
  });

  it('lets nothing open by failing for as long as the lease lasts', async () => {
    const world = worldOf();
    for (let time = 0; time < 100; time += 1) world.cloud.faults.push({ kind: 'count', fault: forbidden });

    const { leaseId } = (await world.say('api', request())) ?? {};
    await world.pass(180);

    expect(world.cloud.calls).toEqual([]);
    expect((await world.lease(leaseId ?? '')).state).toBe('failed');
    expect(world.logged.some(({ level, fields }) => level === 'error' && fields?.alarm === true)).toBe(true);
  });

  it('holds for what is approved, and for what begins later, with the count of that moment', async () => {
    const asks = { policies: ['p'], version: 'v', approvals: 1, approvers: [] };
    const allows = { ...asks, approvals: 0 };
    const policy = async () => (question: { action: string }) => (question.action === 'approve' ? allows : asks);
    const [approved, later] = [worldOf({}, { policy }), worldOf()];
    const { leaseId } = (await approved.say('api', request())) ?? {};
    const startsAt = new Date(later.clock.nowMs + 60_000).toISOString().replace('.000', '');
    const scheduled = await later.say('api', request({ startsAt }));
    for (const { cloud } of [approved, later]) cloud.instances = 4;

    await approved.say('api', { version: 1, action: 'approve', id: 'W-1', leaseId, by: { id: 'mei@example.com' } });
    await later.pass(61);

    expect((await approved.lease(leaseId ?? '')).error?.code).toBe('TOO_MANY_INSTANCES');
    expect((await later.lease(scheduled?.leaseId ?? '')).error?.code).toBe('TOO_MANY_INSTANCES');
  });

  it('is asked of what was extended before it opened, and not of an extension of what is open', async () => {
    const world = worldOf();
    const open = await world.say('api', request());
    const startsAt = new Date(world.clock.nowMs + 60_000).toISOString().replace('.000', '');
    const later = await world.say('api', request({ startsAt }));
    world.cloud.instances = 4;

    const ids = [open, later].map((one) => one?.leaseId ?? '');
    for (const leaseId of ids)
      await world.say('api', { version: 1, action: 'extend', id: `X-${leaseId}`, leaseId, duration: 'PT10M' });
    await world.pass(61);

    const [extended, refused] = await Promise.all(ids.map(world.lease));
    expect([extended?.state, refused?.error?.code]).toEqual(['active', 'TOO_MANY_INSTANCES']);
    expect(world.cloud.counts).toBe(2);
  });

  it('is not for what lets nothing through', async () => {
    const world = worldOf({ count: 0 });
    const { ruleId } = world.cloud.addByHand(group, ssh);

    const results = [
      await world.say('api', request(drop)),
      await world.say('api', request({ action: 'revoke', rules: [{ securityGroupRuleId: ruleId }] })),
    ];

    expect(results.map((one) => one?.error?.code)).toEqual([undefined, undefined]);
    expect(world.cloud.counts).toBe(0);
  });

  it('holds for modifications where those may widen', () => {
    const modify = { action: 'modify', rules: [] } as never;

    expect(limited({}, 'refuse')?.isCounted(modify)).toBe(false);
    expect(limited({}, 'allow')?.isCounted(modify)).toBe(true);
  });

  it.each(['refuse', 'allow'] as const)('where the cloud does not tell: %s', async (unknown) => {
    const world = worldOf({ unknown });
    const mute = new FakeCloud(world.clock.now);
    Object.defineProperty(mute, 'countInstances', { value: undefined });
    const other = makeWorld({ reach: limited({ unknown }), apiFor: () => mute });

    const { leaseId } = (await other.say('api', request())) ?? {};

    const { state, error } = await other.lease(leaseId ?? '');
    expect([state, error?.code]).toEqual(
      unknown === 'allow' ? ['active', undefined] : ['rejected', 'TOO_MANY_INSTANCES'],
    );
  });

  it('says of a group that is gone that it is gone', async () => {
    const world = worldOf();
    const gone: Answer = { kind: 'refused', class: 'group-gone', code: 'InvalidSecurityGroupId.NotFound', message: '' };
    const uncounted: Answer = { kind: 'unknown', code: 'NOT_COUNTED', message: 'not in the answer' };
    world.cloud.faults.push({ kind: 'describe', fault: gone }, { kind: 'count', fault: uncounted });

    const { leaseId } = (await world.say('api', request())) ?? {};

    expect((await world.lease(leaseId ?? '')).error?.code).toBe('GROUP_NOT_FOUND');
    expect(world.cloud.calls).toEqual([]);
  });
});
