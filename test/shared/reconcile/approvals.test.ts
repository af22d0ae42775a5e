import { describe, expect, it } from 'vitest';
import type { AcceptDeps } from '../../../shared/reconcile/accepting.ts';
import type { Decision, Question } from '../../../shared/reconcile/policy-port.ts';
import { group, makeWorld, request } from '../../fakes/world.ts';

const hour = 3_600_000;
let serial = 0;
const word = (action: string, leaseId: string, more: Record<string, unknown> = {}) => {
  serial += 1;
  const who = action === 'approve' || action === 'reject' ? { by: { id: 'mei@example.com' } } : {};
  return { version: 1, action, id: `WORD-${serial}`, leaseId, ...who, ...more };
};
const by = (id: string) => ({ by: { id } });

/** A policy that wants so many approvals, and may be exchanged while the world goes on. */
function makePolicy(approvals: number) {
  const asked: Question[] = [];
  const state: { decide: (question: Question) => Partial<Decision> } = { decide: () => ({}) };
  const policy: AcceptDeps['policy'] = async () => (question) => {
    asked.push(question);
    const needed = ['approve', 'reject'].includes(question.action) ? 0 : approvals;
    return { policies: ['p'], version: 'v', approvals: needed, approvers: [], ...state.decide(question) };
  };
  return { asked, state, policy };
}
const denial = { refusal: { code: 'POLICY_DENIED', message: 'not any more', path: '' } };

async function waiting(approvals = 1, more: Record<string, unknown> = {}, deps: Partial<AcceptDeps> = {}) {
  const { policy, state, asked } = makePolicy(approvals);
  const world = makeWorld({ policy, ...deps });
  const result = await world.say('api', request(more));
  return { world, state, asked, result, leaseId: result?.leaseId ?? '' };
}

