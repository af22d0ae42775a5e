import { describe, expect, it } from 'vitest';
import { checkWidening } from '../../../shared/policy/widening.ts';
import { group } from '../../fakes/world.ts';
import { leaseBody, makeConsole, ssh } from './console.ts';

const portal = { ...ssh, portRange: '443/443', priority: 7, sourceCidrIp: '10.0.0.0/8' };

/** A console over a group with one permanent rule, whose guard refuses what widens. */
function makePlanning(rule = portal) {
  const made = makeConsole({ changeGuard: (_, before, after) => checkWidening(false, before, after) });
  const { ruleId } = made.world.cloud.addByHand(group, rule, 'made by the platform team');
  const plan = async (change: Record<string, unknown>) =>
    (await made.call('POST', '/api/plan', leaseBody(change))).body;
  const modify = (set: Record<string, unknown>, change: Record<string, unknown> = {}) =>
    plan({ action: 'modify', rules: [{ securityGroupRuleId: ruleId, set }], ...change });
  const revoke = (change: Record<string, unknown> = {}) =>
    plan({ action: 'revoke', rules: [{ securityGroupRuleId: ruleId }], ...change });
  return { ...made, ruleId, plan, modify, revoke };
}

describe('planning a modification', () => {
  it('shows the rule as it is and as it would be, and the very call', async () => {
    const { world, ruleId, modify } = makePlanning();

    const body = await modify({ priority: 9, description: 'narrowed' });

    expect(body).toMatchObject({
      action: 'modify',
      allowed: true,
      window: { startsAt: '2026-12-01T09:00:00Z', expiresAt: '2026-12-01T09:01:00Z' },
      changes: [
        {
          ruleId,
          before: { priority: 7, description: 'made by the platform team' },
          after: { priority: 9, description: 'narrowed' },
          possible: true,
          widens: false,
        },
      ],
      calls: [{ action: 'ModifySecurityGroupRule', parameters: { ruleId, rule: { priority: 9 } } }],
    });
    expect(world.cloud.calls).toEqual([]);
    expect(world.ledger.auditRows()).toEqual([]);
  });

  it('shows no end where there is none, and no call where nothing would change', async () => {
    const { modify } = makePlanning();

    const body = await modify({ priority: 7 }, { duration: undefined });

    expect(body).toMatchObject({ allowed: true, calls: [] });
    expect(body.window).not.toHaveProperty('expiresAt');
  });

  it('shows both images of what would widen, and refuses it', async () => {
    const { modify } = makePlanning();

    const body = await modify({ priority: 1 });

    expect(body).toMatchObject({
      allowed: false,
      refusal: { code: 'WIDENING_REFUSED', path: '/rules/0' },
      changes: [{ possible: false, widens: true, before: { priority: 7 }, after: { priority: 1 } }],
      calls: [],
    });
  });

  it('says what the API cannot change, with the path of the field', async () => {
    const { modify } = makePlanning();

    const body = await modify({ sourceGroupId: 'sg-b' });

    expect(body.refusal).toMatchObject({ code: 'CHANGE_NOT_POSSIBLE', path: '/rules/0/set/sourceGroupId' });
  });

  it('says what a rule that becomes a drop would drop', async () => {
    const { world, modify } = makePlanning();
    world.cloud.addByHand(group, { ...portal, priority: 1, sourceCidrIp: '10.1.0.0/16' });

    const body = await modify({ policy: 'drop' });

    expect(body.changes[0]?.dropEffect).toMatchObject({
      drops: 'part',
      shadows: [],
      losesTo: [{ ruleId: 'sgr-2', covers: 'part' }],
    });
  });
});

describe('planning a removal', () => {
  it('shows what would go, by the id that the attributes lead to', async () => {
    const { ruleId, plan } = makePlanning();

    const body = await plan({ action: 'revoke', rules: [portal] });

    expect(body).toMatchObject({
      allowed: true,
      changes: [{ ruleId, rule: portal, before: { priority: 7 }, possible: true, widens: false }],
      calls: [{ action: 'RevokeSecurityGroup', parameters: { ruleIds: [ruleId] } }],
    });
  });

  it('says that taking a drop away widens', async () => {
    const { revoke } = makePlanning({ ...portal, policy: 'drop' });

    expect(await revoke()).toMatchObject({ allowed: false, changes: [{ widens: true }] });
  });

  it('says that there is no such rule', async () => {
    const { plan } = makePlanning();

    const body = await plan({ action: 'revoke', rules: [{ securityGroupRuleId: 'sgr-nobody' }] });

    expect(body).toMatchObject({
      allowed: false,
      refusal: { code: 'RULE_NOT_FOUND', path: '/rules/0' },
      changes: [{ text: 'remove sgr-nobody', possible: false }],
    });
  });

  it('says that another lease changes the rule', async () => {
    const { call, ruleId, revoke } = makePlanning();
    const rules = [{ securityGroupRuleId: ruleId, set: { priority: 9 } }];
    await call('POST', '/api/leases', leaseBody({ action: 'modify', rules }));

    expect((await revoke()).refusal).toMatchObject({ code: 'CONFLICTS_WITH_LEASE', path: '/rules/0' });
  });

  it('says that the rule is one of ours', async () => {
    const { world, call, plan } = makePlanning();
    await call('POST', '/api/leases', leaseBody());
    await world.pass(2);

    const body = await plan({ action: 'revoke', rules: [{ securityGroupRuleId: 'sgr-2' }] });

    expect(body.refusal).toMatchObject({ code: 'CONFLICTS_WITH_LEASE', path: '/rules/0' });
  });

  it('says that the deployment does not do it there', async () => {
    const serves = () => ({ code: 'ACTION_NOT_SUPPORTED', message: 'no', path: '/action' });
    const { call } = makeConsole({ serves });

    const { body } = await call(
      'POST',
      '/api/plan',
      leaseBody({ action: 'revoke', rules: [{ securityGroupRuleId: 'sgr-1' }] }),
    );

    expect(body).toMatchObject({ allowed: false, changes: [{ possible: false }], calls: [] });
  });
});
