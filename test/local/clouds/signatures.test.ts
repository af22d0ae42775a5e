import { createHash, createHmac, randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { CredentialRegistry } from '../../../local/clouds/wire/credentials.ts';
import { callGeneric, ecsClient, genericClient, LOCAL_KEYS, WEB } from './ecs-client.ts';
import { ecsTrial, refusalOf, verbs } from './ecs-trial.ts';

/** Signs and sends a DescribeSecurityGroupAttribute by hand, to break it in ways no client would. */
async function sendAcs3(
  url: string,
  change: { nonce?: string; date?: string; query?: string; version?: string; action?: string; body?: string },
) {
  const signedQuery = 'RegionId=cn-hangzhou&SecurityGroupId=sg-demo-web';
  const headers: Record<string, string> = {
    host: new URL(url).host,
    'x-acs-action': change.action ?? 'DescribeSecurityGroupAttribute',
    'x-acs-content-sha256': createHash('sha256').update('').digest('hex'),
    'x-acs-date': change.date ?? `${new Date().toISOString().slice(0, 19)}Z`,
    'x-acs-signature-nonce': change.nonce ?? randomUUID(),
    'x-acs-version': change.version ?? '2014-05-26',
  };
  const names = Object.keys(headers).sort();
  const canonical = [
    'POST',
    '/',
    signedQuery,
    names.map((name) => `${name}:${headers[name]}\n`).join(''),
    names.join(';'),
    createHash('sha256').update('').digest('hex'),
  ].join('\n');
  const toSign = `ACS3-HMAC-SHA256\n${createHash('sha256').update(canonical).digest('hex')}`;
  const signature = createHmac('sha256', LOCAL_KEYS.accessKeySecret).update(toSign).digest('hex');
  const response = await fetch(`${url}/?${change.query ?? signedQuery}`, {
    method: 'POST',
    ...(change.body ? { body: new URLSearchParams(change.body) } : {}),
    headers: {
      ...headers,
      authorization: `ACS3-HMAC-SHA256 Credential=local,SignedHeaders=${names.join(';')},Signature=${signature}`,
    },
  });
  const body = (await response.json()) as { Code?: string };
  return `${response.status} ${body.Code ?? 'ok'}`;
}

describe('signatures of the emulated clouds', () => {
  it.each([
    ['an unknown access key', { accessKeyId: 'LTAIunknown', accessKeySecret: 'x' }, 'InvalidAccessKeyId.NotFound', 404],
    ['a wrong secret', { accessKeyId: 'local', accessKeySecret: 'wrong' }, 'SignatureDoesNotMatch', 400],
    [
      'a token beside the permanent key',
      { ...LOCAL_KEYS, securityToken: 'x' },
      'InvalidSecurityToken.MismatchWithAccessKey',
      400,
    ],
    [
      'a token that nobody issued',
      { accessKeyId: 'STS.a', accessKeySecret: 'x', securityToken: 'x.y' },
      'InvalidSecurityToken.Malformed',
      400,
    ],
    ['temporary keys without a token', { accessKeyId: 'STS.a', accessKeySecret: 'x' }, 'MissingSecurityToken', 400],
  ])('refuse %s, in both forms', async (_, keys, code, statusCode) => {
    const { port } = await ecsTrial();

    const today = await refusalOf(verbs(ecsClient(port, keys)).rules());
    const olderClient = genericClient(port, keys, { signatureAlgorithm: 'v2' });
    const older = await refusalOf(
      callGeneric(olderClient, 'DescribeSecurityGroups', { query: { RegionId: 'cn-hangzhou' } }),
    );

    expect(today).toMatchObject({ code, statusCode });
    expect(older).toMatchObject({ code, statusCode });
  });

  it('are refused without one, after 15 minutes, twice, or over other parameters', async () => {
    const { url } = await ecsTrial();
    const unsigned = await fetch(`${url}/?Action=DescribeSecurityGroups&Version=2014-05-26&RegionId=cn-hangzhou`);

    const answers = [
      await sendAcs3(url, { nonce: 'once' }),
      await sendAcs3(url, { nonce: 'once' }),
      await sendAcs3(url, { date: '2020-01-01T00:00:00Z' }),
      await sendAcs3(url, { date: 'yesterday' }),
      await sendAcs3(url, { query: 'RegionId=cn-hangzhou&SecurityGroupId=sg-demo-db' }),
      await sendAcs3(url, { body: 'SecurityGroupId=sg-demo-db' }),
      await sendAcs3(url, { version: '2016-01-01' }),
      await sendAcs3(url, { action: 'RunInstances' }),
    ];

    expect(unsigned.status).toBe(400);
    expect(await unsigned.json()).toMatchObject({ Code: 'IncompleteSignature' });
    expect(answers).toEqual([
      '200 ok',
      '400 SignatureNonceUsed',
      '400 InvalidTimeStamp.Expired',
      '400 InvalidTimeStamp.Format',
      '400 SignatureDoesNotMatch',
      '400 SignatureDoesNotMatch',
      '400 InvalidVersion',
      '404 InvalidAction.NotFound',
    ]);
  });

  it('are not looked at when the switch says so', async () => {
    const { url, control } = await ecsTrial();
    await control('/behaviour', { checkSignatures: false });

    const response = await fetch(`${url}/?Action=DescribeSecurityGroups&Version=2014-05-26&RegionId=cn-hangzhou`);

    expect(await response.json()).toMatchObject({ TotalCount: 2 });
  });

  it('show each account its own groups only', async () => {
    const { port } = await ecsTrial();
    const issued = new CredentialRegistry().issue('STS.abc', '2000000000000002', Date.now() + 60_000);
    const other = verbs(ecsClient(port, issued));

    const hidden = await refusalOf(other.rules(WEB));
    const own = await other.createGroup();
    const listed = await other.listGroups();

    expect(hidden).toMatchObject({ code: 'InvalidSecurityGroupId.NotFound', statusCode: 404 });
    expect(listed.securityGroups?.securityGroup?.map(({ securityGroupId }) => securityGroupId)).toEqual([own]);
  });

  it('of temporary credentials end with them', async () => {
    const { port } = await ecsTrial();
    const issued = new CredentialRegistry().issue('STS.abc', '1000000000000001', Date.now() - 1);

    const refusal = await refusalOf(verbs(ecsClient(port, issued)).rules());

    expect(refusal).toMatchObject({ code: 'InvalidSecurityToken.Expired', statusCode: 400 });
  });

  it('hold in the older form with temporary credentials', async () => {
    const { port } = await ecsTrial();
    const issued = new CredentialRegistry().issue('STS.abc', '1000000000000001', Date.now() + 60_000);
    const client = genericClient(port, issued, { signatureAlgorithm: 'v2' });
    const wrong = genericClient(port, { ...issued, accessKeySecret: 'wrong' }, { signatureAlgorithm: 'v2' });

    const query = { query: { RegionId: 'cn-hangzhou' } };

    const answer = await callGeneric(client, 'DescribeSecurityGroups', query);
    const refusal = await refusalOf(callGeneric(wrong, 'DescribeSecurityGroups', query));

    expect(answer.body).toMatchObject({ TotalCount: 2 });
    expect(refusal).toMatchObject({ code: 'SignatureDoesNotMatch', statusCode: 400 });
  });
});
