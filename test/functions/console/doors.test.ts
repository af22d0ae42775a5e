import { beforeAll, describe, expect, it } from 'vitest';
import { policyOf } from '../../../shared/config/config.ts';
import { cedarPolicies } from '../../../shared/policy/cedar-policy.ts';
import type { LoadVisits } from '../../../shared/reconcile/policy-port.ts';
import { AppError } from '../../../shared/runtime/app-error.ts';
import { group } from '../../fakes/world.ts';
import { leaseBody, makeConsole } from './console.ts';

/** A strict team: everybody sees and ends what is their own, approvers all, and two groups do the rest. */
const text = `
@id("own") permit(principal, action in [Action::"view", Action::"end"], resource)
when { context has requester && context.requester == principal };
@id("approvers") permit(principal in Group::"approvers", action in [Action::"view", Action::"approve"], resource);
@id("auditors") permit(principal in Group::"auditors", action == Action::"audit", resource);
@id("admins") permit(principal in Group::"admins", action in [Action::"view", Action::"end", Action::"administer"], resource);
`;
const person = (id: string, ...groups: string[]) => ({
  uid: { type: 'Person' as const, id },
  attrs: {},
  parents: groups.map((name) => ({ type: 'Group' as const, id: name })),
  tags: {},
});
const entities = [person('wei', 'approvers', 'admins'), person('ada', 'auditors')];
const { visits } = cedarPolicies(policyOf(text, entities));

beforeAll(async () => {
  await visits();
});

const as = (name: 'lin' | 'sam' | 'wei' | 'ada') => ({ authorization: `Bearer a-token-of-${name}-0123456789` });

/** A console of this team, in which Lin has a lease that is open. */
async function withLease(given: LoadVisits = visits) {
  const made = makeConsole({ visits: given });
  const { body } = await made.call('POST', '/api/leases', leaseBody(), as('lin'));
  await made.world.pass(1);
  return { ...made, id: body.lease.id };
}

describe('a lease of somebody else', () => {
  it.each([
    ['GET', ''],
    ['POST', '/extend'],
    ['POST', '/shorten'],
    ['POST', '/end'],
    ['POST', '/approve'],
    ['POST', '/reject'],
    ['POST', '/abandon'],
    ['POST', '/review'],
  ])('answers %s …%s as one that is not there', async (method, path) => {
    const { call, id, world } = await withLease();
    const body = ['/abandon', '/review'].includes(path)
      ? { reason: 'mine now' }
      : path === ''
        ? undefined
        : { duration: 'PT5M' };
    const rows = world.ledger.auditRows().length;

    const other = await call(method, `/api/leases/${id}${path}`, body, as('sam'));
    const none = await call(method, `/api/leases/no-such-lease${path}`, body, as('sam'));

    expect([other.status, other.body.code]).toEqual([404, 'LEASE_NOT_FOUND']);
    expect(other.body).toEqual(none.body);
    expect(world.ledger.auditRows()).toHaveLength(rows);
  });

  it('is tried at each of its addresses', async () => {
    const { app } = makeConsole();

    const { paths } = (await (await app.request('/openapi.json')).json()) as { paths: Record<string, object> };

    const actions = ['extend', 'shorten', 'end', 'approve', 'reject', 'abandon', 'review'];
    const tried = ['/api/leases/{id}', ...actions.map((one) => `/api/leases/{id}/${one}`), '/api/audit/leases/{id}'];
    expect(
      Object.keys(paths)
        .filter((path) => path.includes('{id}'))
        .sort(),
    ).toEqual(tried.sort());
  });

  it('is not listed, has no evidence, and is not among those that somebody ends', async () => {
    const { call, id } = await withLease();

    const list = await call('GET', '/api/leases?requester=lin', undefined, as('sam'));
    const evidence = await call('GET', `/api/audit/leases/${id}`, undefined, as('sam'));
    const ended = await call('POST', '/api/leases/end', { all: true }, as('sam'));

    expect(list.body.leases).toEqual([]);
    expect(evidence.status).toBe(404);
    expect(ended.body).toEqual({ ended: [], count: 0, failed: [] });
    expect((await call('GET', `/api/leases/${id}`, undefined, as('lin'))).body.lease.state).toBe('active');
  });

  it('is shown to whoever the policies let see it, who may still not end it', async () => {
    const { call, id, world } = await withLease(async () => {
      const may = await visits();
      return (visit) => (visit.action === 'view' ? may({ ...visit, requester: visit.person }) : may(visit));
    });

    const shown = await call('GET', `/api/leases/${id}`, undefined, as('sam'));
    const ended = await call('POST', `/api/leases/${id}/end`, {}, as('sam'));

    expect(shown.status).toBe(200);
    expect([ended.status, ended.body.code]).toEqual([403, 'POLICY_DENIED']);
    expect((await world.lease(id)).state).toBe('active');
  });
});

