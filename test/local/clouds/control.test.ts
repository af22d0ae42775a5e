import { describe, expect, it } from 'vitest';
import { ecsTrial, refusalOf, shell } from './ecs-trial.ts';

describe('control endpoints of an emulated cloud', () => {
  it('describe operations, faults and switches', async () => {
    const { control } = await ecsTrial();
    await control('/behaviour', { batch: 'partial' });

    const { body } = await control('');

    expect(body.operations).toContain('ModifySecurityGroupEgressRule');
    expect(Object.keys((body.faults as { kinds: object }).kinds)).toHaveLength(7);
    expect((body.behaviour as Record<string, unknown>).batch).toMatchObject({
      value: 'partial',
      default: 'atomic',
    });
  });

  it('list the calls in the order in which they came, without signatures', async () => {
    const { authorize, revoke, control } = await ecsTrial();
    await control('/faults', [{ action: 'RevokeSecurityGroup', fault: 'reset-after-apply' }]);
    await authorize([shell(7)], { clientToken: 'token-1' });
    await refusalOf(revoke({ permissions: [shell(7)] }));
    await refusalOf(revoke({ securityGroupId: 'sg-none', permissions: [shell(7)] }));

    const { body } = await control('/calls');

    expect(body.calls).toMatchObject([
      {
        action: 'AuthorizeSecurityGroup',
        parameters: {
          SecurityGroupId: 'sg-demo-web',
          ClientToken: 'token-1',
          'Permissions.1.PortRange': '22/22',
        },
        status: 200,
      },
      { action: 'RevokeSecurityGroup', status: null, answer: null },
      { action: 'RevokeSecurityGroup', status: 404, answer: { Code: 'InvalidSecurityGroupId.NotFound' } },
    ]);
    expect((body.calls as { at: string }[])[0]?.at).toMatch(/^\d{4}-.*Z$/);
    expect(JSON.stringify(body)).not.toContain('Signature=');
  });

  it('refuse unknown switches by naming the known ones, and change nothing', async () => {
    const { control } = await ecsTrial();

    const unknown = await control('/behaviour', { batch: 'partial', nonsense: 1 });
    const wrong = await control('/behaviour', { describeLagMs: -1 });
    const { body } = await control('/behaviour');

    expect(unknown).toMatchObject({ status: 400, body: { code: 'UNKNOWN_BEHAVIOUR', path: '/nonsense' } });
    expect(unknown.body.message).toContain('describeLagMs');
    expect(wrong).toMatchObject({ status: 400, body: { code: 'INVALID_BEHAVIOUR', path: '/describeLagMs' } });
    expect(body.behaviour).toMatchObject({ batch: 'atomic', describeLagMs: 0 });
  });

  it.each([
    [[{ action: 'AuthorizeSecurityGroup', fault: 'explode' }], 'INVALID_FAULT', '/0/fault'],
    [[{ action: 'Authorise', fault: 'throttle' }], 'UNKNOWN_ACTION', '/0/action'],
    [[{ action: '*', fault: 'error', color: 'red' }], 'INVALID_FAULT', '/0/color'],
    [{ action: '*', fault: 'error' }, 'INVALID_FAULT', ''],
  ])('refuse the faults %j with a code and a path', async (faults, code, path) => {
    const { control } = await ecsTrial();

    const { status, body } = await control('/faults', faults);

    expect({ status, code: body.code, path: body.path }).toEqual({ status: 400, code, path });
    expect((await control('/faults')).body.faults).toEqual([]);
  });

  it('reset faults, switches and calls, and rules only when told', async () => {
    const { authorize, deleteGroup, rules, control } = await ecsTrial();
    await authorize([shell(7)]);
    await deleteGroup('sg-demo-db');
    await control('/behaviour', { batch: 'partial' });
    await control('/faults', [{ action: '*', fault: 'error' }]);

    await control('/reset', {});
    const kept = await rules();
    const { body: calls } = await control('/calls');
    await control('/reset', { rules: true });
    const fresh = await rules();

    expect([kept.length, fresh.length, (calls.calls as unknown[]).length]).toEqual([4, 3, 1]);
    expect(await rules({ securityGroupId: 'sg-demo-db' })).toHaveLength(3);
    expect((await control('/behaviour')).body.behaviour).toMatchObject({ batch: 'atomic' });
  });

  it('say what they know when asked for something else', async () => {
    const { control, url } = await ecsTrial();

    const missing = await control('/nothing');
    const broken = await fetch(`${url}/_emulator/faults`, { method: 'POST', body: '{' });

    expect(missing).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } });
    expect(broken.status).toBe(400);
  });
});
