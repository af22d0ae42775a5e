import { describe, expect, it } from 'vitest';
import { startApsara } from '../../../../local/clouds/apsara/start-apsara.ts';
import { callCore, popClient, popRoaClient } from '../cloud-trial.ts';
import { refusalOf } from '../ecs-trial.ts';
import { apsaraTrial, REGION, STACK, shell } from './apsara-trial.ts';

const AUTHORIZE = '/apsara/route/Ecs/AuthorizeSecurityGroup';

describe('the route of the emulated Apsara Stack', () => {
  it('adds, describes, changes and removes a rule', async () => {
    const { route, rules } = await apsaraTrial();

    const answer = await route('AuthorizeSecurityGroup', shell(7, { Description: 'OPS-7', Priority: 3 }));
    const shown = (await rules()).at(-1);
    await route('ModifySecurityGroupRule', shell(7, { Description: 'OPS-8', Priority: 3 }));
    const changed = (await rules()).at(-1);
    await route('RevokeSecurityGroup', shell(7, { Priority: 3 }));

    expect(answer.statusCode).toBe(200);
    expect(Object.keys(answer.body)).toEqual(['RequestID']);
    expect(shown).toMatchObject({ IpProtocol: 'TCP', Priority: 3, Description: 'OPS-7' });
    expect(shown).not.toHaveProperty('SecurityGroupRuleId');
    expect(changed).toMatchObject({ Description: 'OPS-8' });
    expect(await rules()).toHaveLength(3);
  });

  it.each([
    ['JSON under today’s signature', { bodyType: 'json' }, {}],
    ['a form under today’s signature', { bodyType: 'formData' }, {}],
    ['JSON under the older signature', { bodyType: 'json' }, { signatureAlgorithm: 'v2' }],
    ['a form under the older signature', { bodyType: 'formData' }, { signatureAlgorithm: 'v2' }],
  ] as const)('takes %s, and refuses it under a wrong secret', async (_, form, config) => {
    const { route, rules } = await apsaraTrial();

    const answer = await route('AuthorizeSecurityGroup', shell(7), form, config);
    const refused = await route('AuthorizeSecurityGroup', shell(8), form, { ...config, accessKeySecret: 'wrong' });

    expect(answer.body.RequestID).toMatch(/./);
    expect(refused.body).toMatchObject({
      errorSample: { resultCode: -1, resultMsg: expect.stringMatching(/^SignatureDoesNotMatch: /), result: null },
    });
    expect(await rules()).toHaveLength(4);
  });

  it('takes the older resource-style client, and no body that was changed after signing', async () => {
    const { url, rules } = await apsaraTrial();
    const client = popRoaClient(url, '2016-01-01');
    const body = JSON.stringify({ ...STACK, ...shell(7) });
    const json = { 'content-type': 'application/json' };

    const answer = await client.post(AUTHORIZE, {}, body, json);
    const changed = await client.post(AUTHORIZE, {}, body, json, { data: body.replace('22/22', '23/23') });

    expect(answer.RequestID).toMatch(/./);
    expect(changed).toMatchObject({ errorSample: { resultMsg: expect.stringContaining('ContentMD5NotMatched') } });
    expect(await rules()).toHaveLength(4);
  });

  it.each([
    ['regionId', { regionId: '' }, 'MissingParameter'],
    ['RegionId', { RegionId: '' }, 'MissingParameter'],
    ['the group', { SecurityGroupId: '' }, 'MissingParameter'],
    ['lower case', { IpProtocol: 'TCP' }, 'InvalidIpProtocol.ValueNotSupported'],
    ['a known group', { SecurityGroupId: 'sg-none' }, 'InvalidSecurityGroupId.NotFound'],
    ['ports', { PortRange: '22' }, 'InvalidParam.PortRange'],
    ['flat fields', { IpProtocol: '', 'Permissions.1.IpProtocol': 'tcp' }, 'InvalidIpProtocol.ValueNotSupported'],
  ])('insists on %s', async (_, fields, code) => {
    const { route, control } = await apsaraTrial();
    await control('/behaviour', { failureStatus: 'as-ecs', failureForm: 'asapi' });

    const refusal = await refusalOf(route('AuthorizeSecurityGroup', shell(7, fields)));

    expect(refusal.data).toMatchObject({ asapiSuccess: false, asapiErrorCode: code });
  });

  it('reads its parameters from the body only, and takes nothing but POST', async () => {
    const { url, control } = await apsaraTrial();
    await control('/behaviour', { checkSignatures: false, failureStatus: 'as-ecs' });
    const query = new URLSearchParams({ ...STACK, IpProtocol: 'tcp', PortRange: '22/22', SourceCidrIp: '10.0.0.0/8' });

    const inQuery = await fetch(`${url}${AUTHORIZE}?${query}`, { method: 'POST' });
    const got = await fetch(`${url}${AUTHORIZE}`);
    const broken = await fetch(`${url}${AUTHORIZE}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{',
    });
    const lost = await fetch(`${url}/somewhere/else`, { method: 'POST' });
    const unknown = await fetch(`${url}/apsara/route/Ecs/RunInstances`, { method: 'POST' });

    expect([inQuery, got, broken, lost, unknown].map(({ status }) => status)).toEqual([400, 405, 400, 404, 404]);
  });

  it('remembers client tokens', async () => {
    const { route, rules } = await apsaraTrial();
    await route('AuthorizeSecurityGroup', shell(7, { ClientToken: 'token-1' }));
    await route('RevokeSecurityGroup', shell(7));

    const echoed = await route('AuthorizeSecurityGroup', shell(7, { ClientToken: 'token-1' }));
    const other = await route('AuthorizeSecurityGroup', shell(8, { ClientToken: 'token-1' }));

    expect(echoed.body.RequestID).toMatch(/./);
    expect(JSON.stringify(other.body)).toContain('IdempotentParameterMismatch');
    expect(await rules()).toHaveLength(3);
  });

  it('keeps its rules over a restart and apart from those of ECS', async () => {
    const { route, close, dataDir } = await apsaraTrial();
    await route('AuthorizeSecurityGroup', shell(7));
    await close();

    const again = await startApsara({ port: 0, dataDir });
    const listed = await popClient(again.url, '2014-05-26').request('DescribeSecurityGroups', { RegionId: REGION }, {});
    await again.close();

    expect(listed.SecurityGroups).toMatchObject({
      SecurityGroup: [{ SecurityGroupId: 'sg-demo-stack', RuleCount: 4 }],
    });
  });
});

describe('the RPC form of the emulated Apsara Stack', () => {
  const headers = { 'x-acs-organizationid': '17', 'x-acs-resourcegroupid': '4', 'x-acs-regionid': REGION };

  it('answers the older client with its signature in the query, as ECS does', async () => {
    const { url, rules } = await apsaraTrial();
    const client = popClient(url, '2014-05-26');
    const at = { RegionId: REGION, SecurityGroupId: 'sg-demo-stack' };

    const answer = await client.request('AuthorizeSecurityGroup', { ...at, ...shell(7) }, { headers });
    const refusal = await refusalOf(
      client.request('AuthorizeSecurityGroup', { ...at, SecurityGroupId: 'sg-none' }, {}),
    );

    expect(answer.RequestId).toMatch(/./);
    expect(refusal).toMatchObject({ code: 'InvalidSecurityGroupId.NotFound' });
    expect(await rules()).toHaveLength(4);
  });

  it('answers the client of today in both signatures', async () => {
    const { url } = await apsaraTrial();
    const call = { action: 'DescribeSecurityGroups', version: '2014-05-26', query: { RegionId: REGION } };

    const today = await callCore(url, call, { globalParameters: { headers } });
    const older = await callCore(url, call, { signatureAlgorithm: 'v2', globalParameters: { headers } });
    const route = await refusalOf(callCore(url, { ...call, version: '2016-01-01' }));

    expect([today.body, older.body]).toMatchObject([{ TotalCount: 1 }, { TotalCount: 1 }]);
    expect(route).toMatchObject({ code: 'InvalidVersion', statusCode: 400 });
  });

  it('wants an organisation beside a resource group', async () => {
    const { url } = await apsaraTrial();
    const call = { action: 'DescribeSecurityGroups', version: '2014-05-26', query: { RegionId: REGION } };
    const alone = { 'x-acs-resourcegroupid': '4' };

    const refusal = await refusalOf(callCore(url, call, { globalParameters: { headers: alone } }));

    expect(refusal).toMatchObject({ code: 'MissingParameter', statusCode: 400 });
  });
});
