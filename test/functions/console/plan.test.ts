import { describe, expect, it } from 'vitest';
import { policyOf } from '../../../shared/config/config.ts';
import { cedarPolicies } from '../../../shared/policy/cedar-policy.ts';
import { guardReach } from '../../../shared/policy/guard-reach.ts';
import { canonicalRule } from '../../../shared/rule/request-rule.ts';
import { group } from '../../fakes/world.ts';
import { leaseBody, makeConsole, ssh } from './console.ts';

describe('planning', () => {
  it('shows the window and the very calls, and changes nothing', async () => {
    const { world, call } = makeConsole();

    const { status, body } = await call('POST', '/api/plan', leaseBody({ id: 'A-1' }));

    expect(status).toBe(200);
    expect(body).toMatchObject({
      allowed: true,
      window: { startsAt: '2026-12-01T09:00:00Z', expiresAt: '2026-12-01T09:01:00Z' },
      rules: [{ text: 'accept tcp 22 from 203.0.113.7/32' }],
      calls: [{ action: 'AuthorizeSecurityGroup', parameters: { rules: [{ portRange: '22/22' }] } }],
    });
    expect(world.cloud.calls).toEqual([]);
    expect(world.ledger.auditRows()).toEqual([]);
  });

  it('plans a stamp that proves nothing', async () => {
    const { world, call } = makeConsole({ groups: async () => ({ targets: [group], isWhole: true }) });
    const { body } = await call('POST', '/api/plan', leaseBody({ id: 'A-1' }));
    const [, description] = /"description":"([^"]+)"/.exec(JSON.stringify(body.calls)) ?? [];
    world.cloud.addByHand(group, ssh, description);

    const { body: found } = await call('GET', '/api/stamped');

    expect(found.rules).toMatchObject([{ ruleId: 'sgr-1', proven: false }]);
  });

  it('tells of a rule of somebody else, which nobody would call for', async () => {
    const { world, call } = makeConsole();
    world.cloud.addByHand(group, ssh);

    const { body } = await call('POST', '/api/plan', leaseBody());

    expect(body.rules[0]?.alreadyOpen).toEqual({ ruleId: 'sgr-1', ours: false });
    expect(body.calls).toEqual([]);
  });

  it('tells of our own rule and moves its stamp where it ends earlier', async () => {
    const { world, call } = makeConsole();
    await call('POST', '/api/leases', leaseBody());
    await world.pass(2);

    const longer = await call('POST', '/api/plan', leaseBody({ duration: 'PT1H' }));
    const shorter = await call('POST', '/api/plan', leaseBody({ duration: 'PT10S' }));

    expect(longer.body.rules[0]?.alreadyOpen).toEqual({ ruleId: 'sgr-1', ours: true, until: '2026-12-01T09:01:00Z' });
    expect(longer.body.calls).toMatchObject([{ action: 'ModifySecurityGroupRule', parameters: { ruleId: 'sgr-1' } }]);
    expect(shorter.body.calls).toEqual([]);
  });

  it('warns of a drop rule that takes precedence', async () => {
    const { world, call } = makeConsole();
    world.cloud.addByHand(group, { ...ssh, policy: 'drop', portRange: '1/1024', sourceCidrIp: '0.0.0.0/0' });

    const { body } = await call('POST', '/api/plan', leaseBody());

    expect(body.rules[0]?.dropShadow).toEqual({
      ruleId: 'sgr-1',
      text: 'drop tcp 1-1024 from 0.0.0.0/0',
      covers: 'whole',
    });
  });

  it('tells which policies decide, and what it would cost', async () => {
    const { world, call } = makeConsole();
    world.cloud.addByHand(group, { ...ssh, portRange: '80/80' });

    const { body } = await call('POST', '/api/plan', leaseBody());

    expect(body).toMatchObject({
      decision: {
        ...{ allowed: true, policies: ['whoever-is-proved-may-ask'], approvals: 0, approvers: [] },
        version: expect.stringMatching(/^[0-9a-f]{64}$/),
      },
      rules: [{ traffic: { now: 'none', afterwards: 'all' } }],
      quota: { looks: 4, calls: 1, callsAtEnd: 1, rulesInGroup: 1, rulesAdded: 1 },
      instances: 3,
    });
  });

  it('tells that its traffic passes already, for good, by a wider rule of somebody else', async () => {
    const { world, call } = makeConsole();
    world.cloud.addByHand(group, { ...ssh, sourceCidrIp: '203.0.113.0/24' });

    const { body } = await call('POST', '/api/plan', leaseBody());

    expect(body.rules[0]?.traffic).toEqual({
      ...{ now: 'all', afterwards: 'all' },
      openBy: { ruleId: 'sgr-1', text: 'accept tcp 22 from 203.0.113.0/24', permanent: true },
    });
  });

  it('asks the policies as acceptance would, and shows their reason in both languages', async () => {
    const text = `@id("quiet") @reason("not today") @reason_zh("今天不行") forbid(principal, action, resource);`;
    const policies = cedarPolicies(policyOf(text, []));
    const { call } = makeConsole({ policies: policies.load, policy: policies.policy });

    const { body } = await call('POST', '/api/plan', leaseBody());
    const asked = await call('POST', '/api/leases', leaseBody());

    const refusal = {
      code: 'POLICY_DENIED',
      message: expect.stringContaining('not today'),
      messageZh: expect.stringContaining('今天不行'),
    };
    expect(body).toMatchObject({
      allowed: false,
      refusal,
      decision: { allowed: false, policies: ['quiet'] },
      calls: [],
    });
    expect(asked).toMatchObject({ status: 422, body: { code: 'POLICY_DENIED', detailZh: refusal.messageZh } });
  });

  it('tells how many instances the group has, and refuses too many of them where that is limited', async () => {
    const reach = guardReach({ mostInstances: { count: 3, unknown: 'refuse' }, wideningChanges: 'refuse' });
    const { world, call } = makeConsole({ reach });
    const ask = async () => (await call('POST', '/api/plan', leaseBody())) as { status: number; body: object };

    expect((await ask()).body).toMatchObject({ allowed: true, instances: 3 });
    world.cloud.instances = 4;
    expect((await ask()).body).toMatchObject({
      ...{ allowed: false, instances: 4, calls: [] },
      refusal: { code: 'TOO_MANY_INSTANCES', messageZh: expect.any(String) },
    });
    world.cloud.faults.push({ kind: 'count', fault: 'lost-before' });
    expect(await ask()).toMatchObject({ status: 502, body: { code: 'ECONNRESET' } });
  });

  it('tells that the instances are not known where nothing limits them and the cloud does not say', async () => {
    const { world, call } = makeConsole();
    world.cloud.faults.push({ kind: 'count', fault: 'lost-before' });

    const { body } = await call('POST', '/api/plan', leaseBody());

    expect(body).toMatchObject({ allowed: true, instances: null });
  });

  it('says why a request would be refused', async () => {
    const { call } = makeConsole({ guard: () => ({ code: 'TOO_WIDE', message: 'too wide', path: '/rules/0' }) });

    const { status, body } = await call('POST', '/api/plan', leaseBody());

    expect(status).toBe(200);
    expect(body).toMatchObject({ allowed: false, refusal: { code: 'TOO_WIDE', path: '/rules/0' }, calls: [] });
  });

  it('says that new leases are frozen', async () => {
    const { call } = makeConsole();
    await call('PUT', '/api/freeze', { reason: 'incident' });

    const { body } = await call('POST', '/api/plan', leaseBody());

    expect(body).toMatchObject({ allowed: false, refusal: { code: 'FROZEN' } });
  });

  it('says that there is no such group', async () => {
    const { world, call } = makeConsole();
    const gone = {
      kind: 'refused',
      class: 'group-gone',
      code: 'InvalidSecurityGroupId.NotFound',
      message: 'no',
    } as const;
    world.cloud.faults.push({ kind: 'describe', fault: gone });

    const { body } = await call('POST', '/api/plan', leaseBody());

    expect(body).toMatchObject({ allowed: false, refusal: { code: 'GROUP_NOT_FOUND' } });
  });

  it('answers 502 when the cloud does not answer', async () => {
    const { world, call } = makeConsole();
    world.cloud.faults.push({ kind: 'describe', fault: 'lost-before' });

    const { status, body } = await call('POST', '/api/plan', leaseBody());

    expect(status).toBe(502);
    expect(body).toMatchObject({ title: 'Bad Gateway', code: 'ECONNRESET' });
  });

  it('refuses a malformed request as asking for it would', async () => {
    const { call } = makeConsole();

    const { status, body } = await call('POST', '/api/plan', leaseBody({ rules: [] }));

    expect(status).toBe(422);
    expect(body.path).toBe('/rules');
  });

  it('reads rules as canonical as a lease has them', async () => {
    const { call } = makeConsole();
    const request = { ...leaseBody().rules[0], ipProtocol: 'TCP' };

    const { body } = await call('POST', '/api/plan', leaseBody({ rules: [request] }));

    const rule = canonicalRule({ ...ssh, ipProtocol: 'TCP' }, [], 'sg-a');
    expect(body.rules[0]?.rule).toEqual(rule);
  });
});
