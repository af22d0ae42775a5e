import { startApsara } from '../../../../local/clouds/apsara/start-apsara.ts';
import { type CoreCall, callCore, cloudTrial } from '../cloud-trial.ts';

export const REGION = 'cn-qingdao-env17-d01';
export const STACK = { regionId: REGION, RegionId: REGION, SecurityGroupId: 'sg-demo-stack' };

export type Fields = Record<string, string | number>;

/** An emulated Apsara Stack, and calls over its route: JSON and today's signature unless told otherwise. */
export async function apsaraTrial(clock: { now(): number } = Date) {
  const trial = await cloudTrial(startApsara, clock);
  const route = async (
    action: string,
    fields: Fields,
    more: Partial<CoreCall> = {},
    config: Record<string, unknown> = {},
  ) => {
    const call = { action, version: '2016-01-01', path: `/apsara/route/Ecs/${action}`, style: 'ROA' } as const;
    const body = { ...STACK, version: '2016-01-01', ...fields };
    return callCore(trial.url, { ...call, body, bodyType: 'json', ...more }, config);
  };
  return {
    ...trial,
    route,
    rules: async () => {
      const { body } = await route('DescribeSecurityGroupAttribute', {});
      return (body.Permissions as { Permission: Record<string, unknown>[] }).Permission;
    },
  };
}

/** A rule that is easy to tell apart by its last octet. */
export function shell(octet: number, more: Fields = {}): Fields {
  return { IpProtocol: 'tcp', PortRange: '22/22', SourceCidrIp: `203.0.113.${octet}/32`, ...more };
}
