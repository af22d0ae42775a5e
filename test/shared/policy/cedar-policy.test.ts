import { describe, expect, it } from 'vitest';
import { loadConfig, policyOf } from '../../../shared/config/config.ts';
import { configFolder } from '../../../shared/config/config-folder.ts';
import { entitiesSchema } from '../../../shared/config/entities-config.ts';
import { noEndMs } from '../../../shared/lease/lease.ts';
import { cedarPolicies } from '../../../shared/policy/cedar-policy.ts';
import { deciding, nowMs, question, ssh, target } from './policy-question.ts';

const allow = '@id("all") permit(principal, action, resource);';
const only = (condition: string) => `@id("only") permit(principal, action, resource) when { ${condition} };`;

describe('the shipped policy', () => {
  it('lets whoever is proved ask for what the guards leave, without approval', async () => {
    const { policy } = await loadConfig(configFolder({}));
    const decide = await cedarPolicies(policy).policy();

    for (const action of ['authorize', 'extend', 'approve'] as const) {
      const decision = decide(question({ action, person: { id: `${action} 张三`, groups: [] } }));
      expect(decision).toMatchObject({ refusal: undefined, approvals: 0, approvers: [], version: policy.version });
    }
    const change = { ruleId: 'sgr-1', set: { description: 'x' } };
    for (const action of ['modify', 'revoke'] as const) {
      const changes = [action === 'modify' ? change : { ruleId: 'sgr-1' }];
      const decision = decide(question({ action, rules: [], changes, expiresAtMs: noEndMs }));
      expect(decision).toMatchObject({ refusal: undefined, policies: ['whoever-is-proved-may-ask'] });
    }
  });

  it('keeps the trail for auditors, and the great levers for administrators and tokens', async () => {
    const { policy } = await loadConfig(configFolder({}));
    const may = await cedarPolicies(policy).visits();
    const codes = (...groups: string[]) =>
      (['view', 'end', 'audit', 'administer'] as const).map((action) => {
        const visit = { action, person: { id: 'lin', groups }, source: 'api', nowMs };
        return [may(visit).refusal?.code, may({ ...visit, target }).refusal?.code];
      });
    const [yes, no] = [
      [undefined, undefined],
      ['POLICY_DENIED', 'POLICY_DENIED'],
    ];

    expect(codes()).toEqual([yes, yes, no, no]);
    expect(codes('auditors')).toEqual([yes, yes, yes, no]);
    expect(codes('admins')).toEqual([yes, yes, yes, yes]);
    expect(codes('api-tokens')).toEqual([yes, yes, yes, yes]);
  });
});

