import { describe, expect, it } from 'vitest';
import { refusal } from '../../../shared/rule/refusal.ts';
import type { Rule } from '../../../shared/rule/rule.ts';
import { group, makeWorld, request } from '../../fakes/world.ts';

const permanent: Rule = {
  direction: 'ingress',
  ipProtocol: 'tcp',
  portRange: '443/443',
  policy: 'accept',
  priority: 7,
  nicType: 'intranet',
  sourceCidrIp: '10.0.0.0/8',
  description: 'made by the platform team',
};
const attributes = (({ description: _, ...rest }) => rest)(permanent);
const world = () => {
  const made = makeWorld();
  const rule = made.cloud.addByHand(group, permanent, permanent.description);
  const find = () => made.cloud.rules(group).find((one) => one.ruleId === rule.ruleId);
  return { ...made, rule, find };
};
const removing = (ruleId: string, change: Record<string, unknown> = {}) =>
  request({ action: 'revoke', rules: [{ securityGroupRuleId: ruleId }], ...change });
const modifying = (ruleId: string, set: Record<string, unknown>, change: Record<string, unknown> = {}) =>
  request({ action: 'modify', rules: [{ securityGroupRuleId: ruleId, set }], ...change });

describe('a revoke lease', () => {
  it('takes an existing rule away and puts it back exactly, with its priority and description', async () => {
    const { send, pass, cloud, rule, lease } = world();

    const { results } = await send('revoke', removing(rule.ruleId));

    expect(results[0]).toMatchObject({ state: 'active' });
    expect(cloud.rules(group)).toHaveLength(0);
    await pass(61);
    expect(cloud.rules(group)).toMatchObject([{ rule: permanent, description: permanent.description }]);
    expect((await lease(results[0]?.leaseId ?? '')).state).toBe('ended');
  });

  it('without an end is a scheduled revocation, and ends when the rule is seen to be gone', async () => {
    const { send, pass, cloud, rule, lease } = world();

    const { results } = await send(
      'revoke',
      removing(rule.ruleId, { duration: undefined, startsAt: '2026-12-01T09:00:10Z' }),
    );

    expect(results[0]).toMatchObject({ state: 'scheduled' });
    await pass(11);
    expect(cloud.rules(group)).toHaveLength(0);
    expect((await lease(results[0]?.leaseId ?? '')).state).toBe('ended');
    await pass(120);
    expect(cloud.rules(group)).toHaveLength(0);
  });

  it.each(['as it was written', 'blanked'])(
    'puts its rule back after an equal one of ours, its text %s',
    async (text) => {
      const { send, pass, cloud, rule, lease } = world();
      const { results } = await send('revoke', removing(rule.ruleId));
      const { description: _, ...equal } = permanent;
      await send('grant', request({ rules: [equal], duration: 'PT10M' }));
      const [ours] = cloud.rules(group);
      if (text === 'blanked') cloud.editByHand(group, ours?.ruleId ?? '', { description: 'web' });

      await pass(70);
      expect((await lease(results[0]?.leaseId ?? '')).state).toBe('closing');
      expect(cloud.rules(group).map(({ ruleId }) => ruleId)).toEqual([ours?.ruleId]);
      await pass(660);

      expect(cloud.rules(group)).toMatchObject([{ rule: permanent, description: permanent.description }]);
      expect((await lease(results[0]?.leaseId ?? '')).state).toBe('ended');
    },
  );

  it('ends with its group: there is nothing to put the rule back into', async () => {
    const { send, pass, cloud, rule, lease, logged } = world();
    const { results } = await send('revoke', removing(rule.ruleId));
    const gone = {
      kind: 'refused',
      class: 'group-gone',
      code: 'InvalidSecurityGroupId.NotFound',
      message: '',
    } as const;
    cloud.faults.push(...Array.from({ length: 9 }, () => ({ kind: 'describe', fault: gone }) as const));

    await pass(65);

    expect((await lease(results[0]?.leaseId ?? '')).state).toBe('ended');
    expect(cloud.calls.map(({ kind }) => kind)).toEqual(['revoke']);
    expect(logged.map(({ fields }) => fields?.code)).toContain('WITHDRAWN');
    expect((await send('revoke', removing(rule.ruleId))).results[0]?.error?.code).not.toBe('CONFLICTS_WITH_LEASE');
  });

  it('names its rule by attributes as well', async () => {
    const { send, pass, cloud } = world();

    const { results } = await send('revoke', request({ action: 'revoke', rules: [attributes] }));

    expect(results[0]).toMatchObject({ state: 'active' });
    expect(cloud.rules(group)).toHaveLength(0);
    await pass(61);
    expect(cloud.rules(group)).toHaveLength(1);
  });

  it('fails where there is no such rule', async () => {
    const { send } = world();

    const { results } = await send('revoke', removing('sgr-nobody'));

    expect(results[0]).toMatchObject({ state: 'failed', error: { code: 'RULE_NOT_FOUND' } });
  });

  it('is put back while new leases are frozen, because that ends it', async () => {
    const { send, pass, cloud, rule, tx, lease } = world();
    const { results } = await send('revoke', removing(rule.ruleId));
    const later = await send('grant', request({ startsAt: '2026-12-01T09:00:20Z' }));
    await tx((one) => one.setSetting('frozen', { by: 'lin' }));

    await pass(61);

    expect(cloud.rules(group)).toMatchObject([{ rule: permanent }]);
    expect((await lease(results[0]?.leaseId ?? '')).state).toBe('ended');
    expect((await lease(later.results[0]?.leaseId ?? '')).openedAtMs).toBeUndefined();
  });

  it('puts nothing back that somebody put back already', async () => {
    const { send, pass, cloud, rule } = world();
    await send('revoke', removing(rule.ruleId));

    const theirs = cloud.addByHand(group, permanent, 'put back by hand');
    await pass(61);

    expect(cloud.rules(group)).toEqual([theirs]);
  });

  it('is not taken for a rule that another live lease opened', async () => {
    const { send, cloud } = world();
    await send('grant', request());
    const ours = cloud.rules(group).find((one) => one.description.includes('[curfew1 '));

    const { results } = await send('revoke', removing(ours?.ruleId ?? ''));

    expect(results[0]).toMatchObject({ state: 'rejected', error: { code: 'CONFLICTS_WITH_LEASE' } });
    expect(cloud.rules(group)).toHaveLength(2);
  });

  it.each(['is left as it was', 'is blanked by somebody'])(
    'asked for beforehand leaves alone what another live lease opened, also if its text %s',
    async (text) => {
      const { send, pass, cloud, lease } = world();
      const { results } = await send('revoke', removing('sgr-2', { startsAt: '2026-12-01T09:00:30Z' }));
      await send('grant', request({ duration: 'PT2M' }));
      const ours = cloud.rules(group).find((one) => one.description.includes('[curfew1 '));
      if (text === 'is blanked by somebody') cloud.editByHand(group, 'sgr-2', { description: 'web' });
      await pass(130);

      const { state, error } = await lease(results[0]?.leaseId ?? '');
      expect(ours?.ruleId).toBe('sgr-2');
      expect({ state, code: error?.code }).toEqual({ state: 'failed', code: 'CONFLICTS_WITH_LEASE' });
      expect(cloud.rules(group)).toMatchObject([{ description: permanent.description }]);
    },
  );

  it.each(['lost-before', 'lost-after'] as const)('takes away and puts back once when calls are %s', async (fault) => {
    const { send, pass, cloud, rule } = world();
    cloud.faults.push({ kind: 'revoke', fault }, { kind: 'authorize', fault });

    await send('revoke', removing(rule.ruleId, { duration: 'PT2M' }));
    await pass(30);

    expect(cloud.rules(group)).toHaveLength(0);
    await pass(110);
    expect(cloud.rules(group)).toMatchObject([{ rule: permanent, description: permanent.description }]);
  });
});

