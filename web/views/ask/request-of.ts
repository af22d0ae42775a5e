import { peerOf, portRangeOf, sideOf } from '../../../shared/rule/short-forms.ts';
import type { GroupRules } from '../../api/answers.ts';

export type DraftRule = {
  readonly id: number;
  readonly direction: 'ingress' | 'egress';
  readonly protocol: string;
  readonly ports: string;
  readonly peers: string;
  readonly policy: 'accept' | 'drop';
};
/** What modify sets, as it is typed; empty: stays as it is. */
export type DraftSet = {
  readonly ports: string;
  readonly peer: string;
  readonly policy: '' | 'accept' | 'drop';
  readonly priority: string;
  readonly description: string;
};
export type Draft = {
  readonly action: 'authorize' | 'modify' | 'revoke';
  readonly cloud: string;
  readonly account: string;
  readonly regionId: string;
  readonly group: string;
  /** What authorize opens. */
  readonly rules: readonly DraftRule[];
  /** Rules that are there, which modify and revoke are about: ids, or names of the group's listing. */
  readonly named: readonly string[];
  readonly set: DraftSet;
  /** ISO 8601; empty: without an end, which only a change may be. */
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

export const emptySet: DraftSet = { ports: '', peer: '', policy: '', priority: '', description: '' };

/** A rule of the group's listing. */
export type Listed = GroupRules['rules'][number];
/** How a rule is chosen and typed: by its id, or where a cloud gives none by its text. */
export const nameOf = ({ ruleId, text }: Listed): string => ruleId ?? text;

/** What of it is still missing or cannot be read, by the name of the field; rules as `rules/0/ports`. */
export function gapsOf(draft: Draft): ReadonlySet<string> {
  const gaps = draft.action === 'authorize' ? ruleGaps(draft.rules) : changeGaps(draft);
  if (draft.group.trim() === '') gaps.add('group');
  if (draft.action === 'authorize' && draft.duration.trim() === '') gaps.add('duration');
  return gaps;
}

function changeGaps({ action, named, set }: Draft): Set<string> {
  const gaps = new Set<string>();
  if (named.length === 0) gaps.add('named');
  if (action === 'revoke') return gaps;
  if (Object.values(set).every((value) => value.trim() === '')) gaps.add('set');
  if (set.ports.trim() !== '' && portRangeOf(set.ports) === undefined) gaps.add('set/ports');
  if (set.peer.trim() !== '' && peerOf(set.peer.trim()) === undefined) gaps.add('set/peer');
  if (!/^\d*$/.test(set.priority.trim())) gaps.add('set/priority');
  return gaps;
}

function ruleGaps(rules: readonly DraftRule[]): Set<string> {
  const gaps = new Set<string>();
  for (const [index, { protocol, ports, peers }] of rules.entries()) {
    const ranges = partsOf(ports).map(portRangeOf);
    if (hasPorts(protocol) && (ranges.length === 0 || ranges.includes(undefined))) gaps.add(`rules/${index}/ports`);
    const others = partsOf(peers).map(peerOf);
    if (others.length === 0 || others.includes(undefined)) gaps.add(`rules/${index}/peers`);
  }
  return gaps;
}

/** The body of the request, as POST /api/plan and /api/leases take it. */
export function requestOf(draft: Draft, listed: readonly Listed[]): object {
  const { action, cloud, account, regionId, group, duration, startsAt, reason, ticketSystem, ticketKey, ticketUrl } =
    draft;
  const ticket = { system: ticketSystem.trim(), key: ticketKey.trim(), ...given('url', ticketUrl) };
  return {
    action,
    target: { cloud, ...given('account', account), regionId: regionId.trim(), securityGroupId: group.trim() },
    rules:
      action === 'authorize' ? draft.rules.flatMap(rulesOf) : draft.named.map((one) => changeOf(one, draft, listed)),
    ...(startsAt !== '' && { startsAt: `${new Date(startsAt).toISOString().slice(0, 19)}Z` }),
    ...given('duration', duration),
    ...given('reason', reason),
    ...(ticket.key !== '' && { ticket }),
  };
}

/** Which rule, and which field of it, a refusal of the request is about: one that was typed may have become several. */
export function refusedField({ rules }: Draft, path = ''): { readonly id: number; readonly field: string } | undefined {
  const [, index, name = ''] = /^\/rules\/(\d+)(?:\/(\w+))?/.exec(path) ?? [];
  if (index === undefined) return undefined;
  let rest = Number(index);
  for (const rule of rules) {
    const field = name === 'portRange' ? 'ports' : /(?:Cidr|Group|PrefixList)/.test(name) ? 'peers' : '';
    if (rest < rulesOf(rule).length) return { id: rule.id, field };
    rest -= rulesOf(rule).length;
  }
  return undefined;
}

/** A rule that is there, and what is set of it. */
function changeOf(name: string, { action, set }: Draft, listed: readonly Listed[]): object {
  const known = listed.find((one) => nameOf(one) === name);
  const { description: _, ...rule } = known?.rule ?? {};
  const named = known?.rule && known.ruleId === undefined ? rule : { securityGroupRuleId: name.trim() };
  return action === 'revoke' ? named : { ...named, set: setOf(set, known?.rule?.direction) };
}

function setOf({ ports, peer, policy, priority, description }: DraftSet, direction = 'ingress'): object {
  const other = peerOf(peer.trim());
  return {
    ...given('portRange', portRangeOf(ports) ?? ports),
    ...(other && sideOf(direction === 'ingress' ? 'source' : 'dest', other)),
    ...given('policy', policy),
    ...(priority.trim() !== '' && { priority: Number(priority) }),
    ...given('description', description),
  };
}

/** Every port with every address. */
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