describe('a decision', () => {
  it('is no where no policy says yes', async () => {
    const decide = await deciding('');

    expect(decide(question())).toMatchObject({
      refusal: { code: 'POLICY_DENIED', message: 'no policy allows this', messageZh: expect.stringMatching(/策略/) },
      policies: [],
    });
  });

  it('names the nearest policy where the person, the action and the group fit, and a condition does not', async () => {
    const text = `@id("ssh") @reason("SSH for two hours") permit(principal, action == Action::"authorize", resource)
      when { context.duration <= duration("1h") };
      @id("others") permit(principal in Group::"others", action, resource) when { false };`;

    const { refusal } = (await deciding(text))(question());

    expect(refusal?.message).toBe(
      'no policy allows this; nearest is "ssh" (SSH for two hours), whose conditions are not met',
    );
  });

  it('is no where a forbid fits, whatever is permitted, with its reason in both languages', async () => {
    const text = `${allow} @id("quiet") @reason("nobody today") @reason_zh("今天不行") forbid(principal, action, resource);`;

    expect((await deciding(text))(question())).toMatchObject({
      refusal: {
        code: 'POLICY_DENIED',
        message: 'the policy "quiet" forbids this: nobody today',
        messageZh: '策略“quiet”禁止此操作：今天不行',
      },
      policies: ['quiet'],
    });
  });

  it.each(['forbid', 'permit'])('is no where a %s fails, although the engine would skip it', async (effect) => {
    const text = `${allow} @id("broken") ${effect}(principal, action, resource) when { context.nothing == 1 };`;

    expect((await deciding(text))(question())).toMatchObject({
      refusal: { code: 'POLICY_ERROR', message: expect.stringContaining('"broken"') },
      policies: ['broken'],
    });
  });

  it('is no where the engine cannot even read the question', async () => {
    const decide = await deciding(allow);

    const decision = decide(question({ reason: 'half a \ud83d' }));

    expect(decision.refusal).toMatchObject({ code: 'POLICY_ERROR', messageZh: expect.any(String) });
  });

  it('is no where a tag is read that a group does not bear', async () => {
    const text = `${allow} @id("tagged") forbid(principal, action, resource is SecurityGroup) when { resource.getTag("env") == "prod" };`;
    const prod = entitiesSchema.parse([
      { uid: { type: 'SecurityGroup', id: 'ecs/*/*/sg-demo-db' }, tags: { env: 'test' } },
    ]);
    const decide = await deciding(text, prod);

    expect(decide(question()).refusal?.code).toBe('POLICY_ERROR');
    expect(decide(question({ target: { ...target, securityGroupId: 'sg-demo-db' } })).refusal).toBeUndefined();
  });

  it('holds for every rule of a request, or for none', async () => {
    const decide = await deciding(only('context.rule.ports.from == 22'));
    const web = { ...ssh, portRange: '80/80' };

    expect(decide(question({ rules: [ssh, ssh] })).refusal).toBeUndefined();
    expect(decide(question({ rules: [ssh, web] })).refusal).toMatchObject({ code: 'POLICY_DENIED', path: '/rules/1' });
  });

  it('asks for the fewest approvals of the permits that fit a rule, and for the most of all rules', async () => {
    const text = `@id("a") @approvals("2") permit(principal, action, resource);
      @id("b") @approvals("1") @approvers("dba") permit(principal, action, resource) when { context.rule.ports.from == 22 };
      @id("c") permit(principal, action, resource) when { context.rule.ports.from == 80 };`;
    const decide = await deciding(text);
    const at = (...ports: string[]) => decide(question({ rules: ports.map((portRange) => ({ ...ssh, portRange })) }));

    expect(at('22/22')).toMatchObject({ approvals: 1, approvers: ['dba'], policies: ['a', 'b'] });
    expect(at('80/80')).toMatchObject({ approvals: 0, approvers: [] });
    expect(at('80/80', '22/22')).toMatchObject({ approvals: 1, approvers: ['dba'], policies: ['a', 'c', 'b'] });
    expect(at('443/443', '22/22')).toMatchObject({ approvals: 2, approvers: ['dba'] });
  });

  it('lets only those approve who are in the groups that it asks for, by claim or by entities.json', async () => {
    const entities = entitiesSchema.parse([
      { uid: { type: 'Person', id: 'mei' }, parents: [{ type: 'Group', id: 'oracle-dba' }] },
      { uid: { type: 'Group', id: 'oracle-dba' }, parents: [{ type: 'Group', id: 'dba' }] },
    ]);
    const decide = await deciding(allow, entities);
    const approve = (id: string, groups: string[], approvers = ['dba']) =>
      decide(question({ action: 'approve', person: { id, groups }, approvers })).refusal?.code;

    expect(approve('mei', [])).toBeUndefined();
    expect(approve('jan', ['dba'])).toBeUndefined();
    expect(approve('jan', ['sre'])).toBe('POLICY_DENIED');
    expect(approve('mei', [], ['dba', 'sre'])).toBe('POLICY_DENIED');
  });

  it.each([
    ['who asks, by entities.json', 'principal in Group::"sre"', true],
    ['a claim', 'principal in Group::"claimed"', true],
    ['another person', 'principal == Person::"jan"', false],
    ['the account', 'resource in Account::"default"', true],
    ['the region', 'resource in Region::"cn-hangzhou"', true],
    ['the name of a group', 'resource.id like "sg-demo-*" && resource.cloud == "ecs"', true],
    ['a tag', 'resource.hasTag("env") && resource.getTag("env") == "prod"', true],
    ['a system', 'resource in System::"shop"', true],
    ['the tags of a person', 'principal.hasTag("team") && principal.getTag("team") == "payments"', true],
    ['a peer', 'context.rule.peer.address.isInRange(ip("203.0.113.0/24"))', true],
    ['how wide it is', 'context.rule.peer.prefix >= 32', true],
    ['how long', 'context.duration == duration("2h")', true],
    ['the time of day there', 'context.now.time == duration("17h")', true],
    ['another time of day', 'context.now.at.offset(duration("-5h")).toTime() == duration("4h")', true],
    ['the day of the week', 'context.start.weekday == 2', true],
    ['the source', 'context.source == "tickets"', true],
    ['a ticket', 'context has ticket && context.ticket.system == "jira"', true],
    ['a reason', 'context has reason', true],
    ['who asked for it', 'context.requester == principal', true],
    ['break-glass', 'context.isBreakGlass', false],
  ])('can be about %s', async (_what, condition, isAllowed) => {
    const entities = entitiesSchema.parse([
      { uid: { type: 'Calendar', id: 'x' }, attrs: { offset: '+08:00' } },
      {
        uid: { type: 'Person', id: 'lin@example.com' },
        parents: [{ type: 'Group', id: 'payments-sre' }],
        tags: { team: 'payments' },
      },
      { uid: { type: 'Group', id: 'payments-sre' }, parents: [{ type: 'Group', id: 'sre' }] },
      { uid: { type: 'SecurityGroup', id: 'ecs/default/*/sg-demo-*' }, tags: { env: 'test' } },
      {
        uid: { type: 'SecurityGroup', id: 'ecs/default/cn-hangzhou/sg-demo-web' },
        parents: [{ type: 'System', id: 'web' }],
        tags: { env: 'prod' },
      },
      { uid: { type: 'System', id: 'web' }, parents: [{ type: 'System', id: 'shop' }] },
    ]);
    const decide = await deciding(only(condition), entities);
    const more = {
      person: { id: 'lin@example.com', groups: ['claimed'] },
      reason: 'restart',
      ticket: { system: 'jira', key: 'OPS-1' },
    };

    expect(decide(question(more)).refusal === undefined).toBe(isAllowed);
  });

  it('sees the ports of every protocol, and takes what it does not know for all of them', async () => {
    const decide = await deciding(`${allow} @id("mysql") forbid(principal, action, resource)
      when { context.rule.ports.from <= 3306 && context.rule.ports.to >= 3306 };`);
    const isOpen = (rule: object) => decide(question({ rules: [{ ...ssh, ...rule }] })).refusal === undefined;
    const { portRange: _, ...list } = ssh;

    expect(isOpen({})).toBe(true);
    expect(isOpen({ portRange: '3000/4000' })).toBe(false);
    expect(isOpen({ ipProtocol: 'all', portRange: '-1/-1' })).toBe(false);
    expect(isOpen({ ipProtocol: '6', portRange: '-1/-1' })).toBe(false);
    expect(isOpen({ ipProtocol: 'icmp', portRange: '-1/-1' })).toBe(true);
    expect(isOpen({ ipProtocol: '1', portRange: '-1/-1' })).toBe(true);
    expect(decide(question({ rules: [{ ...list, portRangeListId: 'prl-1' }] })).refusal).toBeDefined();
    const changes = [{ ruleId: 'sgr-1', set: { description: 'x' } }];
    expect(decide(question({ action: 'modify', rules: [], changes })).refusal).toBeDefined();
  });

  it('bears a version that changes with the policies and with the entities', async () => {
    const versions = [
      policyOf('', []),
      policyOf(allow, []),
      policyOf('', entitiesSchema.parse([{ uid: { type: 'Group', id: 'x' } }])),
    ].map(({ version }) => version);

    expect(new Set(versions).size).toBe(3);
    expect((await deciding(allow))(question()).version).toBe(versions[1]);
  });
});

