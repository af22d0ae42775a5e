import { describe, expect, it } from 'vitest';
import { callCore, popClient } from '../cloud-trial.ts';
import { refusalOf } from '../ecs-trial.ts';
import { type Entry, ensTrial, shellEntry, shellFlat } from './ens-trial.ts';

const V = '2017-11-10';

describe('rules of the emulated Edge Node Service', () => {
  it('are added and removed one by one in the flat form, with defaults', async () => {
    const { call, rules } = await ensTrial();

    const answer = await call(
      'AuthorizeSecurityGroup',
      shellFlat(7, { RegionId: 'ignored', SourcePortRange: '1/65535' }),
    );
    await call('AuthorizeSecurityGroupEgress', {
      IpProtocol: 'gre',
      PortRange: '-1/-1',
      DestCidrIp: '10.0.0.0/8',
      Policy: 'drop',
      Priority: 5,
    });
    const [ingress, egress] = (await rules()).slice(3);
    await call('RevokeSecurityGroup', shellFlat(7, { SourcePortRange: '1/65535' }));
    const left = await rules();

    expect(Object.keys(answer)).toEqual(['RequestId']);
    expect(ingress).toMatchObject({ Direction: 'ingress', IpProtocol: 'TCP', Policy: 'Accept', Priority: 1 });
    expect(egress).toMatchObject({ Direction: 'egress', IpProtocol: 'GRE', Policy: 'Drop', Priority: 5 });
    expect(left).toHaveLength(4);
  });

  it('are added in a batch of both directions and families, with descriptions', async () => {
    const { create, remove, rules } = await ensTrial();
    const batch = [
      shellEntry(7, { Description: 'OPS-7' }),
      shellEntry(0, { Direction: 'egress', DestCidrIp: '192.0.2.0/24' }),
      {
        ...shellEntry(0),
        SourceCidrIp: undefined,
        Ipv6SourceCidrIp: '2001:DB8:0:0::/64',
        IpProtocol: 'ICMPv6',
        PortRange: '-1/-1',
      } as unknown as Entry,
    ];

    await create(batch);
    const added = (await rules()).slice(3);
    await remove(batch.map(({ Description: _, ...entry }) => entry as Entry));

    expect(added).toMatchObject([
      { Description: 'OPS-7', SourceCidrIp: '203.0.113.7/32', SourcePortRange: '1/65535', Priority: 1 },
      { Direction: 'egress', DestCidrIp: '192.0.2.0/24', SourceCidrIp: '203.0.113.0/32', Description: '' },
      { IpProtocol: 'ICMPv6', Ipv6SourceCidrIp: '2001:db8::/64', SourceCidrIp: '', SourcePortRange: '-1/-1' },
    ]);
    expect(await rules()).toHaveLength(3);
  });

  it('are listed whole, with a creation time and without ids', async () => {
    const { create, call } = await ensTrial();
    await create(Array.from({ length: 60 }, (_, index) => shellEntry(index)));

    const body = await call('DescribeSecurityGroupAttribute', { MaxResults: 10 });
    const { Permission: shown } = body.Permissions as { Permission: Record<string, unknown>[] };

    expect(shown).toHaveLength(63);
    expect(shown[5]?.CreationTime).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    expect(Object.keys(shown[5] ?? {}).sort()).toEqual(
      [
        'CreationTime',
        'Description',
        'DestCidrIp',
        'Direction',
        'IpProtocol',
        'Ipv6DestCidrIp',
        'Ipv6SourceCidrIp',
        'Policy',
        'PortRange',
        'Priority',
        'SourceCidrIp',
        'SourcePortRange',
      ].sort(),
    );
    expect(body).toMatchObject({ SecurityGroupId: 'sg-demo-ens' });
    expect(body.NextToken).toBeUndefined();
  });

  it.each<[string, string, Entry, string]>([
    [
      'capitals in the flat form',
      'AuthorizeSecurityGroup',
      shellFlat(7, { IpProtocol: 'TCP' }),
      'InvalidParameter.IpProtocol',
    ],
    ['a capital policy', 'AuthorizeSecurityGroup', shellFlat(7, { Policy: 'Accept' }), 'InvalidParameter.Policy'],
    [
      'a priority out of bounds',
      'AuthorizeSecurityGroup',
      shellFlat(7, { Priority: 101 }),
      'InvalidParameter.Priority',
    ],
    [
      'ports in the wrong order',
      'AuthorizeSecurityGroup',
      shellFlat(7, { PortRange: '23/22' }),
      'InvalidParameter.PortRange',
    ],
    [
      'ports for all protocols',
      'AuthorizeSecurityGroup',
      shellFlat(7, { IpProtocol: 'all' }),
      'InvalidParameter.PortRange',
    ],
    [
      'an IPv6 peer',
      'AuthorizeSecurityGroup',
      shellFlat(7, { SourceCidrIp: '2001:db8::/64' }),
      'InvalidParameter.SourceCidrIp',
    ],
    ['an empty text', 'AuthorizeSecurityGroup', shellFlat(7, { Policy: '' }), 'InvalidParameter'],
    ['no destination', 'AuthorizeSecurityGroupEgress', shellFlat(7), 'MissingParameter'],
    ['no protocol', 'RevokeSecurityGroup', { PortRange: '22/22', SourceCidrIp: '10.0.0.0/8' }, 'MissingParameter'],
    ['no permissions', 'CreateSecurityGroupPermissions', {}, 'MissingParameter'],
    [
      'permissions that are no JSON',
      'CreateSecurityGroupPermissions',
      { Permissions: '[' },
      'InvalidParameter.Permissions',
    ],
    ['no permission at all', 'CreateSecurityGroupPermissions', { Permissions: '[]' }, 'InvalidParameter.Permissions'],
    [
      'an unknown group',
      'AuthorizeSecurityGroup',
      shellFlat(7, { SecurityGroupId: 'sg-none' }),
      'InvalidSecurityGroupId.NotFound',
    ],
    ['no group', 'DescribeSecurityGroupAttribute', { SecurityGroupId: '' }, 'MissingParameter'],
  ])('refuse %s with 400', async (_, action, parameters, code) => {
    const { call } = await ensTrial();

    const refusal = await refusalOf(call(action, parameters));

    expect(refusal).toMatchObject({ code, statusCode: 400 });
  });

  it.each<[string, Entry, string]>([
    ['a lower-case protocol', { IpProtocol: 'tcp' }, 'InvalidParameter.IpProtocol'],
    ['GRE', { IpProtocol: 'GRE', PortRange: '-1/-1' }, 'InvalidParameter.IpProtocol'],
    ['a lower-case policy', { Policy: 'accept' }, 'InvalidParameter.Policy'],
    ['a priority in quotes', { Priority: '1' }, 'InvalidParameter.Priority'],
    ['two peers', { Ipv6SourceCidrIp: '2001:db8::/64' }, 'InvalidParameter'],
    ['a peer of the other side only', { Direction: 'egress' }, 'MissingParameter'],
    ['ICMPv6 from an IPv4 address', { IpProtocol: 'ICMPv6', PortRange: '-1/-1' }, 'InvalidParameter'],
    ['an empty description', { Description: '' }, 'InvalidParameter'],
  ])('refuse %s in a permission', async (_, more, code) => {
    const { create } = await ensTrial();

    const refusal = await refusalOf(create([shellEntry(7, more)]));

    expect(refusal).toMatchObject({ code, statusCode: 400 });
  });

  it('that are there already are an error, in both forms', async () => {
    const { create, call, rules } = await ensTrial();
    await create([shellEntry(7, { Description: 'first' })]);

    const batch = await refusalOf(create([shellEntry(8), shellEntry(7, { Description: 'second' })]));
    const flat = await refusalOf(call('AuthorizeSecurityGroup', shellFlat(7)));
    const twice = await refusalOf(create([shellEntry(9), shellEntry(9)]));

    expect([batch, flat, twice]).toMatchObject(
      Array.from({ length: 3 }, () => ({ code: 'SecurityGroupRuleConflict.Duplicated', statusCode: 400 })),
    );
    expect((await rules()).slice(3)).toMatchObject([{ Description: 'first' }]);
  });

  it('are reached by the older client with its signature in the parameters', async () => {
    const { url, rules } = await ensTrial();
    const client = popClient(url, V);

    const answer = await client.request(
      'AuthorizeSecurityGroup',
      { SecurityGroupId: 'sg-demo-ens', ...shellFlat(7) },
      { method: 'POST' },
    );
    const refusal = await refusalOf(client.request('RevokeSecurityGroup', { SecurityGroupId: 'sg-demo-ens' }, {}));

    expect(answer.RequestId).toMatch(/^[0-9A-F-]{36}$/);
    expect(refusal).toMatchObject({ code: 'MissingParameter' });
    expect(await rules()).toHaveLength(4);
  });

  it('are refused under a wrong secret or for another version', async () => {
    const { url } = await ensTrial();
    const call = { action: 'DescribeSecurityGroups', version: V };

    const wrong = await refusalOf(callCore(url, call, { accessKeySecret: 'wrong' }));
    const other = await refusalOf(callCore(url, { ...call, version: '2014-05-26' }));

    expect(wrong).toMatchObject({ code: 'SignatureDoesNotMatch' });
    expect(other).toMatchObject({ code: 'InvalidVersion' });
  });
});

