import { describe, expect, it } from 'vitest';
import { ecsTrial, refusalOf, shell } from './ecs-trial.ts';

const AUTHORIZE = 'AuthorizeSecurityGroup';

describe('faults of the emulated ECS, as the vendor’s own client meets them', () => {
  it('reset the connection before anything is done', async () => {
    const { authorize, rules, control } = await ecsTrial();
    await control('/faults', [{ action: AUTHORIZE, fault: 'reset-before-apply', times: 1 }]);

    const error = await refusalOf(authorize([shell(7)]));

    expect(error.code).toBe('ECONNRESET');
    expect(await rules()).toHaveLength(3);
    expect((await authorize([shell(7)])).statusCode).toBe(200);
  });

  it('reset the connection after everything is done', async () => {
    const { authorize, rules, control } = await ecsTrial();
    await control('/faults', [{ action: AUTHORIZE, fault: 'reset-after-apply' }]);

    const error = await refusalOf(authorize([shell(7)], { clientToken: 'token-1' }));
    const repeated = await authorize([shell(7)], { clientToken: 'token-1' });

    expect(error.code).toBe('ECONNRESET');
    expect(repeated.statusCode).toBe(200);
    expect(await rules()).toHaveLength(4);
  });

  it('fall silent after everything is done', async () => {
    const { client, rules, control, authorize } = await ecsTrial();
    await control('/faults', [{ action: '*', fault: 'timeout-after-apply' }]);
    Object.assign(client, { _readTimeout: 300, _connectTimeout: 300 });

    const error = await refusalOf(authorize([shell(7)]));

    expect(error.name).toBe('RequestTimeoutError');
    expect(await rules()).toHaveLength(4);
  });

  it('throttle with a pause in milliseconds, or without one', async () => {
    const { authorize, control } = await ecsTrial();
    await control('/faults', [
      { action: AUTHORIZE, fault: 'throttle' },
      { action: AUTHORIZE, fault: 'throttle', retryAfterMs: null },
    ]);

    const first = await refusalOf(authorize([shell(7)]));
    const second = await refusalOf(authorize([shell(7)]));

    expect(first).toMatchObject({
      name: 'ThrottlingError',
      code: 'Throttling.User',
      statusCode: 400,
      retryAfter: 1500,
    });
    expect(second).toMatchObject({ name: 'ThrottlingError', code: 'Throttling.User' });
    expect(second.retryAfter).not.toBe(1500);
  });

  it('answer a chosen error, by default InternalError 500', async () => {
    const { authorize, rules, control } = await ecsTrial();
    await control('/faults', [
      { action: AUTHORIZE, fault: 'error', code: 'ServiceUnavailable', status: 503, times: 1 },
      { action: AUTHORIZE, fault: 'error' },
      { action: AUTHORIZE, fault: 'error', code: 'OperationConflict', status: 409, apply: true },
    ]);

    const errors = [];
    for (let call = 0; call < 3; call += 1) {
      errors.push(await refusalOf(authorize([shell(7)])));
    }

    expect(errors.map(({ name, code, statusCode }) => [name, code, statusCode])).toEqual([
      ['ServerError', 'ServiceUnavailable', 503],
      ['ServerError', 'InternalError', 500],
      ['ClientError', 'OperationConflict', 409],
    ]);
    expect(await rules()).toHaveLength(4);
  });

  it('answer an HTML page that the client cannot read', async () => {
    const { authorize, rules, control } = await ecsTrial();
    await control('/faults', [{ action: AUTHORIZE, fault: 'html-503' }]);

    const error = await refusalOf(authorize([shell(7)]));

    expect(error.name).toBe('SyntaxError');
    expect(await rules()).toHaveLength(3);
  });

  it('do the first half of a batch, then fail', async () => {
    const { authorize, rules, control, revoke } = await ecsTrial();
    await control('/faults', [
      { action: AUTHORIZE, fault: 'partial' },
      { action: 'RevokeSecurityGroup', fault: 'partial' },
    ]);

    const error = await refusalOf(authorize([1, 2, 3, 4].map((octet) => shell(octet))));
    const halfOpened = await rules();
    const ids = halfOpened.slice(3).map(({ securityGroupRuleId }) => securityGroupRuleId);
    const revokeError = await refusalOf(revoke({ securityGroupRuleId: ids }));

    expect(error).toMatchObject({ code: 'InternalError', statusCode: 500 });
    expect(halfOpened).toHaveLength(5);
    expect(revokeError).toMatchObject({ code: 'InternalError', statusCode: 500 });
    expect(await rules()).toHaveLength(4);
  });

  it('strike only their own action, as often as told, in the order of arming', async () => {
    const { authorize, rules, control } = await ecsTrial();
    await control('/faults', [{ action: AUTHORIZE, fault: 'error', times: 2 }]);
    const armed = await control('/faults', [{ action: '*', fault: 'error', code: 'UnknownError', status: 400 }]);

    const first = await refusalOf(authorize([shell(7)]));
    const described = await refusalOf(rules());
    const second = await refusalOf(authorize([shell(7)]));
    const third = await authorize([shell(7)]);

    expect(armed.body.faults).toMatchObject([{ times: 2 }, { times: 1 }]);
    expect([first.code, described.code, second.code]).toEqual(['InternalError', 'UnknownError', 'InternalError']);
    expect(third.statusCode).toBe(200);
  });

  it('wait before they answer when told to', async () => {
    const { authorize, control } = await ecsTrial();
    await control('/faults', [{ action: AUTHORIZE, fault: 'error', delayMs: 200 }]);
    const before = performance.now();

    await refusalOf(authorize([shell(7)]));

    expect(performance.now() - before).toBeGreaterThan(190);
  });
});