describe('a page of leases', () => {
  it('is filled from all that somebody may see, and its cursor misses none', async () => {
    const { call } = makeConsole({ visits });
    const own: string[] = [];
    for (let index = 0; index < 24; index += 1) {
      const rules = [{ ...leaseBody().rules[0], portRange: `${1000 + index}/${1000 + index}` }];
      const { body } = await call('POST', '/api/leases', leaseBody({ rules }), as(index % 4 === 0 ? 'sam' : 'lin'));
      if (index % 4 === 0) own.unshift(body.lease.id);
    }

    const found: string[] = [];
    let cursor: string | undefined;
    do {
      const more = cursor === undefined ? '' : `&cursor=${cursor}`;
      const { body } = await call('GET', `/api/leases?limit=2${more}`, undefined, as('sam'));
      expect(body.leases.length).toBeLessThanOrEqual(2);
      found.push(...body.leases.map(({ id }) => id));
      cursor = body.cursor;
    } while (cursor !== undefined);

    expect(found).toEqual(own);
  });
});

describe('the doors that are about no lease', () => {
  it.each([
    ['PUT', '/api/freeze', {}, 'wei'],
    ['DELETE', '/api/freeze', undefined, 'wei'],
    ['POST', '/api/recover', {}, 'wei'],
    ['DELETE', '/api/recover', undefined, 'wei'],
    ['GET', '/api/stamped', undefined, 'wei'],
    ['GET', '/api/doctor', undefined, 'wei'],
    ['GET', '/api/audit', undefined, 'ada'],
    ['GET', '/api/audit/verify', undefined, 'ada'],
  ] as const)('%s %s is for those whom a policy names', async (method, path, body, who) => {
    const { call } = makeConsole({ visits });

    const refused = await call(method, path, body, as('sam'));
    const allowed = await call(method, path, body, as(who));

    expect([refused.status, refused.body.code]).toEqual([403, 'POLICY_DENIED']);
    expect(allowed.status).toBe(200);
  });

  it('keep those from adopting whom no policy names', async () => {
    const { world, call } = makeConsole({ visits });
    world.cloud.addByHand(group, {
      ...leaseBody().rules[0],
      policy: 'accept',
      priority: 1,
      nicType: 'intranet',
    } as never);
    const body = { target: group, securityGroupRuleId: 'sgr-1', duration: 'PT5M', reason: 'ours' };

    const statuses = await Promise.all(
      (['sam', 'wei'] as const).map(async (who) => (await call('POST', '/api/adopt', body, as(who))).status),
    );

    expect(statuses).toEqual([403, 201]);
  });

  it('are told to the page beforehand', async () => {
    const { call } = makeConsole({ visits });
    const mayOf = async (who: 'sam' | 'wei' | 'ada') =>
      ((await call('GET', '/api/me', undefined, as(who))).body as unknown as { may: object }).may;

    expect(await mayOf('sam')).toEqual({ ask: false, approve: false, audit: false, administer: false });
    expect(await mayOf('wei')).toEqual({ ask: false, approve: true, audit: false, administer: true });
    expect(await mayOf('ada')).toEqual({ ask: false, approve: false, audit: true, administer: false });
  });
});

describe('policies that cannot be read', () => {
  const broken: LoadVisits = async () => {
    throw new AppError('INVALID_CONFIG', 'the policies are not valid');
  };

  it('keep nobody from ending, and everybody from everything else', async () => {
    const { call, id, world } = await withLease(broken);

    const shown = await call('GET', `/api/leases/${id}`);
    const ended = await call('POST', `/api/leases/${id}/end`, {});
    await world.pass(2);

    expect([shown.status, ended.status]).toEqual([500, 200]);
    expect(world.cloud.rules(group)).toEqual([]);
  });
});