describe('groups of the emulated Edge Node Service', () => {
  it('are created with rules, listed by pages, and deleted', async () => {
    const { call, rules } = await ensTrial();

    const created = await call('CreateSecurityGroup', {
      SecurityGroupName: 'edge',
      Permissions: JSON.stringify([shellEntry(7)]),
    });
    const SecurityGroupId = String(created.SecurityGroupId);
    const found = await rules({ SecurityGroupId });
    const page = await call('DescribeSecurityGroups', { SecurityGroupId: undefined, PageSize: 1, PageNumber: 2 });
    const named = await call('DescribeSecurityGroups', { SecurityGroupId: undefined, SecurityGroupName: 'edge' });
    await call('DeleteSecurityGroup', { SecurityGroupId });
    const gone = await refusalOf(rules({ SecurityGroupId }));

    expect(found).toHaveLength(1);
    expect(page).toMatchObject({ TotalCount: 2, PageNumber: 2, PageSize: 1 });
    expect(named.SecurityGroups).toMatchObject({ SecurityGroup: [{ SecurityGroupId }] });
    expect(gone).toMatchObject({ code: 'InvalidSecurityGroupId.NotFound', statusCode: 400 });
  });

  it('are not created when one of their rules is refused', async () => {
    const { call } = await ensTrial();

    await refusalOf(call('CreateSecurityGroup', { Permissions: JSON.stringify([shellEntry(7), shellEntry(7)]) }));

    expect(await call('DescribeSecurityGroups', { SecurityGroupId: undefined })).toMatchObject({ TotalCount: 1 });
  });
});