describe('a modify lease', () => {
  it('changes an existing rule and puts it back at its end', async () => {
    const { send, pass, find, rule, lease } = world();

    const { results } = await send(
      'modify',
      modifying(rule.ruleId, { sourceCidrIp: '10.1.0.0/16', priority: 9, description: 'narrowed' }),
    );

    expect(results[0]).toMatchObject({ state: 'active' });
    expect(find()).toMatchObject({ rule: { sourceCidrIp: '10.1.0.0/16', priority: 9 }, description: 'narrowed' });
    await pass(61);
    expect(find()).toMatchObject({ rule: permanent, description: permanent.description });
    expect((await lease(results[0]?.leaseId ?? '')).state).toBe('ended');
  });

  it('gives a rule no description for a while that it could not be rid of again', async () => {
    const { send, cloud } = world();
    const bare = cloud.addByHand(group, { ...attributes, priority: 8 }, '');
    const named = (change = {}) => modifying(bare.ruleId, { description: 'for a while' }, change);

    const forAWhile = await send('modify', named());
    const forGood = await send('modify', named({ duration: undefined }));

    expect(forAWhile.results[0]).toMatchObject({
      state: 'failed',
      error: { code: 'CHANGE_NOT_POSSIBLE', path: '/rules/set/description' },
    });
    expect(forGood.results[0]).toMatchObject({ state: 'ended' });
  });

  it('by attributes changes the description alone', async () => {
    const { send, pass, find } = world();

    const { results } = await send(
      'modify',
      request({ action: 'modify', rules: [{ ...attributes, set: { description: 'for a while' } }] }),
    );

    expect(results[0]).toMatchObject({ state: 'active' });
    expect(find()?.description).toBe('for a while');
    await pass(61);
    expect(find()?.description).toBe(permanent.description);
  });

  it('without an end is a scheduled modification', async () => {
    const { send, pass, find, rule } = world();

    const { results } = await send(
      'modify',
      modifying(rule.ruleId, { description: 'renamed' }, { duration: undefined }),
    );
    await pass(120);

    expect(results[0]).toMatchObject({ state: 'ended' });
    expect(find()?.description).toBe('renamed');
  });

  it('without an end stays where it is ended while it lands, and the API has no way back from it', async () => {
    const { send, pass, cloud, lease } = makeWorld();
    const bare = cloud.addByHand(group, permanent, '');
    const asked = modifying(bare.ruleId, { description: 'renamed' }, { duration: undefined });
    cloud.faults.push({ kind: 'modify', fault: 'lost-after' });
    const describe = cloud.describe.bind(cloud);
    let looks = 0;
    cloud.describe = async (target) => {
      looks += 1;
      return looks === 1 || looks > 3 ? describe(target) : { kind: 'unknown', code: 'TIMEOUT', message: 'no answer' };
    };
    const { results } = await send('modify', asked);
    await send('modify', { version: 1, action: 'end', id: 'E-1', requestId: asked.id });

    await pass(400);

    expect((await lease(results[0]?.leaseId ?? '')).state).toBe('ended');
    expect(cloud.rules(group)).toMatchObject([{ ruleId: bare.ruleId, description: 'renamed' }]);
    expect(cloud.calls.map(({ kind }) => kind)).toEqual(['modify']);
  });

  it('without an end that lands when its lease is over stays too, and somebody is told', async () => {
    const { send, pass, cloud, lease, logged } = makeWorld();
    const bare = cloud.addByHand(group, permanent, '');
    const asked = modifying(bare.ruleId, { description: 'renamed' }, { duration: undefined });
    cloud.faults.push({ kind: 'modify', fault: 'lost-before' });
    const { results } = await send('modify', asked);
    await send('modify', { version: 1, action: 'end', id: 'E-1', requestId: asked.id });
    await pass(200);
    expect((await lease(results[0]?.leaseId ?? '')).state).toBe('cancelled');
    const alarms = () => logged.filter(({ fields }) => fields?.code === 'NOT_RESTORED');
    expect(alarms()).toEqual([]);

    cloud.editByHand(group, bare.ruleId, { description: 'renamed', rule: { ...permanent, description: 'renamed' } });
    await pass(1_200);

    expect(cloud.rules(group)).toMatchObject([{ description: 'renamed' }]);
    expect(alarms()).toMatchObject([{ level: 'error', message: expect.stringContaining(bare.ruleId) }]);
  });

  it('is stuck when somebody changed the rule meanwhile, with both images, until a person settles it', async () => {
    const { send, pass, find, rule, cloud, lease, logged } = world();
    const { results } = await send('modify', modifying(rule.ruleId, { priority: 9 }));
    cloud.editByHand(group, rule.ruleId, { rule: { ...permanent, priority: 50 } });

    await pass(70);

    expect((await lease(results[0]?.leaseId ?? '')).state).toBe('stuck');
    expect(find()?.rule.priority).toBe(50);
    expect(logged.find(({ fields }) => fields?.code === 'STUCK')?.message).toMatch(
      /"priority":9.*"priority":50.*"priority":7/,
    );
    cloud.editByHand(group, rule.ruleId, { rule: permanent, description: permanent.description ?? '' });
    await pass(400);
    expect((await lease(results[0]?.leaseId ?? '')).state).toBe('ended');
  });

  it('is withdrawn when somebody deletes the rule', async () => {
    const { send, pass, rule, cloud, lease } = world();
    const { results } = await send('modify', modifying(rule.ruleId, { priority: 9 }));
    cloud.removeByHand(group, rule.ruleId);

    await pass(70);

    expect((await lease(results[0]?.leaseId ?? '')).state).toBe('ended');
    expect(cloud.rules(group)).toHaveLength(0);
  });

  it('is refused by the guard that knows the rule as it is', async () => {
    const { deps, send, find, rule } = world();
    Object.assign(deps, { changeGuard: () => refusal('WIDENING_REFUSED', 'no', '/rules') });

    const { results } = await send('modify', modifying(rule.ruleId, { priority: 1 }));

    expect(results[0]).toMatchObject({ state: 'failed', error: { code: 'WIDENING_REFUSED' } });
    expect(find()).toMatchObject({ rule: permanent });
  });

  it.each([
    [{ ipv6SourceCidrIp: '2001:db8::/64' }, 'ipv6SourceCidrIp'],
    [{ sourceGroupId: 'sg-b' }, 'sourceGroupId'],
    [{ portRangeListId: 'prl-1' }, 'portRangeListId'],
  ])('is refused beforehand when it sets what the API does not change: %j', async (set, field) => {
    const { send, cloud, rule } = world();

    const { results } = await send('modify', modifying(rule.ruleId, set));

    expect(results[0]).toMatchObject({
      state: 'failed',
      error: { code: 'CHANGE_NOT_POSSIBLE', path: `/rules/set/${field}` },
    });
    expect(cloud.calls).toEqual([]);
  });

  it('does not change a rule that another live lease changes', async () => {
    const { send, rule } = world();
    await send('modify', modifying(rule.ruleId, { priority: 9 }));

    const { results } = await send('revoke', removing(rule.ruleId));

    expect(results[0]).toMatchObject({ state: 'rejected', error: { code: 'CONFLICTS_WITH_LEASE', path: '/rules/0' } });
  });

  it.each([
    ['its id', 'its attributes'],
    ['its attributes', 'its id'],
  ] as const)('named by %s is refused at once where another changes the rule by %s', async (later, first) => {
    const { send, pass, find, cloud, rule } = world();
    const name = (by: string) => (by === 'its id' ? { securityGroupRuleId: rule.ruleId } : attributes);
    const set = { description: 'for a while' };
    await send('modify', request({ action: 'modify', rules: [{ ...name(first), set }] }));

    const { results } = await send('revoke', request({ action: 'revoke', rules: [name(later)], duration: 'PT2M' }));
    await pass(130);

    expect(results[0]).toMatchObject({ state: 'rejected', error: { code: 'CONFLICTS_WITH_LEASE', path: '/rules/0' } });
    expect(cloud.calls.map(({ kind }) => kind)).toEqual(['modify', 'modify']);
    expect(find()).toMatchObject({ rule: permanent, description: permanent.description });
  });

  it('keeps others away also while it changes nothing, because the rule says so already', async () => {
    const { send, pass, cloud, rule } = world();
    const set = { description: permanent.description };
    const asked = request({ action: 'modify', rules: [{ ...attributes, set }], duration: 'PT2M' });
    expect((await send('modify', asked)).results[0]).toMatchObject({ state: 'active' });

    const { results } = await send('modify', modifying(rule.ruleId, { description: 'as well' }));
    await pass(130);
    const later = await send('modify', modifying(rule.ruleId, { description: 'as well' }));

    expect(results[0]).toMatchObject({ state: 'rejected', error: { code: 'CONFLICTS_WITH_LEASE', path: '/rules/0' } });
    expect(later.results[0]).toMatchObject({ state: 'active' });
    expect(cloud.calls.map(({ kind }) => kind)).toEqual(['modify']);
  });

  it('is not begun where another names the same rule otherwise, and both came before anybody looked', async () => {
    const { send, pass, find, lease, rule } = world();
    const set = { description: 'for a while' };
    const one = await send(undefined, request({ action: 'modify', rules: [{ ...attributes, set }] }));
    const two = await send(undefined, modifying(rule.ruleId, { description: 'as well' }, { duration: 'PT2M' }));
    await pass(130);

    const leases = await Promise.all([one, two].map(({ results }) => lease(results[0]?.leaseId ?? '')));
    expect(leases.map(({ state }) => state).sort()).toEqual(['ended', 'failed']);
    expect(leases.find(({ state }) => state === 'failed')?.error?.code).toBe('CONFLICTS_WITH_LEASE');
    expect(find()).toMatchObject({ rule: permanent, description: permanent.description });
  });

  it('may name a rule by its id that an ended lease named by its attributes', async () => {
    const { send, pass, rule } = world();
    const set = { description: 'for a while' };
    await send('modify', request({ action: 'modify', rules: [{ ...attributes, set }] }));
    await pass(70);

    const { results } = await send('revoke', removing(rule.ruleId));

    expect(results[0]).toMatchObject({ state: 'active' });
  });

  it('may be followed by another on the same rule', async () => {
    const { send, pass, find, rule } = world();
    await send('modify', modifying(rule.ruleId, { priority: 9 }));
    await pass(61);

    const { results } = await send('modify', modifying(rule.ruleId, { priority: 11 }));
    const during = find()?.rule.priority;
    await pass(61);

    expect(results[0]).toMatchObject({ state: 'active' });
    expect([during, find()?.rule.priority]).toEqual([11, 7]);
  });

  it.each(['lost-before', 'lost-after'] as const)('changes and restores once when calls are %s', async (fault) => {
    const { send, pass, find, rule, cloud } = world();
    cloud.faults.push({ kind: 'modify', fault });

    await send('modify', modifying(rule.ruleId, { priority: 9 }, { duration: 'PT2M' }));
    await pass(30);
    cloud.faults.push({ kind: 'modify', fault });
    const during = find()?.rule.priority;
    await pass(120);

    expect([during, find()?.rule.priority]).toEqual([9, 7]);
  });
});