describe('a lease that needs approval', () => {
  it('opens nothing until somebody else approves, and its time counts from then', async () => {
    const { world, leaseId, result } = await waiting();
    await world.pass(120);

    expect(result).toMatchObject({ state: 'awaiting-approval' });
    expect(world.cloud.rules(group)).toHaveLength(0);
    const approved = await world.say('api', word('approve', leaseId));

    expect(approved).toMatchObject({ state: 'active' });
    expect(world.cloud.rules(group)).toHaveLength(1);
    expect((await world.lease(leaseId)).expiresAtMs).toBe(world.clock.nowMs + 60_000);
    await world.pass(60);
    expect(world.cloud.rules(group)).toHaveLength(0);
    expect((await world.lease(leaseId)).state).toBe('ended');
  });

  it('tells in the audit that it waits, who approved, and of what', async () => {
    const { world, leaseId } = await waiting();
    const { approvals } = await world.lease(leaseId);
    await world.say('api', word('approve', leaseId, { reason: 'agreed' }));

    const story = await world.tx((tx) => tx.auditOf(leaseId));

    expect(story.find(({ kind }) => kind === 'lease.state')?.data).toMatchObject({ to: 'awaiting-approval' });
    expect(story.find(({ kind }) => kind === 'lease.approve')).toMatchObject({
      actor: 'mei@example.com',
      data: { reason: 'agreed', digest: approvals?.digest, needed: 1, given: 1 },
    });
  });

  it('needs as many different people as the policy says, however often one of them says so', async () => {
    const { world, leaseId } = await waiting(2);

    for (let turn = 0; turn < 3; turn += 1) {
      const again = await world.say(
        'api',
        word('approve', leaseId, by(turn === 0 ? 'mei@example.com' : ' Mei@Example.com')),
      );
      expect(again?.error).toBeUndefined();
    }
    expect((await world.lease(leaseId)).state).toBe('awaiting-approval');
    await world.say('api', word('approve', leaseId, by('hao@example.com')));

    expect((await world.lease(leaseId)).state).toBe('active');
  });

  it('is not approved by whoever asked, in whatever case, source or handle', async () => {
    const personOf = (source: string, id: string) => (source === 'jira' && id === '5b10' ? 'lin@example.com' : id);
    const { policy } = makePolicy(1);
    const world = makeWorld({ policy, personOf });
    const { leaseId } = (await world.say('jira', request())) ?? {};

    for (const [source, id] of [
      ['jira', 'lin@example.com'],
      ['api', 'LIN@example.com'],
      ['api', ' lin@example.com'],
      ['jira', '5b10'],
    ] as const) {
      const refused = await world.say(source, word('approve', leaseId ?? '', by(id)));
      expect(refused, `${source} ${id}`).toMatchObject({ error: { code: 'OWN_REQUEST', path: '/by' } });
    }
    expect(world.cloud.rules(group)).toHaveLength(0);
    expect((await world.say('api', word('approve', leaseId ?? '', by('5b10'))))?.state).toBe('active');
  });

  it('cannot be asked for and approved by one person with two handles', async () => {
    const { policy } = makePolicy(1);
    const world = makeWorld({ policy, personOf: (_, id) => (id === 'lin-gh' ? 'lin@example.com' : id) });
    const { leaseId } = (await world.say('github', request({ requester: { id: 'lin-gh' } }))) ?? {};

    const own = await world.say('api', word('approve', leaseId ?? '', by('lin@example.com')));

    expect(own?.error?.code).toBe('OWN_REQUEST');
  });

  it('is not reached by another source', async () => {
    const { policy } = makePolicy(1);
    const world = makeWorld({ policy });
    const { leaseId } = (await world.say('jira', request())) ?? {};

    const other = await world.say('servicenow', word('approve', leaseId ?? ''));

    expect(other).toMatchObject({ leaseId: null, error: { code: 'LEASE_NOT_FOUND' } });
    expect((await world.lease(leaseId ?? '')).state).toBe('awaiting-approval');
  });

  it('is approved by those whom the policy lets, who are asked about as one person with their groups', async () => {
    const { world, state, asked, leaseId } = await waiting();
    state.decide = ({ action, person }) => (action === 'approve' && person.id !== 'hao@example.com' ? denial : {});

    const mei = await world.say('api', word('approve', leaseId));
    const hao = await world.say('api', word('approve', leaseId, by('hao@example.com')));

    expect(mei?.error?.code).toBe('POLICY_DENIED');
    expect(hao?.state).toBe('active');
    expect(asked.find(({ action }) => action === 'approve')).toMatchObject({
      person: { id: 'mei@example.com' },
      requester: { id: 'lin@example.com' },
      rules: [{ portRange: '22/22' }],
    });
  });

  it('is approved as it was looked at, or not at all', async () => {
    const { world, leaseId } = await waiting();
    const { approvals } = await world.lease(leaseId);

    const other = await world.say('api', word('approve', leaseId, { digest: '0'.repeat(64) }));
    const same = await world.say('api', word('approve', leaseId, { digest: approvals?.digest }));

    expect(other?.error).toMatchObject({ code: 'APPROVAL_STALE', path: '/digest' });
    expect(same?.state).toBe('active');
  });

  it('cannot be made another one while it waits', async () => {
    const { world, leaseId } = await waiting();

    for (const action of ['extend', 'shorten']) {
      const refused = await world.say('api', word(action, leaseId, { duration: 'PT10S' }));
      expect(refused?.error?.code).toBe('AWAITING_APPROVAL');
    }
  });

  it('is rejected when nobody approves in time, by the sweep alone', async () => {
    const { world, leaseId } = await waiting(1, {}, { approvalTimeoutMs: 20_000 });

    await world.pass(19);
    expect((await world.lease(leaseId)).state).toBe('awaiting-approval');
    await world.pass(2);

    expect(await world.lease(leaseId)).toMatchObject({ state: 'rejected', error: { code: 'APPROVAL_TIMED_OUT' } });
    const late = await world.say('api', word('approve', leaseId));
    expect(late?.error?.code).toBe('NOT_AWAITING_APPROVAL');
    expect(world.cloud.calls).toEqual([]);
    expect(world.cloud.describes).toBe(0);
  });

  it('is rejected when its own end comes first', async () => {
    const { world, leaseId } = await waiting(1, { duration: undefined, expiresAt: '2026-12-01T09:00:30Z' });

    await world.pass(31);

    expect(await world.lease(leaseId)).toMatchObject({ state: 'rejected', error: { code: 'APPROVAL_TIMED_OUT' } });
  });

  it('keeps a start and an end that were named', async () => {
    const { world, leaseId } = await waiting(1, { startsAt: '2026-12-01T10:00:00Z', duration: 'PT1M' });
    await world.pass(10);

    const approved = await world.say('api', word('approve', leaseId));

    expect(approved?.state).toBe('scheduled');
    const { startsAtMs, expiresAtMs } = await world.lease(leaseId);
    expect([startsAtMs, expiresAtMs].map((ms) => new Date(ms).toISOString().slice(11, 19))).toEqual([
      '10:00:00',
      '10:01:00',
    ]);
  });

  it('is rejected by somebody, and cannot be approved afterwards', async () => {
    const { world, leaseId } = await waiting();

    const rejected = await world.say('api', word('reject', leaseId, { reason: 'use the bastion' }));
    const again = await world.say('api', word('reject', leaseId));
    const approved = await world.say('api', word('approve', leaseId, by('hao@example.com')));

    expect(rejected).toMatchObject({ state: 'rejected' });
    expect((await world.lease(leaseId)).error).toMatchObject({
      code: 'REJECTED',
      message: expect.stringContaining('bastion'),
    });
    expect(again).toMatchObject({ state: 'rejected' });
    expect(approved?.error?.code).toBe('NOT_AWAITING_APPROVAL');
  });

  it('is rejected by its own requester, who thought better of it', async () => {
    const { world, state, leaseId } = await waiting();
    state.decide = ({ action }) => (action === 'reject' ? denial : {});

    expect((await world.say('api', word('reject', leaseId)))?.error?.code).toBe('POLICY_DENIED');
    expect((await world.say('api', word('reject', leaseId, by('lin@example.com'))))?.state).toBe('rejected');
  });

  it('is cancelled by its end, and an approval after that opens nothing', async () => {
    const { world, leaseId } = await waiting();

    const ended = await world.say('api', word('end', leaseId));
    const approved = await world.say('api', word('approve', leaseId));
    await world.pass(70);

    expect(ended?.state).toBe('cancelled');
    expect(approved?.error?.code).toBe('NOT_AWAITING_APPROVAL');
    expect(world.cloud.calls).toEqual([]);
  });

  it.each([
    [['end', 'approve', 'ask'], 'cancelled'],
    [['approve', 'end', 'ask'], 'cancelled'],
    [['end', 'ask', 'approve'], 'cancelled'],
    [['approve', 'ask', 'end'], 'ended'],
    [['approve', 'ask'], 'active'],
    [['ask', 'end', 'approve'], 'cancelled'],
    [['reject', 'ask', 'approve'], 'rejected'],
  ])('comes to the same whatever order its messages come in: %j is %s', async (order, state) => {
    const { policy } = makePolicy(1);
    const world = makeWorld({ policy });
    const ask = request();
    let leaseId = '';
    for (const action of order) {
      const message = { ...word(action, ''), leaseId: undefined, requestId: ask.id };
      const result = await world.say('jira', action === 'ask' ? ask : message);
      leaseId = result?.leaseId ?? leaseId;
      world.clock.nowMs += 10;
    }
    await world.pass(5);

    expect((await world.lease(leaseId)).state).toBe(state);
    if (state === 'cancelled' || state === 'rejected') expect(world.cloud.calls).toEqual([]);
  });

  it('is one approval however often its message comes', async () => {
    const { world, leaseId } = await waiting(2);
    const message = word('approve', leaseId);

    await Promise.all([world.say('api', message), world.say('api', message), world.say('api', message)]);

    expect((await world.lease(leaseId)).approvals?.given).toHaveLength(1);
  });

  it('is not approved while new leases are frozen', async () => {
    const { world, leaseId } = await waiting();
    await world.tx((tx) => tx.setSetting('frozen', { by: 'ops' }));

    expect((await world.say('api', word('approve', leaseId)))?.error?.code).toBe('FROZEN');
    await world.tx((tx) => tx.setSetting('frozen', null));
    expect((await world.say('api', word('approve', leaseId)))?.state).toBe('active');
  });

  it('is decided again when it is approved, with the guards and the policy of that moment', async () => {
    const guarded = { isOn: false };
    const guard = () => (guarded.isOn ? { code: 'TOO_WIDE', message: 'no', path: '' } : undefined);
    const { world, state, leaseId } = await waiting(1, {}, { guard });

    guarded.isOn = true;
    expect((await world.say('api', word('approve', leaseId)))?.error?.code).toBe('TOO_WIDE');
    guarded.isOn = false;
    state.decide = ({ action }) => (action === 'authorize' ? denial : {});
    expect((await world.say('api', word('approve', leaseId)))?.error?.code).toBe('POLICY_DENIED');
    state.decide = ({ action }) => (action === 'authorize' ? { approvals: 2 } : {});
    expect((await world.say('api', word('approve', leaseId)))?.state).toBe('awaiting-approval');
    expect((await world.say('api', word('approve', leaseId, by('hao@example.com'))))?.state).toBe('active');
  });

  it('lets a rule that another lease opens alone', async () => {
    const { world, state, leaseId } = await waiting();
    state.decide = () => ({ approvals: 0 });
    await world.say('api', request({ requester: { id: 'hao@example.com' } }));
    await world.pass(61);

    expect((await world.lease(leaseId)).state).toBe('awaiting-approval');
    expect(world.cloud.rules(group)).toHaveLength(0);
  });
});

