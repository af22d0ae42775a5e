import { regionId } from './place.ts';

type Message = Readonly<Record<string, unknown>>;

/** Requests of one rule each, over the groups in turn, no two for the same rule. */
export function asks(groups: readonly string[], count: number, duration: string, more: Message = {}): Message[] {
  return Array.from({ length: count }, (_, index) => {
    const [port, host] = [20_000 + (index % 20_000), index % 250];
    return {
      version: 1,
      action: 'authorize',
      id: `bench-${index}`,
      target: { cloud: 'ecs', account: 'default', regionId, securityGroupId: groups[index % groups.length] },
      rules: [
        { direction: 'ingress', ipProtocol: 'tcp', portRange: `${port}/${port}`, sourceCidrIp: `10.20.0.${host}/32` },
      ],
      duration,
      requester: { id: 'bench@example.com' },
      reason: 'bench',
      ...more,
    };
  });
}

/** Their endings, in the same order. */
export const endings = (count: number): Message[] =>
  Array.from({ length: count }, (_, index) => ({
    version: 1,
    action: 'end',
    id: `bench-end-${index}`,
    requestId: `bench-${index}`,
    requester: { id: 'bench@example.com' },
    reason: 'bench',
  }));
