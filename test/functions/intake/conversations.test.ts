import { decrypt } from '@wecom/crypto';
import { describe, expect, it } from 'vitest';
import type { InstanceReader } from '../../../shared/intake/instance-reader.ts';
import type { HookRequest } from '../../../shared/intake/system.ts';
import type { LoadPolicy } from '../../../shared/reconcile/policy-port.ts';
import { group } from '../../fakes/world.ts';
import { hookSecrets as keys } from '../../support/hook-trial.ts';
import { fromGithub, fromGitlab } from '../../support/sign-hooks.ts';
import { dingtalkForm, feishuForm, tickets } from '../../support/tickets.ts';
import { makeIntake, resultsOf } from './intake.ts';

/** Jira Automation, which signs nothing: the secret is a header. */
const fromAutomation = (body: unknown): HookRequest => ({
  ...fromGitlab(body, ''),
  headers: { 'x-curfew-secret': keys.CURFEW_JIRA_AUTOMATION_SECRETS },
});

/** Somebody else must agree to everything. */
const askOne: LoadPolicy = async () => () => ({ policies: [], version: '', approvals: 1, approvers: [] });

const forms: InstanceReader = {
  read: async (source) => ({ instance: source.kind === 'dingtalk' ? dingtalkForm : feishuForm }),
};

describe.each(Object.keys(tickets) as (keyof typeof tickets)[])('a ticket of %s', (system) => {
  const ticket = () => {
    const intake = makeIntake({ instances: forms });
    const say = (what: 'asked' | 'approved' | 'closed', serial = 1) =>
      intake.post(system, tickets[system][what]({ serial, nowMs: intake.world.clock.nowMs }));
    const state = async () => (await intake.leases()).map((lease) => lease.state);
    return { ...intake, say, state };
  };

  it('opens a lease, and ends it when it is closed', async () => {
    const { say, state, leases, world } = ticket();

    const asked = await say('asked');
    await world.pass(1);
    expect(asked.status).toBe(system === 'feishu' || system === 'dingtalk' ? 200 : 202);
    expect(await leases()).toMatchObject([
      {
        source: system,
        state: 'active',
        action: 'authorize',
        target: { securityGroupId: 'sg-demo-web' },
        rules: [{ portRange: '22/22', sourceCidrIp: '203.0.113.7/32' }],
        requester: { id: 'lin' },
      },
    ]);
    const closed = await say('closed');
    await world.pass(10);

    expect([200, 202]).toContain(closed.status);
    expect(await state()).toEqual(['ended']);
  });

  it('opens nothing when it is closed before it is asked for', async () => {
    const { say, state, world } = ticket();

    await say('closed');
    await say('asked');
    await world.pass(2);

    expect(await state()).toEqual(['cancelled']);
    expect(world.cloud.rules({ ...group, securityGroupId: 'sg-demo-web' })).toEqual([]);
  });

  it('is asked for once, however often it is delivered and under whatever id', async () => {
    const { say, leases, state, world } = ticket();

    for (const serial of [1, 1, 2, 3]) await say('asked', serial);
    await say('closed');
    for (const serial of [4, 5]) await say('asked', serial);
    await world.pass(10);

    expect(await leases()).toHaveLength(1);
    expect(await state()).toEqual(['cancelled']);
  });

  it('is closed as often as it is closed, each time to the same end', async () => {
    const { say, state, world } = ticket();

    await say('asked');
    await world.pass(1);
    for (const serial of [1, 1, 2]) expect((await say('closed', serial)).status).toBeLessThan(300);
    await world.pass(10);

    expect(await state()).toEqual(['ended']);
  });
});