describe('a change to a rule that is there', () => {
  const named = { action: 'modify', duration: 'PT1M' };
  const set = (priority: number, ruleId: string) => ({
    ...named,
    rules: [{ securityGroupRuleId: ruleId, set: { priority } }],
  });

  it('waits for approval without keeping others from the rule, and is held against them when it is approved', async () => {
    const { policy, state } = makePolicy(1);
    const world = makeWorld({ policy });
    const { ruleId = '' } = world.cloud.addByHand(
      group,
      {
        ...{ direction: 'ingress', ipProtocol: 'tcp', portRange: '80/80', policy: 'accept', priority: 5 },
        ...{ nicType: 'intranet', sourceCidrIp: '10.0.0.0/8' },
      },
      'owned',
    );
    const first = await world.say('api', request(set(6, ruleId)));
    state.decide = () => ({ approvals: 0 });
    const second = await world.say('api', request(set(7, ruleId)));
    await world.pass(3);

    expect((await world.lease(second?.leaseId ?? '')).state).toBe('active');
    expect((await world.say('api', word('approve', first?.leaseId ?? '')))?.error?.code).toBe('CONFLICTS_WITH_LEASE');
    await world.pass(70);
    expect((await world.say('api', word('approve', first?.leaseId ?? '')))?.error).toBeUndefined();
    await world.pass(3);

    expect((await world.lease(first?.leaseId ?? '')).state).toBe('active');
    expect(world.cloud.rules(group)[0]?.rule?.priority).toBe(6);
    await world.pass(70);
    expect(world.cloud.rules(group)[0]?.rule?.priority).toBe(5);
  });
});

