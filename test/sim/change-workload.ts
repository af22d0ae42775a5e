import type { Owned, Setting } from './owned.ts';
import type { Plan } from './plan.ts';
import { type Chance, chance } from './prng.ts';
import { drawWindow, laterSpec, type Spec, spec, targetOf } from './workload.ts';

const minuteMs = 60_000;

/** What a message asks for a rule that is there already. */
export type ChangeSpec = {
  readonly action: 'modify' | 'revoke';
  readonly owned: Owned;
  /** By id, or by attributes where it is undefined. */
  readonly ruleId?: string | undefined;
  readonly set?: Setting | undefined;
};

/** Revoke and modify leases on people's rules, drawn apart from the others, so that those stay as they were. */
export function changeWorkload(plan: Plan, owned: readonly Owned[], startMs: number): readonly Spec[] {
  if (owned.length === 0) return [];
  const draw = chance(plan.seed, 'changes');
  const specs: Spec[] = [];
  for (let index = 0; index < plan.changes; index += 1) {
    const request = changeSpec(draw, `CHG-${index}`, draw.pick(owned), startMs);
    specs.push(request);
    const laters = draw.pick([0, 0, 1, 1, 2]);
    for (let later = 0; later < laters; later += 1) {
      const id = `CHG-LATER-${index}-${later}`;
      const hasEnd = request.durationMs !== undefined || request.expiresAtMs !== undefined;
      if (hasEnd) specs.push(laterSpec(draw, id, request, startMs));
      else if (draw.hit(0.3)) specs.push(endSoon(draw, id, request));
    }
  }
  return specs;
}

function changeSpec(draw: Chance, id: string, owned: Owned, startMs: number): Spec {
  const action = draw.pick(['revoke', 'modify'] as const);
  const isById = draw.hit(0.6);
  const set = action === 'modify' ? drawSet(draw, owned, isById) : undefined;
  const { sendAtMs, startsAtMs, durationMs, expiresAtMs, fields } = drawWindow(draw, startMs);
  const isForGood = draw.hit(0.2);
  const begins = fields.startsAt === undefined ? {} : { startsAt: fields.startsAt };
  const rule = isById ? { securityGroupRuleId: owned.id } : attributesOf(owned);
  const value = {
    version: 1,
    action,
    id,
    target: targetOf(owned.groupId),
    rules: [{ ...rule, ...(set ? { set } : {}) }],
    requester: { id: 'lin@example.com' },
    ...(isForGood ? begins : fields),
  };
  const ends = isForGood ? {} : expiresAtMs === undefined ? { durationMs } : { expiresAtMs };
  const change = { action, owned, ruleId: isById ? owned.id : undefined, set };
  return {
    ...spec(value, action, sendAtMs),
    keys: [],
    change,
    ...(startsAtMs === undefined ? {} : { startsAtMs }),
    ...ends,
  };
}

function drawSet(draw: Chance, { tuple }: Owned, isById: boolean): Setting {
  const description = `narrowed for ${draw.int(1, 3)}`;
  if (!isById) return { description };
  const priority = draw.int(20, 23);
  const canNarrow = tuple.direction === 'ingress' && tuple.cidr === '10.0.0.0/8';
  const narrower = canNarrow ? { sourceCidrIp: draw.pick(['10.1.0.0/16', '10.2.0.0/16']) } : { priority };
  return draw.pick([{ priority }, { description }, narrower, { ...narrower, priority, description }]);
}

function attributesOf({ tuple, image }: Owned): Record<string, unknown> {
  const { direction, port, cidr } = tuple;
  const peer = { [direction === 'ingress' ? 'sourceCidrIp' : 'destCidrIp']: cidr };
  const priority = Number(image.key.split(' ')[6]);
  return { direction, ipProtocol: 'tcp', portRange: port, ...peer, policy: 'accept', priority };
}

/** A scheduled change that is called off, perhaps while it is being made. */
function endSoon(draw: Chance, id: string, request: Spec): Spec {
  const sendAtMs = (request.startsAtMs ?? request.sendAtMs) + draw.int(-2 * minuteMs, minuteMs);
  const value = { version: 1, action: 'end', id, requestId: request.id };
  return { ...spec(value, 'end', Math.max(sendAtMs, request.sendAtMs)), keys: [], requestId: request.id };
}