describe.each(Object.keys(tickets) as (keyof typeof tickets)[])(
  'a ticket of %s that somebody must agree to',
  (system) => {
    const ticket = () => {
      const intake = makeIntake({ instances: forms, policy: askOne });
      const say = (what: 'asked' | 'approved' | 'closed') =>
        intake.post(system, tickets[system][what]({ serial: 1, nowMs: intake.world.clock.nowMs }));
      const state = async () => (await intake.leases()).map((lease) => lease.state);
      return { ...intake, say, state };
    };

    it('waits, opens when its own workflow says so in another person’s name, and ends when it is closed', async () => {
      const { say, state, leases, world } = ticket();

      await say('asked');
      await world.pass(2);
      expect(await state()).toEqual(['awaiting-approval']);
      await say('approved');
      await world.pass(2);
      expect(await leases()).toMatchObject([
        { state: 'active', approvals: { given: [{ by: { id: 'mei' }, source: system }] } },
      ]);
      await say('closed');
      await world.pass(10);

      expect(await state()).toEqual(['ended']);
    });

    it.each([
      [['asked', 'closed', 'approved']],
      [['closed', 'asked', 'approved']],
      [['closed', 'approved', 'asked']],
      [['approved', 'closed', 'asked']],
    ] as const)('never opens when it was closed, in whatever order that is told: %j', async (order) => {
      const { say, state, world } = ticket();

      for (const what of order) await say(what);
      await world.pass(5);

      expect(['cancelled', 'rejected']).toContain((await state())[0]);
      expect(world.cloud.rules({ ...group, securityGroupId: 'sg-demo-web' })).toEqual([]);
    });

    it('opens as well when its approval is told before its asking', async () => {
      const { say, state, world } = ticket();

      await say('approved');
      await say('asked');
      await world.pass(2);

      expect(await state()).toEqual(['active']);
    });
  },
);

describe('a repetition', () => {
  it('means what the event meant the first time, though its form was changed since', async () => {
    let port = '22';
    const changed = { ...dingtalkForm.formComponentValues[1], name: 'Port' };
    const form = () => ({
      ...dingtalkForm,
      formComponentValues: [
        ...dingtalkForm.formComponentValues.filter(({ name }) => name !== 'Port'),
        { ...changed, value: port },
      ],
    });
    const { post, leases, world } = makeIntake({
      instances: {
        read: async () => ({ instance: form() }),
      },
    });
    const say = () => post('dingtalk', tickets.dingtalk.asked({ serial: 1, nowMs: world.clock.nowMs }));

    await say();
    port = '3389';
    await say();

    expect(await leases()).toMatchObject([{ rules: [{ portRange: '22/22' }] }]);
    const audit = await world.ledger.auditPage({ afterN: 0, limit: 100, kinds: ['message.refused'] });
    expect(audit.rows).toEqual([]);
  });

  it('cannot become another request by headers that no signature covers', async () => {
    const { post, leases, deps } = makeIntake();
    const { github } = deps.sources.book;
    const fields = {
      ...(github as { fields: object }).fields,
      id: "join('/', ['OPS-1', $headers.\"x-github-delivery\"])",
    };
    Object.assign(deps.sources, { book: { github: { ...github, fields, idForm: 'OPS-1/[a-z0-9-]+' } } });

    for (const serial of [1, 2, 3]) await post('github', tickets.github.asked({ serial, nowMs: 0 }));

    expect(await leases()).toMatchObject([{ requestId: 'OPS-1/guid-asked-1-0' }]);
    expect(await leases()).toHaveLength(1);
  });

  it('extends once, under whatever delivery id', async () => {
    const { post, leases, world } = makeIntake();
    const { issue, repository, sender } = tickets.github.body('asked');
    const comment = { body: '/extend 1h', author_association: 'MEMBER', user: { login: 'lin' } };
    await post('github', tickets.github.asked({ serial: 1, nowMs: 0 }));
    await world.pass(1);
    const [before] = await leases();
    for (const guid of ['a', 'a', 'b', 'c']) {
      const extended = { action: 'created', comment, issue, repository, sender };
      await post('github', fromGithub(extended, keys.CURFEW_GITHUB_SECRETS, 'issue_comment', guid));
    }

    expect((await leases())[0]?.expiresAtMs).toBe((before?.expiresAtMs ?? 0) + 3_600_000);
  });
});

