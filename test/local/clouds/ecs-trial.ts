import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { startEcs } from '../../../local/clouds/ecs/start-ecs.ts';
import { Ecs, type EcsClient, ecsClient, WEB } from './ecs-client.ts';

export type Fields = Record<string, string | number>;

/** An emulated ECS with an empty data folder and the vendor's client, gone after the test. */
export async function ecsTrial(clock: { now(): number } = Date) {
  const dataDir = mkdtempSync(join(tmpdir(), 'ecs-trial-'));
  const server = await startEcs({ port: 0, dataDir, clock });
  onTestFinished(async () => {
    await server.close();
    rmSync(dataDir, { recursive: true, force: true });
  });
  const client = ecsClient(server.port);
  return { ...server, dataDir, client, ...verbs(client), control: controlOf(server.url) };
}

/** Short forms of the calls that nearly every test makes. */
export function verbs(client: EcsClient) {
  return {
    authorize: (permissions: Fields[], more: object = {}) =>
      client.authorizeSecurityGroup(new Ecs.AuthorizeSecurityGroupRequest({ ...WEB, permissions, ...more })),
    authorizeEgress: (permissions: Fields[], more: object = {}) =>
      client.authorizeSecurityGroupEgress(
        new Ecs.AuthorizeSecurityGroupEgressRequest({ ...WEB, permissions, ...more }),
      ),
    revoke: (fields: object) => client.revokeSecurityGroup(new Ecs.RevokeSecurityGroupRequest({ ...WEB, ...fields })),
    revokeEgress: (fields: object) =>
      client.revokeSecurityGroupEgress(new Ecs.RevokeSecurityGroupEgressRequest({ ...WEB, ...fields })),
    modify: (fields: object) =>
      client.modifySecurityGroupRule(new Ecs.ModifySecurityGroupRuleRequest({ ...WEB, ...fields })),
    modifyEgress: (fields: object) =>
      client.modifySecurityGroupEgressRule(new Ecs.ModifySecurityGroupEgressRuleRequest({ ...WEB, ...fields })),
    describe: async (fields: object = {}) => {
      const request = new Ecs.DescribeSecurityGroupAttributeRequest({ ...WEB, ...fields });
      const { body } = await client.describeSecurityGroupAttribute(request);
      return body ?? new Ecs.DescribeSecurityGroupAttributeResponseBody({});
    },
    rules: async (fields: object = {}) => {
      const request = new Ecs.DescribeSecurityGroupAttributeRequest({ ...WEB, ...fields });
      return (await client.describeSecurityGroupAttribute(request)).body?.permissions?.permission ?? [];
    },
    createGroup: async (fields: object = {}) => {
      const request = new Ecs.CreateSecurityGroupRequest({
        regionId: 'cn-hangzhou',
        vpcId: 'vpc-demo',
        ...fields,
      });
      return (await client.createSecurityGroup(request)).body?.securityGroupId ?? '';
    },
    deleteGroup: (securityGroupId: string) =>
      client.deleteSecurityGroup(new Ecs.DeleteSecurityGroupRequest({ regionId: 'cn-hangzhou', securityGroupId })),
    listGroups: async (fields: object = {}) => {
      const request = new Ecs.DescribeSecurityGroupsRequest({ regionId: 'cn-hangzhou', ...fields });
      return (await client.describeSecurityGroups(request)).body ?? new Ecs.DescribeSecurityGroupsResponseBody({});
    },
  };
}

/** Calls the control endpoints of an emulated cloud. */
export function controlOf(url: string) {
  return async (path: string, body?: unknown): Promise<{ status: number; body: Record<string, unknown> }> => {
    const response = await fetch(`${url}/_emulator${path}`, {
      ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
    });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
}

/** What the vendor's client threw, or the fact that it threw nothing. */
export async function refusalOf(call: Promise<unknown>): Promise<Record<string, unknown>> {
  return call.then(
    () => ({ code: 'nothing was refused' }),
    (error: Record<string, unknown>) => error,
  );
}

/** A rule that is easy to tell apart by its last octet. */
export function shell(octet: number, more: Fields = {}): Fields {
  return { ipProtocol: 'tcp', portRange: '22/22', sourceCidrIp: `203.0.113.${octet}/32`, ...more };
}
