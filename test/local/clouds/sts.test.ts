import { describe, expect, it, onTestFinished } from 'vitest';
import { startSts } from '../../../local/clouds/sts/start-sts.ts';
import { callGeneric, ecsClient, genericClient, type Keys } from './ecs-client.ts';
import { controlOf, ecsTrial, refusalOf, verbs } from './ecs-trial.ts';

const ROLE = 'acs:ram::2000000000000002:role/CurfewGrant';

type Assumed = {
  readonly AssumedRoleUser: Record<string, string>;
  readonly Credentials: {
    AccessKeyId: string;
    AccessKeySecret: string;
    SecurityToken: string;
    Expiration: string;
  };
};

async function stsTrial(clock: { now(): number } = Date) {
  const server = await startSts({ port: 0, clock });
  onTestFinished(() => server.close());
  const assume = async (query: object, more: object = {}) => {
    const client = genericClient(server.port, undefined, { ...more });
    return (await callGeneric(client, 'AssumeRole', { query, version: '2015-04-01' })).body as Assumed;
  };
  return { ...server, assume, control: controlOf(server.url) };
}

function keysOf({ Credentials: issued }: Assumed): Keys {
  return {
    accessKeyId: issued.AccessKeyId,
    accessKeySecret: issued.AccessKeySecret,
    securityToken: issued.SecurityToken,
  };
}

describe('the emulated STS', () => {
  it('issues credentials that act for the account of the role', async () => {
    const { port } = await ecsTrial();
    const { assume } = await stsTrial();

    const assumed = await assume({
      RoleArn: ROLE,
      RoleSessionName: 'grant',
      ExternalId: 'curfew',
      DurationSeconds: 900,
    });
    const groups = await verbs(ecsClient(port, keysOf(assumed))).listGroups();

    expect(assumed.Credentials.AccessKeyId).toMatch(/^STS\./);
    expect(assumed.Credentials.Expiration).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    expect(assumed.AssumedRoleUser.Arn).toBe('acs:ram::2000000000000002:role/curfewgrant/grant');
    expect(groups.totalCount).toBe(0);
  });

  it('takes the older signature as well', async () => {
    const { assume } = await stsTrial();

    const assumed = await assume({ RoleArn: ROLE, RoleSessionName: 'grant' }, { signatureAlgorithm: 'v2' });

    expect(assumed.Credentials.SecurityToken).not.toBe('');
  });

  it.each([
    [{ RoleSessionName: 'grant' }, 'MissingRoleArn'],
    [{ RoleArn: 'role', RoleSessionName: 'grant' }, 'InvalidParameter.RoleArn'],
    [{ RoleArn: ROLE, RoleSessionName: 'x' }, 'InvalidParameter.RoleSessionName'],
    [{ RoleArn: ROLE, RoleSessionName: 'grant', DurationSeconds: 10 }, 'InvalidParameter.DurationSeconds'],
  ])('refuses %j', async (query, code) => {
    const { assume } = await stsTrial();

    const refusal = await refusalOf(assume(query));

    expect(refusal).toMatchObject({ code, statusCode: 400 });
  });

  it('keeps no issued secret in its call log', async () => {
    const { assume, control } = await stsTrial();
    const assumed = await assume({ RoleArn: ROLE, RoleSessionName: 'grant' });

    const { body } = await control('/calls');

    expect(body.calls).toMatchObject([{ action: 'AssumeRole', parameters: { RoleArn: ROLE }, status: 200 }]);
    expect(JSON.stringify(body)).not.toContain(assumed.Credentials.AccessKeySecret);
    expect(JSON.stringify(body)).not.toContain(assumed.Credentials.SecurityToken);
  });

  it('fails on command', async () => {
    const { assume, control } = await stsTrial();
    await control('/faults', [{ action: 'AssumeRole', fault: 'error', code: 'NoPermission', status: 403 }]);

    const refusal = await refusalOf(assume({ RoleArn: ROLE, RoleSessionName: 'grant' }));

    expect(refusal).toMatchObject({ code: 'NoPermission', statusCode: 403 });
  });
});