describe('DingTalk', () => {
  it('hears `success` in its own encryption, whatever became of the event', async () => {
    const { post, world } = makeIntake({ instances: forms });
    for (const what of ['asked', 'approved', 'closed'] as const) {
      const { status, body } = await post('dingtalk', tickets.dingtalk[what]({ serial: 1, nowMs: world.clock.nowMs }));
      expect(status).toBe(200);
      expect(decrypt(keys.CURFEW_DINGTALK_AES_KEYS, String(body.encrypt)).message).toBe('success');
    }
  });

  it('hears it as well while its form cannot be had; the form is fetched with the next timer', async () => {
    let isAway = true;
    const { post, tick, leases, world } = makeIntake({
      instances: {
        read: async () => (isAway ? 'away' : { instance: dingtalkForm }),
      },
    });

    const asked = await post('dingtalk', tickets.dingtalk.asked({ serial: 1, nowMs: world.clock.nowMs }));
    expect(asked.status).toBe(200);
    expect(await tick()).toEqual({ caughtUp: 0, waiting: 1, away: [] });
    expect(await leases()).toEqual([]);
    isAway = false;

    expect(await tick()).toEqual({ caughtUp: 1, waiting: 0, away: [] });
    expect(await tick()).toEqual({ caughtUp: 0, waiting: 0, away: [] });
    expect(await leases()).toMatchObject([{ requester: { id: 'lin' } }]);
  });

  it('hears it before anybody is asked for the form, which a run of its own fetches', async () => {
    const asked: string[] = [];
    let runs = 0;
    const { post, tick, leases, world } = makeIntake({
      instances: {
        read: async (_, id) => {
          asked.push(id);
          return { instance: dingtalkForm };
        },
      },
      deliveries: { missedSince: async () => expect.unreachable('such a run polls nobody') },
      fetchSoon: async (source) => {
        expect(source).toBe('dingtalk');
        runs += 1;
      },
    });
    for (const what of ['asked', 'approved'] as const) {
      const { body } = await post('dingtalk', tickets.dingtalk[what]({ serial: 1, nowMs: world.clock.nowMs }));
      expect(decrypt(keys.CURFEW_DINGTALK_AES_KEYS, String(body.encrypt)).message).toBe('success');
    }
    expect([asked, runs, await leases()]).toEqual([[], 2, []]);

    expect(await tick('fetch feishu')).toMatchObject({ caughtUp: 0 });
    expect(await tick('fetch dingtalk')).toMatchObject({ caughtUp: 2, waiting: 0 });
    expect(await leases()).toMatchObject([{ requester: { id: 'lin' } }]);
  });

  it('is closed before its form was fetched, and never opens', async () => {
    const { post, tick, leases, world } = makeIntake({
      instances: {
        read: async () => ({ instance: dingtalkForm }),
      },
      fetchSoon: async () => undefined,
    });
    for (const what of ['asked', 'approved', 'closed'] as const) {
      await post('dingtalk', tickets.dingtalk[what]({ serial: 1, nowMs: world.clock.nowMs }));
    }

    await tick('fetch dingtalk');
    await world.pass(5);

    expect((await leases()).map(({ state }) => state)).toEqual(['cancelled']);
    expect(world.cloud.calls).toEqual([]);
  });

  it('is not kept from ending by a form that cannot be had', async () => {
    let isAway = false;
    const { post, leases, world } = makeIntake({
      instances: {
        read: async () => (isAway ? 'away' : { instance: dingtalkForm }),
      },
    });
    await post('dingtalk', tickets.dingtalk.asked({ serial: 1, nowMs: world.clock.nowMs }));
    isAway = true;
    await post('dingtalk', tickets.dingtalk.closed({ serial: 1, nowMs: world.clock.nowMs }));

    expect(await leases()).toMatchObject([{ state: 'cancelled' }]);
  });
});

