import { describe, expect, it } from 'vitest';
import { refusalOf } from '../ecs-trial.ts';
import { apsaraTrial, shell } from './apsara-trial.ts';

const wrong = shell(7, { PortRange: '22' });

describe('switches of the emulated Apsara Stack', () => {
  it('are those of ECS and more, each described with a default', async () => {
    const { control } = await apsaraTrial();

    const { body } = await control('');
    const switches = body.behaviour as Record<string, { meaning: string; default: unknown }>;

    expect(Object.keys(switches)).toEqual(expect.arrayContaining(['describeLagMs', 'failureForm', 'staticHeaders']));
    expect(Object.values(switches).every((one) => one.meaning !== '' && one.default !== undefined)).toBe(true);
  });

  it.each([
    [
      'errorSample',
      { errorSample: { resultCode: -1, resultMsg: expect.stringContaining('InvalidParam.PortRange: ') } },
    ],
    ['bare', { resultCode: -1, resultMsg: expect.stringContaining('InvalidParam.PortRange: '), result: null }],
    ['asapi', { asapiSuccess: false, asapiErrorCode: 'InvalidParam.PortRange' }],
  ])('failureForm: %s, with any status', async (failureForm, expected) => {
    const { route, control } = await apsaraTrial();
    await control('/behaviour', { failureForm });

    const taken = await route('AuthorizeSecurityGroup', wrong);
    const statuses = [];
    for (const failureStatus of [400, 500, 'as-ecs']) {
      await control('/behaviour', { failureStatus });
      const { statusCode, data } = await refusalOf(route('AuthorizeSecurityGroup', wrong));
      statuses.push(statusCode);
      expect(data).toMatchObject(expected);
    }

    expect(taken).toMatchObject({ statusCode: 200, body: expected });
    expect(statuses).toEqual([400, 500, 400]);
  });

  it('failureNamesCode: the code, or "system error" for everything', async () => {
    const { route, control } = await apsaraTrial();
    await control('/behaviour', { failureNamesCode: false });

    const { body } = await route('AuthorizeSecurityGroup', wrong);

    expect(body).toEqual({ errorSample: { resultCode: -1, resultMsg: 'system error', result: null } });
  });

  it('asapi: successes are marked too', async () => {
    const { route, control } = await apsaraTrial();
    await control('/behaviour', { failureForm: 'asapi' });

    const { body } = await route('AuthorizeSecurityGroup', shell(7));

    expect(body).toMatchObject({ asapiSuccess: true, asapiRequestId: body.RequestID });
  });

  it('staticHeaders: take the place of a signature', async () => {
    const { route, rules, control } = await apsaraTrial();
    await control('/behaviour', { staticHeaders: { 'X-Api-Key': 'k' }, failureStatus: 400 });
    const send = (key: string) =>
      route(
        'AuthorizeSecurityGroup',
        shell(7),
        { auth: 'Anonymous' },
        { globalParameters: { headers: { 'x-api-key': key } } },
      );

    const answer = await send('k');
    const refusal = await refusalOf(send('other'));

    expect(answer.body.RequestID).toMatch(/./);
    expect(JSON.stringify(refusal.data)).toContain('IncompleteSignature');
    expect(await rules()).toHaveLength(4);
  });

  it('requiredHeaders: calls without them are refused', async () => {
    const { route, control } = await apsaraTrial();
    await control('/behaviour', { requiredHeaders: ['x-acs-organizationid'] });
    const headers = { 'x-acs-organizationid': '17' };

    const without = await route('AuthorizeSecurityGroup', shell(7));
    const { body } = await route('AuthorizeSecurityGroup', shell(7), {}, { globalParameters: { headers } });

    expect(JSON.stringify(without.body)).toContain('MissingParameter: ');
    expect(body.RequestID).toMatch(/./);
  });

  it('bodies: the other encoding has no parameters', async () => {
    const { route, control } = await apsaraTrial();
    await control('/behaviour', { bodies: 'form' });

    const json = await route('AuthorizeSecurityGroup', shell(7));
    const form = await route('AuthorizeSecurityGroup', shell(7), { bodyType: 'formData' });

    expect(JSON.stringify(json.body)).toContain('MissingParameter: ');
    expect(form.body.RequestID).toMatch(/./);
  });

  it('ruleIds and takesPermissions: as ECS of today', async () => {
    const { route, rules, control } = await apsaraTrial();
    await control('/behaviour', { ruleIds: true, takesPermissions: true });
    const [ruleId] = (await rules()).map(({ SecurityGroupRuleId }) => String(SecurityGroupRuleId));

    await route('RevokeSecurityGroup', { 'SecurityGroupRuleId.1': ruleId ?? '' });

    expect(ruleId).toMatch(/^sgr-/);
    expect(await rules()).toHaveLength(2);
  });
});

describe('the emulated Apsara Stack', () => {
  it('fails and throttles on command, in its own words', async () => {
    const { route, rules, control } = await apsaraTrial();
    await control('/faults', [
      { action: 'AuthorizeSecurityGroup', fault: 'error', apply: true },
      { action: 'AuthorizeSecurityGroup', fault: 'throttle' },
      { action: 'AuthorizeSecurityGroup', fault: 'reset-after-apply' },
    ]);

    const failed = await route('AuthorizeSecurityGroup', shell(7));
    const throttled = await route('AuthorizeSecurityGroup', shell(8));
    const lost = await refusalOf(route('AuthorizeSecurityGroup', shell(9)));

    expect(failed.body).toMatchObject({ errorSample: { resultCode: -1, resultMsg: 'system error' } });
    expect(throttled.headers['x-acs-retry-after']).toBe('1500');
    expect(JSON.stringify(throttled.body)).toContain('Throttling.User: ');
    expect(lost.code).toBe('ECONNRESET');
    expect(await rules()).toHaveLength(5);
  });

  it('logs calls and resets what it is told to', async () => {
    const { route, rules, control } = await apsaraTrial();
    await route('AuthorizeSecurityGroup', shell(7));

    const { body } = await control('/calls');
    await control('/reset', { rules: true });

    expect(body.calls).toMatchObject([
      {
        action: 'AuthorizeSecurityGroup',
        status: 200,
        parameters: { regionId: 'cn-qingdao-env17-d01', version: '2016-01-01', SourceCidrIp: '203.0.113.7/32' },
        answer: { RequestID: expect.any(String) },
      },
    ]);
    expect(await rules()).toHaveLength(3);
  });
});
