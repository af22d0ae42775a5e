import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEcs } from '../../../../local/clouds/ecs/start-ecs.ts';
import type { CloudCredentials } from '../../../../shared/cloud/credentials.ts';
import type { EcsOptions } from '../../../../shared/cloud/ecs/ecs-caller.ts';
import { createEcsRuleApi } from '../../../../shared/cloud/ecs/ecs-rule-api.ts';
import type { RuleApiTrial } from '../../../contract/rule-api.ts';

export const localCredentials: CloudCredentials = { accessKeyId: 'local', accessKeySecret: 'local-secret' };
export const webGroup = {
  cloud: 'ecs',
  account: 'default',
  regionId: 'cn-hangzhou',
  securityGroupId: 'sg-demo-web',
} as const;

const actions = {
  authorize: { ingress: 'AuthorizeSecurityGroup', egress: 'AuthorizeSecurityGroupEgress' },
  revoke: { ingress: 'RevokeSecurityGroup', egress: 'RevokeSecurityGroupEgress' },
  modify: { ingress: 'ModifySecurityGroupRule', egress: 'ModifySecurityGroupEgressRule' },
  describe: { ingress: 'DescribeSecurityGroupAttribute', egress: 'DescribeSecurityGroupAttribute' },
} as const;

type SeenCall = { readonly action: string; readonly parameters: Readonly<Record<string, string>> };
export type EcsTrial = Required<RuleApiTrial> & {
  readonly options: EcsOptions;
  behave(switches: Record<string, unknown>): Promise<void>;
  calls(): Promise<readonly SeenCall[]>;
};

/** The adapter on an emulated ECS of its own. */
export async function openEcsTrial(more: Partial<EcsOptions> = {}, clock: { now(): number } = Date): Promise<EcsTrial> {
  const dataDir = mkdtempSync(join(tmpdir(), 'curfew-ecs-'));
  const server = await startEcs({ port: 0, dataDir, clock });
  const options: EcsOptions = {
    regionId: webGroup.regionId,
    endpoint: server.url,
    credentials: () => localCredentials,
    ...more,
  };
  const control = async (path: string, body?: unknown): Promise<unknown> => {
    const init = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
    const response = await fetch(`${server.url}/_emulator${path}`, init);
    if (!response.ok) throw new Error(`${path}: ${await response.text()}`);
    return response.json();
  };
  return {
    api: createEcsRuleApi(options),
    options,
    target: webGroup,
    strike: async (kind, direction, fault) => {
      await control('/faults', [{ action: actions[kind][direction], ...fault }]);
    },
    behave: async (switches) => {
      await control('/behaviour', switches);
    },
    calls: async () => ((await control('/calls')) as { calls: SeenCall[] }).calls,
    close: async () => {
      await server.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