describe('nobody', () => {
  const at = (nowMs: number, serial = 1) => ({ nowMs, serial });

  it('ends a lease of another source by guessing its id', async () => {
    const { post, leases, world } = makeIntake();
    const { nowMs } = world.clock;
    await post('jira', tickets.jira.asked(at(nowMs)));
    // A ServiceNow that may call its tickets as it likes says that Jira's ticket is closed.
    const foreign = tickets.servicenow.of({ number: 'OPS-1234', state: '3' });
    expect(resultsOf(await post('servicenow', foreign))).toMatchObject([{ error: { code: 'INVALID_TICKET_ID' } }]);
    await post('jira-automation', fromAutomation({ event: 'closed', issue: { key: 'OPS-1234' } }));
    await world.pass(2);

    expect(await leases()).toMatchObject([{ source: 'jira', state: 'active' }]);
  });

  it('squats an id before its owner: each source has ids of its own', async () => {
    const { post, leases, world } = makeIntake();
    const { nowMs } = world.clock;
    await post('jira-automation', fromAutomation({ event: 'closed', issue: { key: 'OPS-1234' } }));
    await post('jira-automation', fromAutomation({ event: 'requested', issue: { key: 'OPS-1234' } }));
    const { status } = await post('jira', tickets.jira.asked(at(nowMs)));
    await world.pass(2);

    expect(status).toBe(202);
    expect(await leases()).toMatchObject([{ source: 'jira', state: 'active', requester: { id: 'lin' } }]);
  });

  it('asks as somebody else by what is written in a ticket', async () => {
    const { post, leases, world } = makeIntake();
    const body = tickets.jira.body('asked');
    Object.assign(body.issue.fields, { reporter: { accountId: 'admin' }, requester: 'admin', by: 'admin' });
    await post('jira', tickets.jira.of({ ...body, requester: { id: 'admin' }, by: 'admin', creator: 'admin' }));
    await post(
      'servicenow',
      tickets.servicenow.of({ ...tickets.servicenow.body('asked'), requested_for: 'admin', requester: 'admin' }),
    );
    await world.pass(1);

    expect((await leases()).map(({ requester }) => requester)).toEqual([{ id: 'lin' }, { id: 'lin' }]);
  });

  it('approves what they asked for, nor what came through another source', async () => {
    const { post, leases, world } = makeIntake({ policy: askOne });
    const approved = tickets.jira.body('approved');
    await post('jira', tickets.jira.asked(at(world.clock.nowMs)));
    const own = await post('jira', tickets.jira.of({ ...approved, user: { accountId: 'LIN' } }));
    const initiator = { accountId: 'mei' };
    await post('jira-automation', fromAutomation({ event: 'approved', issue: { key: 'OPS-1234' }, initiator }));
    const alone = tickets.jira.of({
      ...tickets.jira.body('asked'),
      issue: { ...tickets.jira.body('asked').issue, key: 'OPS-2' },
    });
    await post('jira-server', { ...alone, query: { key: keys.CURFEW_JIRA_SERVER_SECRETS } });
    const status = { ...approved, issue: { ...approved.issue, key: 'OPS-2' } };
    const unallowed = await post('jira-server', {
      ...tickets.jira.of(status),
      query: { key: keys.CURFEW_JIRA_SERVER_SECRETS },
    });
    await world.pass(2);

    expect(resultsOf(own)[0]?.error?.code).toBe('OWN_REQUEST');
    expect(resultsOf(unallowed)[0]?.error?.code).toBe('APPROVAL_NOT_ALLOWED');
    expect((await leases()).map(({ state }) => state)).toEqual(['awaiting-approval', 'awaiting-approval']);
  });

  it('is believed without proof, and hears nothing', async () => {
    const { post, leases, world } = makeIntake();
    for (const system of Object.keys(tickets) as (keyof typeof tickets)[]) {
      const { rawBody } = tickets[system].asked(at(world.clock.nowMs));
      expect(await post(system, { headers: {}, query: {}, rawBody })).toMatchObject({ status: 401, text: '' });
    }
    expect(await leases()).toEqual([]);
  });
});