describe('a visit', () => {
  it('can be refused by who asked for the lease that it is about', async () => {
    const text = `@id("own") permit(principal, action == Action::"end", resource)
      when { context has requester && context.requester == principal };`;
    const may = await cedarPolicies(policyOf(text, [])).visits();
    const end = (requester: string) =>
      may({
        action: 'end',
        person: { id: 'lin', groups: [] },
        source: 'api',
        nowMs,
        target,
        requester: { id: requester, groups: [] },
      });

    expect(end('lin').refusal).toBeUndefined();
    expect(end('jan').refusal?.code).toBe('POLICY_DENIED');
  });

  it('tells whether somebody may ask or approve at all, before there is a request', async () => {
    const text = `@id("sre") permit(principal in Group::"sre", action == Action::"authorize", resource in Account::"shop")
      when { context.duration < duration("1h") };`;
    const may = await cedarPolicies(policyOf(text, [])).visits();
    const at = (action: 'authorize' | 'approve', groups: string[], account?: string) =>
      may({
        ...{ action, person: { id: 'lin', groups }, source: 'api', nowMs },
        ...(account === undefined ? {} : { target: { ...target, account } }),
      }).refusal === undefined;

    expect(at('authorize', ['sre'])).toBe(true);
    expect(at('authorize', ['sre'], 'shop')).toBe(true);
    expect(at('authorize', ['sre'], 'default')).toBe(false);
    expect(at('authorize', [])).toBe(false);
    expect(at('approve', ['sre'])).toBe(false);
  });
});

describe('policies', () => {
  it.each([
    ['a broken line', 'permit(principal', /policy\.cedar:1:\d+ unexpected end/],
    ['no name', '// 注释\npermit(principal, action, resource);', /policy\.cedar:2:1 .*@id/],
    ['the same name twice', `${allow}\n${allow}`, /policy\.cedar:2:1 .*taken/],
    ['a slip in an annotation', '@id("a") @approval("1") permit(principal, action, resource);', /no @approval;/],
    ['no number of approvals', '@id("a") @approvals("0") permit(principal, action, resource);', /from 1 to 9/],
    ['approvers and no number', '@id("a") @approvers("x") permit(principal, action, resource);', /how many/],
    ['a forbid with approvals', '@id("a") @approvals("1") forbid(principal, action, resource);', /not lifted/],
    ['a template', '@id("a") permit(principal == ?principal, action, resource);', /template/],
  ])('with %s decide nothing', async (_what, text, told) => {
    await expect(deciding(text)).rejects.toMatchObject({
      code: 'INVALID_CONFIG',
      message: expect.stringMatching(told),
    });
  });
});
