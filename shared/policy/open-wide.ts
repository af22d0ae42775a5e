import type { Guards } from '../config/guards-config.ts';
import type { Block } from '../rule/cidr.ts';
import { noPorts, portsOf } from '../rule/port-range.ts';
import { pointer, type Refusal } from '../rule/refusal.ts';
import type { Rule } from '../rule/rule.ts';
import { peerBlockOf } from '../rule/rule-set.ts';
import { bitsOf, sizeOf, unionSize } from './address-union.ts';
import { openTooWide, worldOpenTogether } from './guard-texts.ts';
import { kindOf, type PeerKind } from './peer-kind.ts';

/** When a rule is open. */
export type Span = { readonly fromMs: number; readonly untilMs: number };
/** A rule that lets addresses through for a time. */
type Opening = Span & {
  readonly direction: Rule['direction'];
  readonly protocol: string;
  readonly ports: { readonly from: number; readonly to: number };
  readonly block: Block;
  readonly kind: PeerKind;
  readonly index: number;
};

/** Beyond so many instants and ports, everything that overlaps at all counts as open at once: never less than it is. */
const pointsMax = 20_000;

/**
 * The sum of addresses on one port of a group, at any instant of the request: blocks that are narrow each for
 * themselves may be wide together, and a /0 by union is a /0.
 */
export function checkWidth(
  guards: Guards,
  rules: readonly Rule[],
  span: Span,
  others: readonly (Span & { rules: readonly Rule[] })[],
) {
  const asked = openingsOf(rules, span);
  const open = [...asked, ...others.flatMap((one) => openingsOf(one.rules, one))];
  for (const opening of asked) {
    if (opening.block.bits === 0 && guards.worldOpen === 'allow') continue;
    const refused = checkOpening(guards, opening, open);
    if (refused) return refused;
  }
  return undefined;
}

function checkOpening(guards: Guards, asked: Opening, open: readonly Opening[]): Refusal | undefined {
  const near = open.filter((one) => mayMeet(one, asked) && !(one.block.bits === 0 && guards.worldOpen === 'allow'));
  const path = pointer(['rules', asked.index]);
  const bits = guards.widestTogether?.[asked.kind];
  if (bits !== undefined) {
    const limit = sizeOf({ family: asked.block.family, bits });
    const most = mostOpen(
      asked,
      near.filter(({ kind }) => kind === asked.kind),
      limit,
    );
    if (most > limit) return openTooWide(asked.kind, most, bits, path);
  }
  if (guards.worldOpen === 'allow') return undefined;
  const world = 1n << BigInt(bitsOf(asked.block));
  return mostOpen(asked, near, world - 1n) >= world ? worldOpenTogether(path) : undefined;
}

const mayMeet = (one: Opening, asked: Opening): boolean =>
  one.direction === asked.direction &&
  one.block.family === asked.block.family &&
  (one.protocol === asked.protocol || one.protocol === 'all' || asked.protocol === 'all') &&
  one.ports.from <= asked.ports.to &&
  asked.ports.from <= one.ports.to &&
  one.fromMs < asked.untilMs &&
  asked.fromMs < one.untilMs;

/** The most addresses that are open at once on one port while `asked` is; less is not counted exactly. */
function mostOpen(asked: Opening, near: readonly Opening[], enough: bigint): bigint {
  const atMost = unionSize(near.map(({ block }) => block));
  if (atMost <= enough) return atMost;
  // What is open grows only where something begins: at those instants and ports it is the most.
  const instants = once([asked.fromMs, ...near.map(({ fromMs }) => fromMs).filter((ms) => ms > asked.fromMs)]);
  const ports = once([
    asked.ports.from,
    ...near.map(({ ports: { from } }) => from).filter((port) => port > asked.ports.from),
  ]);
  const protocols = asked.protocol === 'all' ? once(near.map(({ protocol }) => protocol)) : [asked.protocol];
  if (instants.length * ports.length * protocols.length > pointsMax) return atMost;
  let most = 0n;
  for (const protocol of protocols) {
    for (const port of ports) {
      for (const atMs of instants) {
        const there = near.filter((one) => isOpenAt(one, protocol, port, atMs)).map(({ block }) => block);
        const size = unionSize(there);
        if (size > most) most = size;
        if (most > enough) return most;
      }
    }
  }
  return most;
}

const once = <T>(values: readonly T[]): T[] => [...new Set(values)];

const isOpenAt = (one: Opening, protocol: string, port: number, atMs: number): boolean =>
  (one.protocol === 'all' || one.protocol === protocol) &&
  one.ports.from <= port &&
  port <= one.ports.to &&
  one.fromMs <= atMs &&
  atMs < one.untilMs;

function openingsOf(rules: readonly Rule[], { fromMs, untilMs }: Span): Opening[] {
  return rules.flatMap((rule, index) => {
    const block = rule.policy === 'accept' ? peerBlockOf(rule) : undefined;
    if (!block) return [];
    const { direction, ipProtocol: protocol } = rule;
    return [{ fromMs, untilMs, direction, protocol, ports: portsIn(rule), block, kind: kindOf(block), index }];
  });
}

/** A list of ports may hold any, and a protocol without ports is open as a whole. */
function portsIn({ portRange, ipProtocol }: Rule): { from: number; to: number } {
  const isWhole = portRange === undefined || portRange === noPorts || ipProtocol === 'all';
  return (isWhole ? undefined : portsOf(portRange)) ?? { from: 0, to: 65_535 };
}
