import { startEns } from '../../../../local/clouds/ens/start-ens.ts';
import { Core, callCore, cloudTrial } from '../cloud-trial.ts';

export type Entry = Record<string, string | number>;
type Shown = Record<string, string | number>;

const GROUP = 'sg-demo-ens';

/** An emulated Edge Node Service and short forms of the calls that nearly every test makes. */
export async function ensTrial(clock: { now(): number } = Date) {
  const trial = await cloudTrial(startEns, clock);
  const call = async (action: string, query: object) =>
    (await callCore(trial.url, { action, version: '2017-11-10', query: { SecurityGroupId: GROUP, ...query } })).body;
  const permissions = (entries: readonly Entry[]) => ({
    Permissions: Core.OpenApiUtil.arrayToStringWithSpecifiedStyle(entries, 'Permissions', 'json'),
  });
  return {
    ...trial,
    call,
    create: (entries: readonly Entry[], more: object = {}) =>
      call('CreateSecurityGroupPermissions', { ...permissions(entries), ...more }),
    remove: (entries: readonly Entry[], more: object = {}) =>
      call('DeleteSecurityGroupPermissions', { ...permissions(entries), ...more }),
    rules: async (more: object = {}) => {
      const { Permissions } = await call('DescribeSecurityGroupAttribute', more);
      return (Permissions as { Permission: Shown[] }).Permission;
    },
  };
}

/** An entry of `Permissions` that is easy to tell apart by its last octet. */
export function shellEntry(octet: number, more: Entry = {}): Entry {
  return {
    Direction: 'ingress',
    IpProtocol: 'TCP',
    PortRange: '22/22',
    Policy: 'Accept',
    Priority: 1,
    SourceCidrIp: `203.0.113.${octet}/32`,
    ...more,
  };
}

/** The same as flat parameters. */
export function shellFlat(octet: number, more: Entry = {}): Entry {
  return { IpProtocol: 'tcp', PortRange: '22/22', SourceCidrIp: `203.0.113.${octet}/32`, ...more };
}
