import { describe, expect, it } from 'vitest';
import { callGeneric, genericClient, LOCAL_KEYS } from './ecs-client.ts';
import { ecsTrial, refusalOf, shell } from './ecs-trial.ts';

describe('rules of the emulated ECS, through the vendor’s own client', () => {
  it('starts with the permanent rules of the demo groups', async () => {
    const { rules, listGroups } = await ecsTrial();

    const web = await rules();
    const db = await rules({ securityGroupId: 'sg-demo-db' });
    const groups = await listGroups();

    expect(web.map(({ portRange, sourceCidrIp }) => `${portRange} ${sourceCidrIp}`)).toEqual([
      '80/80 0.0.0.0/0',
      '443/443 0.0.0.0/0',
      '22/22 10.0.0.0/8',
    ]);
    expect(db.map(({ direction }) => direction)).toEqual(['ingress', 'ingress', 'egress']);
    expect(groups.totalCount).toBe(2);
    expect(groups.securityGroups?.securityGroup?.map((group) => [group.securityGroupId, group.vpcId])).toEqual([
      ['sg-demo-db', 'vpc-demo'],
      ['sg-demo-web', 'vpc-demo'],
    ]);
  });

  it('counts the instances of a group only where that is asked for', async () => {
    const { listGroups, createGroup } = await ecsTrial();
    await createGroup();
    const counts = async (fields: object) =>
      (await listGroups(fields)).securityGroups?.securityGroup?.map(({ ecsCount }) => ecsCount).sort();

    expect(await counts({})).toEqual([0, 0, 0]);
    expect(await counts({ isQueryEcsCount: true })).toEqual([0, 2, 3]);
  });

  it('adds an ingress rule and shows it in the words of the service', async () => {
    const { authorize, rules } = await ecsTrial();

    const answer = await authorize([shell(7, { description: "ünïcode (a)*!' + 20%" })]);
    const added = (await rules()).at(-1);

    expect(answer.statusCode).toBe(200);
    expect(Object.keys({ ...answer.body })).toEqual(['requestId']);
    expect(added).toMatchObject({
      direction: 'ingress',
      ipProtocol: 'TCP',
      policy: 'Accept',
      priority: '1',
      nicType: 'intranet',
      portRange: '22/22',
      sourceCidrIp: '203.0.113.7/32',
      description: "ünïcode (a)*!' + 20%",
      ipv6SourceCidrIp: '',
      sourceGroupId: '',
      destCidrIp: '',
      sourcePortRange: '',
    });
    expect(added?.securityGroupRuleId).toMatch(/^sgr-[a-z0-9]{17}$/);
    expect(added?.createTime).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  });

  it('adds and removes an egress rule to another group by its id', async () => {
    const { authorizeEgress, rules, revokeEgress } = await ecsTrial();

    await authorizeEgress([
      { ipProtocol: 'ALL', portRange: '-1/-1', destGroupId: 'sg-demo-db', policy: 'drop', priority: '100' },
    ]);
    const [added] = await rules({ direction: 'egress' });
    await revokeEgress({ securityGroupRuleId: [added?.securityGroupRuleId] });

    expect(added).toMatchObject({
      destGroupId: 'sg-demo-db',
      destGroupName: 'demo-db',
      destGroupOwnerAccount: '1000000000000001',
      policy: 'Drop',
      priority: '100',
    });
    expect(await rules({ direction: 'egress' })).toEqual([]);
  });

  it('answers 200 and adds nothing when the rule is there, and leaves its description', async () => {
    const { authorize, rules } = await ecsTrial();
    await authorize([shell(7, { description: 'first' })]);

    const again = await authorize([shell(7, { description: 'second', ipProtocol: 'TCP', policy: 'Accept' }), shell(8)]);

    const shells = (await rules()).filter(({ sourceCidrIp }) => sourceCidrIp?.startsWith('203.'));
    expect(again.statusCode).toBe(200);
    expect(shells.map(({ description }) => description)).toEqual(['first', '']);
  });

  it('refuses a batch that holds a rule twice, whatever form the rule takes', async () => {
    const { authorize, rules } = await ecsTrial();

    const refusal = await refusalOf(
      authorize([shell(7), shell(7, { policy: 'ACCEPT', priority: '1', sourceCidrIp: '203.0.113.7' })]),
    );

    expect(refusal).toMatchObject({ code: 'InvalidParam.DuplicatePermissions', statusCode: 400 });
    expect(await rules()).toHaveLength(3);
  });

  it('refuses Permissions beside flat parameters or ids', async () => {
    const { authorize, revoke } = await ecsTrial();

    const mixed = await refusalOf(authorize([shell(7)], { ipProtocol: 'tcp' }));
    const withIds = await refusalOf(revoke({ permissions: [shell(7)], securityGroupRuleId: ['sgr-1'] }));

    expect(mixed).toMatchObject({ code: 'InvalidParam.Permissions', statusCode: 400 });
    expect(withIds).toMatchObject({ code: 'InvalidParam.Permissions', statusCode: 400 });
  });

  it('takes the deprecated flat parameters', async () => {
    const { authorize, revoke, rules } = await ecsTrial();

    await authorize([], shell(7, { description: 'flat' }));
    const opened = (await rules()).at(-1);
    await revoke(shell(7));

    expect(opened?.description).toBe('flat');
    expect(await rules()).toHaveLength(3);
  });

  it('takes a hundred rules with long descriptions in one URL', async () => {
    const { authorize, rules } = await ecsTrial();
    const batch = Array.from({ length: 100 }, (_, index) => shell(index, { description: 'd'.repeat(512) }));

    await authorize(batch);
    const refusal = await refusalOf(authorize([...batch, shell(200)]));

    expect(await rules()).toHaveLength(103);
    expect(refusal).toMatchObject({ code: 'InvalidParam.Permissions' });
  });

  it('takes the same batch as a chunked form body', async () => {
    const { port, rules } = await ecsTrial();
    const permissions = Array.from({ length: 100 }, (_, index) => ({
      IpProtocol: 'TCP',
      PortRange: '22/22',
      SourceCidrIp: `203.0.113.${index}/32`,
      Description: 'd'.repeat(512),
    }));
    const body = { RegionId: 'cn-hangzhou', SecurityGroupId: 'sg-demo-web', Permissions: permissions };

    const answer = await callGeneric(genericClient(port), 'AuthorizeSecurityGroup', { body });

    expect(answer.statusCode).toBe(200);
    expect(await rules()).toHaveLength(103);
  });

  it('takes the same batch under the older signature, which travels as parameters', async () => {
    const { port, rules } = await ecsTrial();
    const body = {
      RegionId: 'cn-hangzhou',
      SecurityGroupId: 'sg-demo-web',
      Permissions: [{ IpProtocol: 'TCP', PortRange: '22/22', SourceCidrIp: '203.0.113.7/32', Description: "a b*'~" }],
    };

    const older = genericClient(port, LOCAL_KEYS, { signatureAlgorithm: 'v2' });

    const answer = await callGeneric(older, 'AuthorizeSecurityGroup', { body });

    expect(answer.statusCode).toBe(200);
    expect((await rules()).at(-1)?.description).toBe("a b*'~");
  });

  it('changes every changeable value of a rule by its id', async () => {
    const { authorize, modify, rules } = await ecsTrial();
    await authorize([shell(7, { description: 'before' })]);
    const id = (await rules()).at(-1)?.securityGroupRuleId;

    await modify({
      securityGroupRuleId: id,
      ipProtocol: 'udp',
      portRange: '53/53',
      sourceCidrIp: '198.51.100.0/24',
      policy: 'drop',
      priority: '9',
      description: 'after',
    });

    expect((await rules()).at(-1)).toMatchObject({
      securityGroupRuleId: id,
      ipProtocol: 'UDP',
      portRange: '53/53',
      sourceCidrIp: '198.51.100.0/24',
      policy: 'Drop',
      priority: '9',
      description: 'after',
    });
  });

  it('changes only the description when the attributes name the rule', async () => {
    const { authorizeEgress, modifyEgress, rules } = await ecsTrial();
    const rule = { ipProtocol: 'tcp', portRange: '443/443', destCidrIp: '198.51.100.0/24' };
    await authorizeEgress([{ ...rule, description: 'before' }]);

    await modifyEgress({ ...rule, description: 'after' });
    const missing = await refusalOf(modifyEgress({ ...rule, priority: '2', description: 'after' }));

    expect((await rules({ direction: 'egress' }))[0]?.description).toBe('after');
    expect(missing).toMatchObject({ code: 'SecurityGroupRule.NotFound', statusCode: 404 });
  });

  it('knows no group after it was deleted, in no operation', async () => {
    const { createGroup, deleteGroup, authorize, revoke, modify, describe: attribute, listGroups } = await ecsTrial();
    const securityGroupId = await createGroup({ securityGroupName: 'short-lived' });
    await deleteGroup(securityGroupId);

    const refusals = await Promise.all([
      refusalOf(authorize([shell(7)], { securityGroupId })),
      refusalOf(revoke({ securityGroupId, securityGroupRuleId: ['sgr-1'] })),
      refusalOf(modify({ securityGroupId, securityGroupRuleId: 'sgr-1', description: 'x' })),
      refusalOf(attribute({ securityGroupId })),
      refusalOf(deleteGroup(securityGroupId)),
    ]);
    const listed = await listGroups({ securityGroupIds: JSON.stringify([securityGroupId]) });

    expect(refusals.map(({ code, statusCode }) => [code, statusCode])).toEqual(
      refusals.map(() => ['InvalidSecurityGroupId.NotFound', 404]),
    );
    expect(listed).toMatchObject({ totalCount: 0 });
    expect(listed.securityGroups?.securityGroup).toEqual([]);
  });

  it('refuses to delete a group that a rule of another group names', async () => {
    const { authorize, deleteGroup } = await ecsTrial();
    await authorize([{ ipProtocol: 'tcp', portRange: '80/80', sourceGroupId: 'sg-demo-db' }]);

    const refusal = await refusalOf(deleteGroup('sg-demo-db'));

    expect(refusal).toMatchObject({ code: 'DependencyViolation', statusCode: 403 });
  });

  it('words a refusal with all fields of a real one', async () => {
    const { rules } = await ecsTrial();

    const refusal = await refusalOf(rules({ securityGroupId: 'sg-none' }));

    expect(Object.keys({ ...(refusal.data as object) })).toEqual(
      expect.arrayContaining(['RequestId', 'HostId', 'Code', 'Message', 'Recommend']),
    );
  });
});
