import { peerOf, portRangeOf, sideOf } from '../../../shared/rule/short-forms.ts';

export type DraftRule = {
  readonly id: number;
  readonly direction: 'ingress' | 'egress';
  readonly protocol: string;
  readonly ports: string;
  readonly peers: string;
  readonly policy: 'accept' | 'drop';
};
export type Draft = {
  readonly cloud: string;
  readonly account: string;
  readonly regionId: string;
  readonly group: string;
  readonly rules: readonly DraftRule[];
  /** ISO 8601. */
  readonly duration: string;
  /** As the browser's field has it, in the visitor's own time; empty: at once. */
  readonly startsAt: string;
  readonly reason: string;
  readonly ticketSystem: string;
  readonly ticketKey: string;
  readonly ticketUrl: string;
};

export const hasPorts = (protocol: string): boolean => protocol === 'tcp' || protocol === 'udp';

export const emptyRule = (id: number): DraftRule => ({
  ...{ id, direction: 'ingress', protocol: 'tcp', ports: '', peers: '', policy: 'accept' },
});

/** What of it is still missing or cannot be read, by the name of the field; rules as `rules/0/ports`. */
export function gapsOf({ group, rules, duration }: Draft): ReadonlySet<string> {
  const gaps = new Set<string>();
  if (group.trim() === '') gaps.add('group');
  if (duration.trim() === '') gaps.add('duration');
  for (const [index, { protocol, ports, peers }] of rules.entries()) {
    const ranges = partsOf(ports).map(portRangeOf);
    if (hasPorts(protocol) && (ranges.length === 0 || ranges.includes(undefined))) gaps.add(`rules/${index}/ports`);
    const others = partsOf(peers).map(peerOf);
    if (others.length === 0 || others.includes(undefined)) gaps.add(`rules/${index}/peers`);
  }
  return gaps;
}

/** The body of the request, as POST /api/plan and /api/leases take it: every port with every address. */
export function requestOf(draft: Draft): object {
  const { cloud, account, regionId, group, duration, startsAt, reason, ticketSystem, ticketKey, ticketUrl } = draft;
  const ticket = { system: ticketSystem.trim(), key: ticketKey.trim(), ...given('url', ticketUrl) };
  return {
    action: 'authorize',
    target: { cloud, ...given('account', account), regionId: regionId.trim(), securityGroupId: group.trim() },
    rules: draft.rules.flatMap(rulesOf),
    ...(startsAt !== '' && { startsAt: `${new Date(startsAt).toISOString().slice(0, 19)}Z` }),
    duration: duration.trim(),
    ...given('reason', reason),
    ...(ticket.key !== '' && { ticket }),
  };
}

function rulesOf({ direction, protocol, ports, peers, policy }: DraftRule): object[] {
  const ranges = hasPorts(protocol) ? partsOf(ports).map((text) => portRangeOf(text) ?? text) : ['-1/-1'];
  return ranges.flatMap((portRange) =>
    partsOf(peers).flatMap((text) => {
      const peer = peerOf(text);
      return peer
        ? [
            {
              direction,
              ipProtocol: protocol,
              portRange,
              policy,
              ...sideOf(direction === 'ingress' ? 'source' : 'dest', peer),
            },
          ]
        : [];
    }),
  );
}

const partsOf = (text: string): string[] => text.split(/[,，\s]+/).filter((part) => part !== '');

const given = <Name extends string>(name: Name, value: string): { [name in Name]?: string } =>
  (value.trim() === '' ? {} : { [name]: value.trim() }) as { [name in Name]?: string };
