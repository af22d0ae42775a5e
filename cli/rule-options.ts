import { InvalidArgumentError } from 'commander';
import { type Peer, peerOf, portRangeOf, sideOf } from '../shared/rule/short-forms.ts';
import { Failure } from './failure.ts';

export type RuleOptions = {
  readonly port?: readonly string[];
  readonly protocol: string;
  readonly from?: readonly Peer[];
  readonly to?: readonly Peer[];
  readonly policy: string;
  readonly priority: number;
  readonly description?: string;
};
const peerForms =
  'an address (203.0.113.7), a CIDR block (203.0.113.0/24, 2001:db8::/64), a group (sg-…) or a prefix list (pl-…)';

/** Collects `--port 22,80 --port 8000-8010`. */
export function readPorts(text: string, before: readonly string[] = []): readonly string[] {
  const ports = text.split(',').map((part) => {
    const range = portRangeOf(part);
    if (range === undefined) throw new InvalidArgumentError('A port looks like 22, 8000-8010 or 8000/8010.');
    return range;
  });
  return [...before, ...ports];
}

export function readPeers(text: string, before: readonly Peer[] = []): readonly Peer[] {
  return [...before, ...text.split(',').map((part) => readPeer(part.trim()))];
}

function readPeer(text: string): Peer {
  const peer = peerOf(text);
  if (!peer) throw new InvalidArgumentError(`The other side is ${peerForms}.`);
  return peer;
}

export function readPriority(text: string): number {
  if (/^(?:[1-9]\d?|100)$/.test(text)) return Number(text);
  throw new InvalidArgumentError('A priority is a number from 1 (highest) to 100.');
}

/** Every port with every peer, in the words of messages. */
export function rulesOf(options: RuleOptions): Record<string, unknown>[] {
  const protocol = options.protocol.toLowerCase();
  const hasPorts = protocol === 'tcp' || protocol === 'udp';
  if (hasPorts && !options.port) throw usage(`${protocol} needs a port: --port 22, or --port 8000-8010`);
  if (!hasPorts && options.port) throw usage(`${protocol} has no ports: leave --port out`);
  if (!options.from && !options.to) throw usage(`the other side is missing: --from (or --to, for egress) ${peerForms}`);
  const { policy, priority, description } = options;
  const peers = [
    ...(options.from ?? []).map((peer) => ({ direction: 'ingress', ...sideOf('source', peer) })),
    ...(options.to ?? []).map((peer) => ({ direction: 'egress', ...sideOf('dest', peer) })),
  ];
  return (options.port ?? ['-1/-1']).flatMap((portRange) =>
    peers.map((peer) => ({ ...peer, ipProtocol: protocol, portRange, policy, priority, description })),
  );
}

const usage = (message: string): Failure => new Failure('usage', 'USAGE', message);
