import { describe, expect, it } from 'vitest';
import { ecsTrial, refusalOf, shell } from './ecs-trial.ts';

describe('client tokens of the emulated ECS', () => {
  it('give the stored answer to the same request, and no second effect', async () => {
    const { authorize, revoke, rules } = await ecsTrial();
    const first = await authorize([shell(7)], { clientToken: 'token-1' });
    await revoke({ permissions: [shell(7)] });

    const again = await authorize([shell(7)], { clientToken: 'token-1' });

    expect(again.body?.requestId).toBe(first.body?.requestId);
    expect(await rules()).toHaveLength(3);
  });

  it('refuse other parameters and other operations', async () => {
    const { authorize, revoke, control } = await ecsTrial();
    await authorize([shell(7)], { clientToken: 'token-1' });

    const other = await refusalOf(authorize([shell(8)], { clientToken: 'token-1' }));
    const revoked = await refusalOf(revoke({ permissions: [shell(7)], clientToken: 'token-1' }));
    await control('/behaviour', { tokenMismatchStatus: 403 });
    const switched = await refusalOf(authorize([shell(8)], { clientToken: 'token-1' }));

    expect(other).toMatchObject({ code: 'IdempotentParameterMismatch', statusCode: 400 });
    expect(revoked).toMatchObject({ code: 'IdempotentParameterMismatch', statusCode: 400 });
    expect(switched).toMatchObject({ code: 'IdempotentParameterMismatch', statusCode: 403 });
  });

  it('are forgotten after their time, and at once when that time is 0', async () => {
    let nowMs = Date.now();
    const { authorize, revoke, rules, control } = await ecsTrial({ now: () => nowMs });
    await control('/behaviour', { tokenTtlSeconds: 60 });
    await authorize([shell(7)], { clientToken: 'token-1' });
    await revoke({ permissions: [shell(7)] });

    nowMs += 59_000;
    await authorize([shell(7)], { clientToken: 'token-1' });
    const before = await rules();
    nowMs += 2_000;
    await authorize([shell(7)], { clientToken: 'token-1' });
    const after = await rules();
    await control('/behaviour', { tokenTtlSeconds: 0 });
    const other = await authorize([shell(9)], { clientToken: 'token-1' });

    expect([before.length, after.length, other.statusCode]).toEqual([3, 4, 200]);
  });

  it('forget refusals, or remember them when told to', async () => {
    const { authorize, control, createGroup, rules } = await ecsTrial();
    const securityGroupId = await createGroup();
    const attempt = () => authorize([shell(7)], { clientToken: 'token-1', securityGroupId });

    await control('/behaviour', { rulesPerGroupMax: 0 });
    const forgotten = await refusalOf(attempt());
    await control('/behaviour', { rulesPerGroupMax: 0, rememberFailures: true });
    const remembered = await refusalOf(attempt());
    await control('/behaviour', { rulesPerGroupMax: 200 });
    const replayed = await refusalOf(attempt());

    expect(forgotten).toMatchObject({ code: 'AuthorizationLimitExceed', statusCode: 403 });
    expect(forgotten.requestId).not.toBe(remembered.requestId);
    expect(replayed).toMatchObject({ code: 'AuthorizationLimitExceed', requestId: remembered.requestId });
    expect(await rules({ securityGroupId })).toEqual([]);
  });

  it('are refused when they are too long or not ASCII', async () => {
    const { authorize } = await ecsTrial();

    const refusals = await Promise.all(
      ['x'.repeat(65), 'tökén'].map((clientToken) => refusalOf(authorize([shell(7)], { clientToken }))),
    );

    expect(refusals.map(({ code }) => code)).toEqual(refusals.map(() => 'InvalidClientToken.ValueNotSupported'));
  });
});
