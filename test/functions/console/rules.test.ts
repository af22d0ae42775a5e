import { describe, expect, it } from 'vitest';
import type { ruleListSchema } from '../../../functions/console/answers.ts';
import type { Described } from '../../../functions/console/later.ts';
import type { LoadVisits } from '../../../shared/reconcile/policy-port.ts';
import { refusal } from '../../../shared/rule/refusal.ts';
import { group } from '../../fakes/world.ts';
import { leaseBody, makeConsole, ssh } from './console.ts';

type List = Described<typeof ruleListSchema>;

const onPort = (port: number) => ({ ...leaseBody().rules[0], portRange: `${port}/${port}` });

/** A console, its rules, and leases as Lin and Wei ask for them. */
function withRules(visits?: LoadVisits) {
  const made = makeConsole(visits && { visits });
  const rules = async (query = '') => (await made.call('GET', `/api/rules${query}`)).body as unknown as List;
  const open = async (port: number, by = 'lin', change: Record<string, unknown> = {}) => {
    const as = { authorization: `Bearer a-token-of-${by}-0123456789` };
    const { body } = await made.call('POST', '/api/leases', leaseBody({ rules: [onPort(port)], ...change }), as);
    return body.lease.id;
  };
  return { ...made, rules, open };
}

describe('the list of rules', () => {
  it('tells of each what is there, by which stamp, and which leases want it', async () => {
    const { rules, open, world } = withRules();
    const [first, second] = [await open(22), await open(22, 'wei')];
    await world.pass(2);

    const { rules: found, cursor } = await rules();

    expect(cursor).toBeUndefined();
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({
      ...{ target: group, action: 'authorize', rule: ssh, text: 'accept tcp 22 from 203.0.113.7/32' },
      ...{ ruleId: 'sgr-1', isPresent: true, stuck: false },
      stamp: { operationId: expect.any(String), until: '2026-12-01T09:01:00Z' },
      leases: [
        { id: first, state: 'active', requester: { id: 'lin' }, borrowed: false, withdrawn: false },
        { id: second, state: 'active', requester: { id: 'wei' } },
      ],
    });
  });

  it('keeps a rule that is gone, without an id, a stamp or a lease', async () => {
    const { rules, open, world } = withRules();
    await open(22);
    await world.pass(80);

    const [row] = (await rules()).rules;

    expect(row).toMatchObject({ isPresent: false, leases: [] });
    expect(row).not.toHaveProperty('ruleId');
    expect(row).not.toHaveProperty('stamp');
    expect((await rules('?live=true')).rules).toEqual([]);
  });

  it('tells of a rule that is stuck, and finds it', async () => {
    const { rules, open, world } = withRules();
    await open(22);
    await open(23, 'lin', { duration: 'PT1H' });
    await world.pass(2);
    const fault = { kind: 'refused', class: 'permission', code: 'Forbidden', message: 'no' } as const;
    world.cloud.faults.push(...Array.from({ length: 500 }, () => ({ kind: 'revoke', fault }) as const));
    await world.pass(90);

    const { rules: found } = await rules('?stuck=true');

    expect(found).toMatchObject([{ rule: ssh, isPresent: true, stuck: true, error: { code: expect.any(String) } }]);
    expect((await rules('?stuck=false&live=true')).rules).toHaveLength(1);
  });

  it('shows what modify does to a rule that is there', async () => {
    const { rules, call, world } = withRules();
    const { ruleId } = world.cloud.addByHand(group, ssh);
    const rule = { securityGroupRuleId: ruleId, set: { priority: 9 } };
    await call('POST', '/api/leases', leaseBody({ action: 'modify', rules: [rule] }));
    await world.pass(3);

    const [row] = (await rules()).rules;

    expect(row).toMatchObject({
      ...{ action: 'modify', ruleId, isPresent: true },
      change: { set: { priority: 9 }, before: { priority: 1 }, after: { priority: 9 }, isDone: false },
      text: expect.stringContaining('priority 9'),
    });
  });

  it('is read page by page without a gap, of one group or of all', async () => {
    const { rules, open } = withRules();
    for (let port = 1; port <= 7; port += 1) await open(port);

    const ports: (string | undefined)[] = [];
    let cursor: string | undefined;
    do {
      const page = await rules(`?limit=3&group=${group.securityGroupId}${cursor ? `&cursor=${cursor}` : ''}`);
      ports.push(...page.rules.map(({ rule }) => rule.portRange));
      ({ cursor } = page);
    } while (cursor !== undefined);

    expect(ports.sort()).toEqual([1, 2, 3, 4, 5, 6, 7].map((port) => `${port}/${port}`));
    expect((await rules('?group=sg-nobody')).rules).toEqual([]);
  });

  it('has no rule of somebody else for whoever sees only what is their own', async () => {
    const allowed = { policies: [], version: '', approvals: 0, approvers: [] };
    const own: LoadVisits = async () => (visit) =>
      visit.requester?.id === visit.person.id ? allowed : { ...allowed, refusal: refusal('POLICY_DENIED', 'no') };
    const { rules, open } = withRules(own);
    const id = await open(22);
    await open(22, 'wei');
    await open(23, 'wei');

    const { rules: found } = await rules();

    expect(found.map(({ rule }) => rule.portRange)).toEqual(['22/22']);
    expect(found[0]?.leases.map((lease) => lease.id)).toEqual([id]);
  });

  it.each(['cursor=x', 'live=1', 'stuck=', 'limit=201', 'limit=0'])('is refused with %s', async (query) => {
    const { call } = makeConsole();

    const { status, body } = await call('GET', `/api/rules?${query}`);

    expect(status).toBe(400);
    expect(body.path).toBe(`/${query.split('=')[0]}`);
  });

  it('is answered in a line while it is as it was', async () => {
    const { app, token, open } = withRules();
    await open(22);
    const get = (headers: Record<string, string> = {}) =>
      app.request('/api/rules', { headers: { authorization: `Bearer ${token}`, ...headers } });
    const etag = (await get()).headers.get('etag') ?? '';

    const again = await get({ 'if-none-match': etag });
    await open(23);
    const changed = await get({ 'if-none-match': etag });

    expect([again.status, changed.status]).toEqual([304, 200]);
  });
});
