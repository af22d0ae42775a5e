import { describe, expect, it } from 'vitest';
import { forgetMarks } from '../../../shared/reconcile/forget-marks.ts';
import { refusal } from '../../../shared/rule/refusal.ts';
import type { Rule } from '../../../shared/rule/rule.ts';
import { group, makeWorld, request } from '../../fakes/world.ts';

const port22: Rule = {
  direction: 'ingress',
  ipProtocol: 'tcp',
  portRange: '22/22',
  policy: 'accept',
  priority: 1,
  nicType: 'intranet',
  sourceCidrIp: '203.0.113.7/32',
};

describe('a lease', () => {
  it('opens its rule at once and removes it at its second', async () => {
    const world = makeWorld();

    const { results } = await world.send('grant', request());
    const leaseId = results[0]?.leaseId ?? '';

    expect(results[0]).toMatchObject({ state: 'active' });
    expect(world.cloud.rules(group)).toHaveLength(1);
    await world.pass(59);
    expect(world.cloud.rules(group)).toHaveLength(1);
    await world.pass(1);
    expect(world.cloud.rules(group)).toHaveLength(0);
    expect((await world.lease(leaseId)).state).toBe('ended');
    expect(world.cloud.calls.map((call) => call.kind)).toEqual(['authorize', 'revoke']);
  });

  it('looks once before and once after opening', async () => {
    const world = makeWorld();

    await world.send('grant', request());

    expect(world.cloud.describes).toBe(2);
  });

  it('is one lease, one rule and one call when its message comes ten times at once', async () => {
    const world = makeWorld();
    const message = request();

    const answers = await Promise.all(Array.from({ length: 10 }, () => world.send('grant', message)));

    expect(new Set(answers.map(({ results }) => results[0]?.leaseId)).size).toBe(1);
    expect(world.cloud.calls).toHaveLength(1);
    expect(world.cloud.rules(group)).toHaveLength(1);
  });

  it('is refused when its id was used for other content', async () => {
    const world = makeWorld();
    const message = request();
    await world.send('grant', message);

    const { results } = await world.send('grant', { ...message, duration: 'PT2M' });

    expect(results[0]).toMatchObject({ leaseId: null, error: { code: 'REQUEST_ID_REUSED', path: '/id' } });
  });

  it('borrows a rule that was there already and never touches it', async () => {
    const world = makeWorld();
    const permanent = world.cloud.addByHand(group, port22, 'permanent');

    const { results } = await world.send('grant', request());
    await world.pass(70);

    expect(results[0]).toMatchObject({ state: 'active', borrowed: true });
    expect(world.cloud.rules(group)).toEqual([permanent]);
    expect(world.cloud.calls).toEqual([]);
    expect((await world.lease(results[0]?.leaseId ?? '')).state).toBe('ended');
  });

  it('shares its rule with an overlapping lease, and the last one to end closes it', async () => {
    const world = makeWorld();
    const first = await world.send('grant', request());
    await world.pass(30);
    const second = await world.send('grant', request({ duration: 'PT2M' }));

    await world.pass(40);

    expect(second.results[0]).toMatchObject({ state: 'active' });
    expect((await world.lease(first.results[0]?.leaseId ?? '')).state).toBe('ended');
    expect(world.cloud.rules(group)).toHaveLength(1);
    await world.pass(90);
    expect(world.cloud.rules(group)).toHaveLength(0);
    expect(world.cloud.calls.map((call) => call.kind)).toEqual(['authorize', 'modify', 'revoke']);
  });

  it('moves its stamp when it is extended, and stays open without a gap', async () => {
    const world = makeWorld();
    const message = request();
    await world.send('grant', message);
    const before = world.cloud.rules(group)[0];

    await world.send('grant', {
      version: 1,
      action: 'extend',
      id: 'EXT-1',
      requestId: message.id,
      duration: 'PT1M',
    });
    await world.pass(90);

    const after = world.cloud.rules(group)[0];
    expect(after?.ruleId).toBe(before?.ruleId);
    expect(after?.description).toContain('until 2026-12-01T09:02:00Z');
    await world.pass(30);
    expect(world.cloud.rules(group)).toHaveLength(0);
  });

  it('is shortened from now', async () => {
    const world = makeWorld();
    const message = request({ duration: 'PT1H' });
    await world.send('grant', message);

    await world.send('revoke', {
      version: 1,
      action: 'shorten',
      id: 'S-1',
      requestId: message.id,
      duration: 'PT10S',
    });
    await world.pass(11);

    expect(world.cloud.rules(group)).toHaveLength(0);
  });

  it('ends at once when asked to, through either hand', async () => {
    const world = makeWorld();
    const message = request({ duration: 'PT1H' });
    const { results } = await world.send('grant', message);
    await world.pass(10);

    const ended = await world.send('revoke', { version: 1, action: 'end', id: 'E-1', requestId: message.id });

    expect(ended.results[0]).toMatchObject({ leaseId: results[0]?.leaseId, state: 'ended' });
    expect(world.cloud.rules(group)).toHaveLength(0);
  });

  it('is born cancelled when its end came before it', async () => {
    const world = makeWorld();
    const message = request();
    const early = await world.send('revoke', { version: 1, action: 'end', id: 'E-2', requestId: message.id });

    const { results } = await world.send('grant', message);

    expect(early.results[0]).toEqual({ id: 'E-2', leaseId: null, state: null });
    expect(results[0]).toMatchObject({ state: 'cancelled' });
    expect(world.cloud.calls).toEqual([]);
  });

  it('answers what came before it when it is rejected, and leaves nothing parked', async () => {
    const world = makeWorld();
    const guard = () => refusal('CIDR_TOO_WIDE', 'too wide');
    Object.assign(world.deps, { guard });
    const message = request();
    const end = { version: 1, action: 'end', id: 'E-3', requestId: message.id };
    const extend = { version: 1, action: 'extend', id: 'X-3', requestId: message.id, duration: 'PT1H' };
    await world.send('revoke', end, extend);

    const { results } = await world.send('grant', message);
    const again = await world.send('revoke', end, extend);

    const { leaseId } = results[0] ?? {};
    expect(results[0]).toMatchObject({ state: 'rejected', error: { code: 'CIDR_TOO_WIDE' } });
    expect(again.results).toMatchObject([
      { id: 'E-3', leaseId, state: 'rejected', error: { code: 'CIDR_TOO_WIDE' } },
      { id: 'X-3', leaseId, state: 'rejected', error: { code: 'LEASE_ENDED' } },
    ]);
    expect(await world.tx((tx) => tx.parkedFor([{ source: 'queue', requestId: message.id }]))).toEqual([]);
  });

  it('is met by an end that waited for thirty days, was forgotten, and was said again', async () => {
    const world = makeWorld();
    const message = request();
    const end = { version: 1, action: 'end', id: 'E-4', requestId: message.id };
    const waiting = () => world.tx((tx) => tx.parkedFor([{ source: 'queue', requestId: message.id }]));
    await world.send('revoke', end);
    world.clock.nowMs += 30 * 24 * 3_600_000;
    const early = await forgetMarks(world.deps, () => true);
    const kept = await waiting();
    world.clock.nowMs += 1;

    const forgotten = await forgetMarks(world.deps, () => true);
    const gone = await waiting();
    await world.send('revoke', end);
    const { results } = await world.send('grant', message);

    expect([early, kept.length, forgotten, gone.length]).toEqual([0, 1, 1, 0]);
    expect(results[0]).toMatchObject({ state: 'cancelled' });
    expect(world.cloud.calls).toEqual([]);
  });

  it('fails when its message comes after its window', async () => {
    const world = makeWorld();

    const { results } = await world.send(
      'grant',
      request({ startsAt: '2026-12-01T07:00:00Z', expiresAt: '2026-12-01T08:00:00Z', duration: undefined }),
    );

    expect(results[0]).toMatchObject({ state: 'failed', error: { code: 'NEVER_OPENED' } });
    expect(world.cloud.calls).toEqual([]);
  });

  it('waits for its start', async () => {
    const world = makeWorld();
    const { results } = await world.send('grant', request({ startsAt: '2026-12-01T09:00:30Z' }));

    await world.pass(29);

    expect(results[0]).toMatchObject({ state: 'scheduled' });
    expect(world.cloud.rules(group)).toHaveLength(0);
    await world.pass(1);
    expect(world.cloud.rules(group)).toHaveLength(1);
  });

  it('is withdrawn when its rule is deleted by hand, with an alarm, and not opened again', async () => {
    const world = makeWorld();
    const { results } = await world.send('grant', request({ duration: 'PT10M' }));
    const [rule] = world.cloud.rules(group);
    world.cloud.removeByHand(group, rule?.ruleId ?? '');

    await world.pass(70);

    expect((await world.lease(results[0]?.leaseId ?? '')).state).toBe('withdrawn');
    expect(world.logged.some(({ fields }) => fields?.code === 'WITHDRAWN')).toBe(true);
    await world.pass(600);
    expect(world.cloud.rules(group)).toHaveLength(0);
    expect(world.cloud.calls.filter((call) => call.kind === 'authorize')).toHaveLength(1);
  });

  it('leaves no operation behind when its rule is deleted before its stamp was seen to be moved', async () => {
    const world = makeWorld();
    const message = request({ duration: 'PT10M' });
    const { results } = await world.send('grant', message);
    const extend = { version: 1, id: 'X-1', requestId: message.id, action: 'extend', duration: 'PT10M' };
    const send = world.cloud.send.bind(world.cloud);
    world.cloud.send = async (...call) => {
      const answer = await send(...call);
      if (call[1] !== 'modify') return answer;
      world.cloud.removeByHand(group, world.cloud.rules(group)[0]?.ruleId ?? '');
      return { kind: 'unknown', code: 'ETIMEDOUT', message: 'no answer' };
    };
    await world.send('grant', extend);
    await world.pass(1);
    const open = () =>
      world.tx(async (tx) => {
        const links = await tx.linksOfLeases([results[0]?.leaseId ?? '']);
        return tx.openOperations(links.map(({ ruleKey }) => ruleKey));
      });
    expect(await open()).toMatchObject([{ kind: 'modify' }]);

    await world.pass(120);

    expect(await open()).toEqual([]);
  });

  it.each([
    ['blanked', { description: '' }],
    ['edited to another address', { rule: { ...port22, sourceCidrIp: '198.51.100.0/24' } }],
  ])('ends although its rule was %s by hand', async (_name, edit) => {
    const world = makeWorld();
    const { results } = await world.send('grant', request());
    const [rule] = world.cloud.rules(group);
    world.cloud.editByHand(group, rule?.ruleId ?? '', edit);

    await world.pass(61);

    expect(world.cloud.rules(group)).toHaveLength(0);
    expect((await world.lease(results[0]?.leaseId ?? '')).state).toBe('ended');
  });

  it('leaves a copy of its rule in place that somebody made by hand', async () => {
    const world = makeWorld();
    await world.send('grant', request());
    const [rule] = world.cloud.rules(group);
    await world.pass(61);

    const copy = world.cloud.addByHand(group, port22, rule?.description);
    await world.pass(120);

    expect(world.cloud.rules(group)).toEqual([copy]);
  });

  it.each(['lost-before', 'lost-after'] as const)('opens and ends once when calls are %s', async (fault) => {
    const world = makeWorld();
    world.cloud.faults.push({ kind: 'authorize', fault }, { kind: 'revoke', fault });

    const { results } = await world.send('grant', request());
    await world.pass(80);

    expect(world.cloud.rules(group)).toHaveLength(0);
    expect((await world.lease(results[0]?.leaseId ?? '')).state).toBe('ended');
  });

  it('is put down when throttled and goes on at the next minute', async () => {
    const world = makeWorld();
    const throttled = {
      kind: 'refused',
      class: 'throttled',
      code: 'Throttling.User',
      message: 'slow down',
    } as const;
    world.cloud.faults.push({ kind: 'authorize', fault: throttled });
    await world.pass(10);

    const { results } = await world.send('grant', request({ duration: 'PT5M' }));

    expect(results[0]).toMatchObject({ state: 'opening' });
    await world.pass(49);
    expect(world.cloud.rules(group)).toHaveLength(0);
    await world.pass(2);
    expect(world.cloud.rules(group)).toHaveLength(1);
  });

  it('ends at its second by its id where listing is throttled, and a later look proves it', async () => {
    const world = makeWorld();
    const { results } = await world.send('grant', request());
    const leaseId = results[0]?.leaseId ?? '';
    world.cloud.addByHand(group, { ...port22, priority: 7 });
    await world.pass(58);
    const throttled = { kind: 'refused', class: 'throttled', code: 'Throttling', message: 'too many' } as const;
    world.cloud.faults.push(...Array.from({ length: 9 }, () => ({ kind: 'describe', fault: throttled }) as const));

    await world.pass(4);

    expect(world.cloud.calls.map(({ kind }) => kind)).toEqual(['authorize', 'revoke']);
    expect(world.cloud.rules(group)).toMatchObject([{ rule: { priority: 7 } }]);
    expect(await world.lease(leaseId)).toMatchObject({ state: 'closing' });
    world.cloud.faults.splice(0);
    await world.pass(70);
    expect(await world.lease(leaseId)).toMatchObject({ state: 'ended' });
    expect(world.cloud.calls).toHaveLength(2);
  });

  it('does not end by its id where listing is throttled and another lease wants the rule, or nobody saw it', async () => {
    const world = makeWorld();
    await world.send('grant', request(), request({ duration: 'PT5M' }));
    const throttled = { kind: 'refused', class: 'throttled', code: 'Throttling', message: 'too many' } as const;
    await world.pass(58);
    world.cloud.faults.push(...Array.from({ length: 90 }, () => ({ kind: 'describe', fault: throttled }) as const));

    await world.pass(30);

    expect(world.cloud.rules(group)).toHaveLength(1);
    expect(world.cloud.calls.map(({ kind }) => kind)).not.toContain('revoke');
  });

  it('does not insist where listing is throttled and its id is gone', async () => {
    const world = makeWorld();
    const { results } = await world.send('grant', request());
    const throttled = { kind: 'refused', class: 'throttled', code: 'Throttling', message: 'too many' } as const;
    await world.pass(50);
    world.cloud.faults.push(...Array.from({ length: 90 }, () => ({ kind: 'describe', fault: throttled }) as const));
    world.cloud.removeByHand(group, world.cloud.rules(group)[0]?.ruleId ?? '');

    await world.pass(40);
    world.cloud.faults.splice(0);
    await world.pass(90);

    expect(world.cloud.calls.filter(({ kind }) => kind === 'revoke')).toHaveLength(1);
    expect(await world.lease(results[0]?.leaseId ?? '')).toMatchObject({ state: 'ended' });
  });

  it('fails alone when the cloud refuses its rule in a batch', async () => {
    const world = makeWorld();
    world.cloud.refuses = (rule) => rule.portRange === '3/3';
    const ports = [1, 2, 3, 4, 5, 6, 7];
    const rule = { direction: 'ingress', ipProtocol: 'tcp', sourceCidrIp: '203.0.113.7/32' };

    const { results } = await world.send(
      'grant',
      ...ports.map((port) => request({ rules: [{ ...rule, portRange: `${port}/${port}` }] })),
    );

    expect(results.map(({ state }) => state)).toEqual([
      'active',
      'active',
      'failed',
      'active',
      'active',
      'active',
      'active',
    ]);
    expect(results[2]?.error).toMatchObject({ code: 'InvalidParam.PortRange' });
    await world.pass(61);
    expect(world.cloud.rules(group)).toHaveLength(0);
  });

  it('is stuck while the cloud forbids the removal, and ends when it allows it', async () => {
    const world = makeWorld();
    const forbidden = { kind: 'refused', class: 'permission', code: 'Forbidden.RAM', message: 'no' } as const;
    for (let count = 0; count < 5; count += 1) world.cloud.faults.push({ kind: 'revoke', fault: forbidden });

    const { results } = await world.send('grant', request());
    await world.pass(62);

    expect((await world.lease(results[0]?.leaseId ?? '')).state).toBe('stuck');
    expect(world.logged.some(({ fields }) => fields?.code === 'STUCK')).toBe(true);
    await world.pass(300);
    expect((await world.lease(results[0]?.leaseId ?? '')).state).toBe('ended');
    expect(world.cloud.rules(group)).toHaveLength(0);
  });

  it('ends when its group is deleted', async () => {
    const world = makeWorld();
    const { results } = await world.send('grant', request());
    const gone = {
      kind: 'refused',
      class: 'group-gone',
      code: 'InvalidSecurityGroupId.NotFound',
      message: 'gone',
    } as const;
    world.cloud.describe = async () => gone;

    await world.pass(70);

    expect((await world.lease(results[0]?.leaseId ?? '')).state).toBe('ended');
  });

  it('takes the whole batch to the cloud in one call and keeps one bad message from spoiling it', async () => {
    const world = makeWorld();
    const rule = { direction: 'ingress', ipProtocol: 'tcp', sourceCidrIp: '203.0.113.7/32' };
    const good = Array.from({ length: 50 }, (_, index) =>
      request({ rules: [{ ...rule, portRange: `${index + 1}/${index + 1}` }] }),
    );

    const { results } = await world.send('grant', ...good.slice(0, 25), { nonsense: true }, ...good.slice(25));

    expect(results).toHaveLength(51);
    expect(results[25]?.error).toMatchObject({ code: 'MISSING_FIELD' });
    expect(results.filter(({ state }) => state === 'active')).toHaveLength(50);
    expect(world.cloud.calls).toHaveLength(1);
  });
});

describe('a wake', () => {
  it('comes at a whole second, and never before the work is due', async () => {
    const world = makeWorld();
    world.clock.nowMs += 210;
    const throttled = {
      kind: 'refused',
      class: 'throttled',
      code: 'Throttling',
      message: 'slow',
      retryAfterMs: 1_500,
    } as const;
    world.cloud.faults.push({ kind: 'authorize', fault: throttled });

    await world.send('grant', request({ duration: 'PT5M' }));

    const wake = world.wakes.find(({ hand }) => hand === 'grant');
    expect((wake?.atMs ?? 0) % 1_000).toBe(0);
    expect(wake?.atMs).toBeGreaterThanOrEqual(world.clock.nowMs + 1_500);
    world.clock.nowMs = wake?.atMs ?? 0;
    await world.work('grant');
    expect(world.cloud.rules(group)).toHaveLength(1);
  });
});