describe('a scheduled start', () => {
  const later = { startsAt: '2026-12-01T10:00:00Z' };

  it('is decided again by the policy of that moment: what is denied then opens nothing', async () => {
    const { policy, state } = makePolicy(0);
    const world = makeWorld({ policy });
    const { leaseId } = (await world.say('api', request(later))) ?? {};
    state.decide = () => denial;
    world.clock.nowMs += hour - 5_000;
    await world.pass(10);

    expect(await world.lease(leaseId ?? '')).toMatchObject({ state: 'rejected', error: { code: 'POLICY_DENIED' } });
    expect(world.cloud.calls).toEqual([]);
    const story = await world.tx((tx) => tx.auditOf(leaseId ?? ''));
    expect(story.map(({ kind }) => kind)).toEqual(['lease.accepted', 'lease.decided', 'lease.state']);
  });

  it('keeps its approvals, and opens at its second', async () => {
    const { world, leaseId } = await waiting(1, later);
    await world.say('api', word('approve', leaseId));
    world.clock.nowMs += hour - 5_000;
    await world.pass(4);
    expect((await world.lease(leaseId)).state).toBe('scheduled');
    await world.pass(1);

    expect((await world.lease(leaseId)).state).toBe('active');
  });

  it('in the very second in which another lease on its rule ends keeps the rule', async () => {
    const world = makeWorld({ policy: makePolicy(0).policy });
    await world.say('api', request({ expiresAt: later.startsAt, duration: undefined }));
    const { leaseId } = (await world.say('api', request(later))) ?? {};
    await world.pass(2);
    const before = world.cloud.rules(group).map(({ ruleId }) => ruleId);
    world.clock.nowMs += hour - 30_000;
    await world.pass(60);

    expect((await world.lease(leaseId ?? '')).state).toBe('active');
    expect(world.cloud.rules(group).map(({ ruleId }) => ruleId)).toEqual(before);
    expect(world.cloud.calls.map(({ kind }) => kind)).toEqual(['authorize', 'modify']);
  });

  it('waits while the policies cannot be asked, and everything else goes on', async () => {
    const { policy } = makePolicy(0);
    const broken = { isOn: false };
    const world = makeWorld({
      policy: async () => {
        if (broken.isOn) throw new Error('no policy');
        return policy();
      },
    });
    const { leaseId } = (await world.say('api', request({ ...later, rules: [{ ...ssh, portRange: '23/23' }] }))) ?? {};
    const other = await world.say('api', request({ duration: 'PT2H' }));
    broken.isOn = true;
    world.clock.nowMs += hour - 1_000;
    await world.pass(10);

    expect((await world.lease(leaseId ?? '')).state).toBe('opening');
    expect((await world.lease(other?.leaseId ?? '')).state).toBe('active');
    expect(world.cloud.rules(group)).toHaveLength(1);
    broken.isOn = false;
    await world.pass(40);
    expect((await world.lease(leaseId ?? '')).state).toBe('active');
  });

  it('is decided for a removal when it is accepted, and not again', async () => {
    const { policy, state } = makePolicy(0);
    const world = makeWorld({ policy });
    const { ruleId = '' } = world.cloud.addByHand(
      group,
      {
        ...{ direction: 'ingress', ipProtocol: 'tcp', portRange: '80/80', policy: 'accept', priority: 5 },
        ...{ nicType: 'intranet', sourceCidrIp: '10.0.0.0/8' },
      },
      'owned',
    );
    await world.say(
      'api',
      request({ ...later, action: 'revoke', duration: undefined, rules: [{ securityGroupRuleId: ruleId }] }),
    );
    state.decide = () => denial;
    world.clock.nowMs += hour;
    await world.pass(3);

    expect(world.cloud.rules(group)).toHaveLength(0);
  });
});

