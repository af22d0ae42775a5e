import { readMessage } from '../../shared/lease/read-message.ts';
import type { Target } from '../../shared/rule/target.ts';
import type { ChangeSpec } from './change-workload.ts';
import { regionId } from './cloud.ts';
import type { Plan } from './plan.ts';
import { type Chance, chance } from './prng.ts';

export type Tuple = { readonly port: string; readonly cidr: string; readonly direction: 'ingress' | 'egress' };

/** One message that somebody sends, with what it means in words of the simulation's own. */
export type Spec = {
  readonly value: Record<string, unknown>;
  readonly id: string;
  readonly digest: string;
  readonly action: 'authorize' | 'revoke' | 'modify' | 'extend' | 'shorten' | 'end';
  readonly sendAtMs: number;
  /** What an authorize lease opens. */
  readonly keys: readonly string[];
  readonly change?: ChangeSpec;
  readonly requestId?: string;
  readonly startsAtMs?: number;
  readonly durationMs?: number;
  readonly expiresAtMs?: number;
};

const dayMs = 24 * 3_600_000;
const minuteMs = 60_000;

export function tuplesOf(plan: Plan): readonly Tuple[] {
  return Array.from({ length: plan.tuples }, (_, index) => ({
    port: `${2200 + (index >> 1)}/${2200 + (index >> 1)}`,
    cidr: index % 2 === 0 ? '203.0.113.7/32' : '198.51.100.0/24',
    direction: index % 5 === 4 ? 'egress' : 'ingress',
  }));
}

const keyOf = (groupId: string, { port, cidr, direction }: Tuple): string =>
  `${groupId} ${direction} tcp ${port} ${cidr} accept 1`;

export const targetOf = (securityGroupId: string): Target => ({
  cloud: 'ecs',
  account: 'default',
  regionId,
  securityGroupId,
});

/** All messages of the day: overlapping leases on a few tuples, moved and ended at awkward moments. */
export function workload(plan: Plan, groupIds: readonly string[], startMs: number): readonly Spec[] {
  const draw = chance(plan.seed, 'workload');
  const tuples = tuplesOf(plan);
  const specs: Spec[] = [];
  for (let index = 0; index < plan.leases; index += 1) {
    const groupId = draw.pick(groupIds);
    const first = draw.int(0, tuples.length - 1);
    const picked = Array.from(
      { length: draw.pick([1, 1, 1, 2, 3]) },
      (_, step) => tuples[(first + step) % tuples.length],
    );
    const rules = [...new Set(picked)].flatMap((tuple) => (tuple ? [tuple] : []));
    const request = requestSpec(draw, `REQ-${index}`, groupId, rules, startMs);
    specs.push(request);
    if (draw.hit(plan.rates['id-reused'])) specs.push(reused(request, draw));
    const laters = draw.pick([0, 0, 1, 1, 2]);
    for (let later = 0; later < laters; later += 1)
      specs.push(laterSpec(draw, `LATER-${index}-${later}`, request, startMs));
  }
  return specs.sort((a, b) => a.sendAtMs - b.sendAtMs);
}

function requestSpec(draw: Chance, id: string, groupId: string, tuples: readonly Tuple[], startMs: number): Spec {
  const { sendAtMs, startsAtMs, durationMs, expiresAtMs, fields } = drawWindow(draw, startMs);
  const rules = tuples.map(({ port, cidr, direction }) => ({
    direction,
    ipProtocol: 'tcp',
    portRange: port,
    [direction === 'ingress' ? 'sourceCidrIp' : 'destCidrIp']: cidr,
  }));
  const value = {
    version: 1,
    action: 'authorize',
    id,
    target: targetOf(groupId),
    rules,
    requester: { id: 'lin@example.com' },
    ...fields,
  };
  const keys = tuples.map((tuple) => keyOf(groupId, tuple));
  const starts = startsAtMs === undefined ? {} : { startsAtMs };
  const ends = expiresAtMs === undefined ? { durationMs } : { expiresAtMs };
  return { ...spec(value, 'authorize', sendAtMs), keys, ...starts, ...ends };
}

/** When a request is sent, and the window that it asks for. */
export function drawWindow(draw: Chance, startMs: number) {
  const durationMs = draw.hit(0.3) ? draw.int(5, 90) * 1000 : draw.int(2, draw.pick([10, 60, 240])) * minuteMs;
  const sendAtMs = startMs + draw.int(0, dayMs - durationMs - 2 * 3_600_000);
  const lead = draw.pick([undefined, undefined, undefined, 'future', 'past'] as const);
  const startsAtMs = lead === undefined ? undefined : wholeSecond(sendAtMs + offset(draw, lead, durationMs));
  const hasEnd = startsAtMs !== undefined && draw.hit(0.5);
  const expiresAtMs = hasEnd ? startsAtMs + durationMs : undefined;
  const fields = {
    ...(startsAtMs === undefined ? {} : { startsAt: text(startsAtMs) }),
    ...(expiresAtMs === undefined ? { duration: iso(durationMs) } : { expiresAt: text(expiresAtMs) }),
  };
  return { sendAtMs, startsAtMs, durationMs, expiresAtMs, fields };
}

function offset(draw: Chance, lead: 'future' | 'past', durationMs: number): number {
  if (lead === 'future') return draw.int(10_000, 7_000_000);
  // Sometimes the whole window has passed before it is sent.
  return -draw.int(1_000, Math.round(durationMs * 1.3));
}

/** The same id with other content: must be refused, whichever comes first. */
function reused(request: Spec, draw: Chance): Spec {
  const value = { ...request.value, reason: 'another text' };
  return { ...request, ...spec(value, 'authorize', request.sendAtMs + draw.int(0, 20 * minuteMs)) };
}

export function laterSpec(draw: Chance, id: string, request: Spec, startMs: number): Spec {
  const beginsMs = request.startsAtMs ?? request.sendAtMs;
  const endsMs = request.expiresAtMs ?? beginsMs + (request.durationMs ?? 0);
  const when = draw.pick(['within', 'within', 'at end', 'before'] as const);
  const aimed = {
    within: () => draw.int(Math.min(request.sendAtMs, endsMs), endsMs),
    'at end': () => endsMs + draw.int(-5_000, 5_000),
    before: () => request.sendAtMs - draw.int(0, 10 * minuteMs),
  };
  const sendAtMs = Math.min(Math.max(startMs, aimed[when]()), startMs + dayMs);
  const action = draw.pick(['extend', 'shorten', 'end', 'end'] as const);
  const durationMs = draw.int(5, 1_200) * 1000;
  const moved = action === 'end' ? {} : { duration: iso(durationMs) };
  const value = { version: 1, action, id, requestId: request.id, ...moved };
  const made = { ...spec(value, action, sendAtMs), keys: request.keys, requestId: request.id };
  return action === 'end' ? made : { ...made, durationMs };
}

export function spec(value: Record<string, unknown>, action: Spec['action'], sendAtMs: number) {
  const read = readMessage(value);
  if ('code' in read) throw new Error(`the workload made a bad message: ${read.message}`);
  return { value, id: String(value.id), digest: read.digest, action, sendAtMs };
}

const wholeSecond = (ms: number): number => Math.floor(ms / 1000) * 1000;
const text = (ms: number): string => new Date(ms).toISOString();
const iso = (ms: number): string => `PT${Math.round(ms / 1000)}S`;
