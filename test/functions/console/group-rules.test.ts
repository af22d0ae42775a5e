import { describe, expect, it } from 'vitest';
import type { LoadVisits } from '../../../shared/reconcile/policy-port.ts';
import { refusal } from '../../../shared/rule/refusal.ts';
import { group } from '../../fakes/world.ts';
import { leaseBody, makeConsole, ssh } from './console.ts';

const portal = { ...ssh, portRange: '443/443', sourceCidrIp: '10.0.0.0/8' };
const pathOf = (change: Record<string, string> = {}) =>
  `/api/groups/rules?${new URLSearchParams({ ...group, ...change })}`;

describe('the rules of a group', () => {
  it('are those of the cloud now: ours with their end, and those of others', async () => {
    const { world, call } = makeConsole();
    const { ruleId } = world.cloud.addByHand(group, portal, 'made by the platform team');
    await call('POST', '/api/leases', leaseBody());
    await world.pass(2);

    const { status, body } = await call('GET', pathOf());

    expect([status, body]).toMatchObject([
      200,
      {
        target: group,
        rules: [
          { ruleId, rule: { portRange: '443/443' }, description: 'made by the platform team', ours: false },
          { text: 'accept tcp 22 from 203.0.113.7/32', ours: true, until: '2026-12-01T09:01:00Z' },
        ],
      },
    ]);
  });

  it('are not there where no such group is, or none can be', async () => {
    const { world, call } = makeConsole();
    const fault = {
      kind: 'refused',
      class: 'group-gone',
      code: 'InvalidSecurityGroupId.NotFound',
      message: 'x',
    } as const;
    world.cloud.faults.push({ kind: 'describe', fault });

    const gone = await call('GET', pathOf());
    const cloud = await call('GET', pathOf({ cloud: 'azure' }));
    const nothing = await call('GET', '/api/groups/rules');

    expect([gone.status, gone.body.code]).toEqual([404, 'GROUP_NOT_FOUND']);
    expect([cloud.status, cloud.body.path]).toEqual([400, '/cloud']);
    expect([nothing.status, nothing.body.path]).toEqual([400, '/regionId']);
  });

  it('are for whoever may see the group, where this deployment serves it', async () => {
    const no = refusal('POLICY_DENIED', 'no');
    const visits: LoadVisits = async () => () => ({
      policies: [],
      version: '',
      approvals: 0,
      approvers: [],
      refusal: no,
    });
    const stranger = makeConsole({ visits });
    const elsewhere = makeConsole({ serves: () => refusal('UNKNOWN_ACCOUNT', 'no such account', '/target/account') });

    expect(await stranger.call('GET', pathOf())).toMatchObject({ status: 403, body: { code: 'POLICY_DENIED' } });
    expect(await elsewhere.call('GET', pathOf())).toMatchObject({ status: 422, body: { code: 'UNKNOWN_ACCOUNT' } });
  });
});