describe('a body', () => {
  it.each([
    ['too long', 413, 'PAYLOAD_TOO_LARGE', Buffer.alloc(64 * 1024 + 1, 0x20), {}],
    ['compressed', 400, 'COMPRESSED_BODY', Buffer.from('{}'), { 'content-encoding': 'gzip' }],
  ])('%s is refused before it is proved', async (_name, status, code, rawBody, headers) => {
    const { post } = makeIntake();

    const answer = await post('jira', { headers, query: {}, rawBody });

    // The same object as any other answer: one result, with nothing known but what is wrong.
    const counters = { taken: 0, repeated: 0, refused: 1, malformed: 1 };
    const result = { id: null, leaseId: null, state: null, error: { code } };
    expect(answer).toMatchObject({ status, body: { error: { code }, results: [result], ...counters } });
  });

  it.each([
    ['a field twice', '{"a":1,"a":2}', 'DUPLICATE_FIELD'],
    ['__proto__', '{"__proto__":{"isAdmin":true}}', 'FORBIDDEN_FIELD'],
    ['too many levels', `${'{"a":'.repeat(40)}1${'}'.repeat(40)}`, 'TOO_DEEP'],
    [
      'too many fields',
      JSON.stringify(Object.fromEntries(Array.from({ length: 5_001 }, (_, n) => [`a${n}`, 1]))),
      'TOO_MANY_FIELDS',
    ],
    ['no JSON', '{', 'NOT_JSON'],
    ['no object', '[]', 'INVALID_TYPE'],
  ])('with %s is refused', async (_name, text, code) => {
    const { post } = makeIntake();

    expect(await post('jira', tickets.jira.of(text))).toMatchObject({ status: 400, body: { error: { code } } });
    expect(await post('gitlab', fromGitlab(text, keys.CURFEW_GITLAB_SECRETS))).toMatchObject({
      status: 200,
      body: { error: { code } },
    });
  });

  it.each(['ОPS-1234', 'OPS-1234\n', 'OPS-1234\u0000', 'ops-1234', 'OPS-1234/end/x', 'OPS-\u0661', '../x', '', 12])(
    'with the id %j is refused: it might look like another ticket',
    async (key) => {
      const { post, leases } = makeIntake();
      const body = tickets.jira.body('asked');
      const answer = await post('jira', tickets.jira.of({ ...body, issue: { ...body.issue, key } }));

      // White space round an id is not part of it.
      if (key === 'OPS-1234\n') expect(answer.status).toBe(202);
      else expect(answer).toMatchObject({ status: 400, body: { error: { path: '/id' } } });
      expect((await leases()).every(({ requestId }) => requestId === 'OPS-1234')).toBe(true);
    },
  );

  it('with half a character in its summary is taken without it', async () => {
    const { post, leases } = makeIntake();
    const body = tickets.jira.body('asked');
    const summary = 'restart 🚀'.slice(0, -1);

    await post(
      'jira',
      tickets.jira.of({ ...body, issue: { ...body.issue, fields: { ...body.issue.fields, summary } } }),
    );

    expect(await leases()).toMatchObject([{ reason: 'restart' }]);
  });

  it('whose fields were chosen from lists is read by their values', async () => {
    const { post, leases } = makeIntake();
    const body = tickets.jira.body('asked');
    const chosen = {
      customfield_10102: [{ value: '22', id: '1' }, { value: 443 }],
      customfield_10103: { value: '203.0.113.7' },
      customfield_10104: { value: '2h', child: { value: 'x' } },
    };
    const fields = { ...body.issue.fields, ...chosen };

    await post('jira', tickets.jira.of({ ...body, issue: { ...body.issue, fields } }));

    const [lease] = await leases();
    expect(lease?.rules.map(({ portRange }) => portRange)).toEqual(['22/22', '443/443']);
    expect((lease?.expiresAtMs ?? 0) - (lease?.startsAtMs ?? 0)).toBe(7_200_000);
  });

  it.each([
    ['no address', { customfield_10103: null }, '/rules/0/sourceCidrIp'],
    ['no port', { customfield_10102: null }, '/rules/0/portRange'],
  ])('with %s is refused by what is missing', async (_name, change, path) => {
    const { post } = makeIntake();
    const body = tickets.jira.body('asked');
    const fields = { ...body.issue.fields, ...change };

    const answer = await post('jira', tickets.jira.of({ ...body, issue: { ...body.issue, fields } }));

    expect(resultsOf(answer)).toMatchObject([{ error: { code: 'MISSING_FIELD', path } }]);
  });
});