describe('an extension', () => {
  const longer = { duration: 'PT10M' };

  it('goes through the policy of that moment', async () => {
    const { policy, state } = makePolicy(0);
    const world = makeWorld({ policy });
    const { leaseId } = (await world.say('api', request())) ?? {};
    state.decide = ({ action }) => (action === 'extend' ? denial : {});

    const extended = await world.say('api', word('extend', leaseId ?? '', { ...longer, requester: { id: 'hao' } }));

    expect(extended?.error?.code).toBe('POLICY_DENIED');
    expect((await world.say('api', word('shorten', leaseId ?? '', { duration: 'PT5S' })))?.error).toBeUndefined();
  });

  it('that needs approval is for somebody who may approve and did not ask', async () => {
    const { policy, state } = makePolicy(0);
    const world = makeWorld({ policy });
    const { leaseId } = (await world.say('jira', request())) ?? {};
    const extend = (id: string) => world.say('api', word('extend', leaseId ?? '', { ...longer, requester: { id } }));
    state.decide = ({ action, person }) => {
      if (action === 'approve' && person.id === 'guest') return denial;
      return action === 'extend' ? { approvals: 1 } : {};
    };

    expect((await extend('Lin@example.com'))?.error?.code).toBe('APPROVAL_NEEDED');
    expect((await extend('guest'))?.error?.code).toBe('APPROVAL_NEEDED');
    const throughOwn = word('extend', leaseId ?? '', { ...longer, requester: { id: 'mei@example.com' } });
    expect((await world.say('jira', throughOwn, 'own'))?.error?.code).toBe('APPROVAL_NEEDED');
    expect((await extend('mei@example.com'))?.error).toBeUndefined();
    state.decide = ({ action }) => (action === 'extend' ? { approvals: 2 } : {});
    expect((await extend('mei@example.com'))?.error?.code).toBe('APPROVAL_NEEDED');
  });
});

const ssh = { direction: 'ingress', ipProtocol: 'tcp', portRange: '22/22', sourceCidrIp: '203.0.113.7/32' };
