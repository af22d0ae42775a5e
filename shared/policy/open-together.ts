import type { Guards } from '../config/guards-config.ts';
import { parseDuration } from '../lease/duration.ts';
import { endOf, isFinal, type Lease } from '../lease/lease.ts';
import type { Extent, Neighbour, Together } from '../reconcile/together.ts';
import { peerBlockOf } from '../rule/rule-set.ts';
import { sizeOf } from './address-union.ts';
import { checkLength } from './open-long.ts';
import { checkWidth, type Span } from './open-wide.ts';
import { kindOf, type PeerKind, peerKinds } from './peer-kind.ts';

/** The limits of guards.yaml on what the leases of a group have open together, and one after the other. */
export function openTogether(guards: Guards): Together {
  const { rule, person, pause } = guards.longestInARow ?? {};
  const pauseMs = msOf(pause) ?? 0;
  const lengths = [msOf(rule), msOf(person)].filter((ms) => ms !== undefined);
  return {
    pauseMs,
    reachMs: Math.max(0, ...lengths) + pauseMs,
    grow,
    isHarmless: (extent) =>
      lengths.every((ms) => extent.untilMs - extent.fromMs <= ms) &&
      peerKinds.every((kind) => BigInt(extent.addresses[kind] ?? 0) <= harmlessOf(guards, kind)),
    check: (asked, others, nowMs) => {
      const own = { ...asked, fromMs: asked.lease.startsAtMs, untilMs: asked.lease.expiresAtMs };
      const spans = others.map((one) => ({ ...one, ...spanOf(one.lease, nowMs) }));
      const beside = spans.map(({ lease: { rules }, fromMs, untilMs }) => ({ rules, fromMs, untilMs }));
      return checkWidth(guards, asked.lease.rules, own, beside) ?? checkLength(guards, own, spans);
    },
  };
}

const msOf = (text: string | undefined): number | undefined => (text === undefined ? undefined : parseDuration(text));

/** Two kinds that are below a quarter of everything each are not everything together. */
function harmlessOf({ widestTogether, worldOpen }: Guards, kind: PeerKind): bigint {
  const family = kind.endsWith('Ipv4') ? 4 : 6;
  const bits = widestTogether?.[kind] ?? 0;
  return sizeOf({ family, bits: worldOpen === 'allow' ? bits : Math.max(bits, 2) });
}

function grow(extent: Extent | undefined, { rules, startsAtMs, expiresAtMs }: Lease): Extent {
  const addresses = { ...extent?.addresses };
  for (const rule of rules) {
    const block = rule.policy === 'accept' ? peerBlockOf(rule) : undefined;
    if (block) addresses[kindOf(block)] = String(BigInt(addresses[kindOf(block)] ?? 0) + sizeOf(block));
  }
  return {
    fromMs: Math.min(startsAtMs, extent?.fromMs ?? startsAtMs),
    untilMs: Math.max(expiresAtMs, extent?.untilMs ?? expiresAtMs),
    addresses,
  };
}

/** When it was, is or will be open: to the moment at which it was seen to be gone, however late that came. */
function spanOf(lease: Neighbour['lease'], nowMs: number): Span {
  const fromMs = lease.startsAtMs;
  if (isFinal(lease.state)) return { fromMs, untilMs: lease.closedAtMs ?? endOf(lease) };
  return { fromMs, untilMs: endOf(lease) > nowMs ? endOf(lease) : Number.POSITIVE_INFINITY };
}
