import { abandonment, adoption, type Command } from './commands.ts';
import type { Owned, Setting } from './owned.ts';
import type { Act } from './people.ts';
import { type FaultClass, type Plan, quietPlan } from './plan.ts';
import { type Spec, spec, targetOf, tuplesOf } from './workload.ts';

const second = 1000;
const minute = 60 * second;

/** Where and when a scenario plays: all times of its own count from the start, in seconds. */
export type Place = {
  readonly startMs: number;
  readonly groupId: string;
  readonly owned: readonly Owned[];
  readonly plan: Plan;
};
/** A fault that strikes for certain, at its next occasions between two instants. */
type Forced = {
  readonly name: FaultClass;
  readonly fromS: number;
  readonly untilS: number;
  readonly times: number;
};
export type Scenario = {
  readonly messages: (of: Place) => readonly Spec[];
  readonly plan?: Partial<Omit<Plan, 'rates'>>;
  readonly rates?: Partial<Plan['rates']>;
  readonly forced?: readonly Forced[];
  readonly people?: readonly { readonly atS: number; readonly act: Act }[];
  readonly away?: { readonly kind: 'outage' | 'forbidden'; readonly fromS: number; readonly untilS: number };
  readonly loss?: { readonly sinceS: number; readonly atS: number; readonly operatorS: number };
  readonly freeze?: { readonly fromS: number; readonly untilS: number };
  readonly commands?: (of: Place) => readonly Command[];
  /** From then on the policy allows nobody anything. */
  readonly policyEndsS?: number;
  readonly ledgerAway?: { readonly fromS: number; readonly untilS: number };
  /** Longer than the others. */
  readonly stage?: typeof stage;
};

/** How long messages come and people act, and for how long everything is given to come to rest. */
export const stage = { dayMs: 20 * minute, healMs: 50 * minute };

type Ask = {
  readonly atS?: number;
  readonly forS?: number;
  readonly startS?: number;
  readonly rules?: readonly number[];
};

function ask(of: Place, id: string, { atS = 10, forS = 180, startS, rules = [0] }: Ask = {}): Spec {
  const tuples = rules.flatMap((index) => tuplesOf(of.plan)[index] ?? []);
  const value = {
    ...{ version: 1, action: 'authorize', id, target: targetOf(of.groupId), requester: { id: 'lin@example.com' } },
    rules: tuples.map(({ port, cidr }) => ({
      direction: 'ingress',
      ipProtocol: 'tcp',
      portRange: port,
      sourceCidrIp: cidr,
    })),
    ...windowOf(of, forS, startS),
  };
  const keys = tuples.map(({ port, cidr }) => `${of.groupId} ingress tcp ${port} ${cidr} accept 1`);
  return { ...spec(value, 'authorize', of.startMs + atS * second), keys, ...timesOf(of, forS, startS) };
}

function change(of: Place, action: 'modify' | 'revoke', { forS, startS }: Ask, set?: Setting): Spec {
  const [owned] = of.owned;
  if (!owned) throw new Error('nobody owns a rule on this stage');
  const value = {
    ...{ version: 1, action, id: 'CHG-1', target: targetOf(of.groupId), requester: { id: 'lin@example.com' } },
    rules: [{ securityGroupRuleId: owned.id, ...(set ? { set } : {}) }],
    ...windowOf(of, forS, startS),
  };
  const made = {
    ...spec(value, action, of.startMs + 10 * second),
    keys: [],
    change: { action, owned, ruleId: owned.id, set },
  };
  return { ...made, ...timesOf(of, forS, startS) };
}

const windowOf = ({ startMs }: Place, forS: number | undefined, startS: number | undefined) => ({
  ...(startS === undefined ? {} : { startsAt: new Date(startMs + startS * second).toISOString() }),
  ...(forS === undefined ? {} : { duration: `PT${forS}S` }),
});
const timesOf = ({ startMs }: Place, forS: number | undefined, startS: number | undefined) => ({
  ...(startS === undefined ? {} : { startsAtMs: startMs + startS * second }),
  ...(forS === undefined ? {} : { durationMs: forS * second }),
});

function later(of: Place, request: Spec, action: 'extend' | 'shorten' | 'end', atS: number, forS?: number): Spec {
  const moved = forS === undefined ? {} : { duration: `PT${forS}S` };
  const value = { version: 1, action, id: `${action}-${atS}`, requestId: request.id, ...moved };
  const made = { ...spec(value, action, of.startMs + atS * second), keys: request.keys, requestId: request.id };
  return forS === undefined ? made : { ...made, durationMs: forS * second };
}

/** One lease, and what is done to it later. */
const one = (first: Ask, ...laters: readonly (readonly ['extend' | 'shorten' | 'end', number, number?])[]) => ({
  messages: (of: Place) => {
    const request = ask(of, 'REQ-1', first);
    return [request, ...laters.map(([action, atS, forS]) => later(of, request, action, atS, forS))];
  },
});
const several = (...asks: readonly Ask[]) => ({
  messages: (of: Place) => asks.map((each, index) => ask(of, `REQ-${index + 1}`, each)),
});
const named = { plan: { changes: 1 } };

/** Each of them is open for some hours of the day on which nobody can ask the ledger. */
const spreadOverADay = (of: Place): readonly Spec[] =>
  Array.from({ length: 12 }, (_, index) =>
    ask(of, `REQ-${index}`, { atS: 60 + index * 200, forS: 5_400 + index * 7_000, rules: [index] }),
  );

/** Small worlds in which one thing happens: each is tried with a death at every place, and at every pair of places. */
export const scenarios: Readonly<Record<string, Scenario>> = {
  grant: one({}),
  'grant of two rules': one({ rules: [0, 1] }),
  scheduled: one({ startS: 100 }),
  'too short to open': one({ forS: 2 }),
  overlap: several({ forS: 240 }, { atS: 60, forS: 120 }),
  'one begins as the other ends': several({ startS: 60, forS: 120 }, { startS: 180, forS: 120 }),
  'shared rule with two ends': several({ forS: 240, rules: [0, 1] }, { atS: 30, forS: 120, rules: [1] }),
  'extend early, stamp moved': one({}, ['extend', 60, 120]),
  'extend at the end': one({}, ['extend', 189, 60]),
  shorten: one({ forS: 600 }, ['shorten', 60, 60]),
  'end early': one({ forS: 600 }, ['end', 60]),
  'end before the start': one({ startS: 120 }, ['end', 60]),
  'end before the request': one({ atS: 30 }, ['end', 10]),
  'duplicate delivery': { messages: (of) => [ask(of, 'REQ-1'), ask(of, 'REQ-1'), ask(of, 'REQ-1')] },
  borrowed: { ...one({}), people: [{ atS: 5, act: 'add-same' }], plan: { tuples: 1 } },
  withdrawn: { ...one({}), people: [{ atS: 60, act: 'delete-ours' }] },
  'edited by hand': { ...one({}), people: [{ atS: 60, act: 'edit-ours' }] },
  'stamp stripped': { ...one({}), people: [{ atS: 60, act: 'strip-ours' }] },
  'copied by hand': { ...one({}), people: [{ atS: 240, act: 'clone-ours' }] },
  'group deleted': { ...one({}), people: [{ atS: 60, act: 'delete-group' }], rates: { 'delete-group': 1 } },
  'lost answers': {
    ...one({}),
    forced: [
      { name: 'lost-after', fromS: 0, untilS: 120, times: 2 },
      { name: 'lost-after', fromS: 180, untilS: 400, times: 2 },
    ],
  },
  'late landing': { ...one({ forS: 60 }), forced: [{ name: 'late', fromS: 0, untilS: 60, times: 1 }] },
  // Repeated in vain for nine minutes; the last repetition is held up for long, and the lease has ended.
  'late landing of a repetition': {
    ...one({ forS: 575 }),
    // The bounds of such a day: nothing opens while nothing gets through.
    plan: { profile: 'hostile' },
    forced: [
      { name: 'lost-before', fromS: 0, untilS: 540, times: 999 },
      { name: 'late', fromS: 540, untilS: 600, times: 3 },
    ],
  },
  'late revocation, wanted again': {
    ...several({ forS: 60 }, { atS: 80, forS: 120 }),
    forced: [{ name: 'late', fromS: 65, untilS: 79, times: 1 }],
  },
  'half a batch': { ...one({ rules: [0, 1] }), forced: [{ name: 'partial', fromS: 0, untilS: 900, times: 2 }] },
  'full group': { ...one({ rules: [0, 1] }), plan: { rulesPerGroupMax: 1 } },
  'cloud away at the end': { ...one({}), away: { kind: 'outage', fromS: 170, untilS: 400 } },
  'permission withdrawn at the end': { ...one({}), away: { kind: 'forbidden', fromS: 170, untilS: 400 } },
  'modify and restore': { ...named, messages: (of) => [change(of, 'modify', { forS: 180 }, { priority: 20 })] },
  'modify for good': { ...named, messages: (of) => [change(of, 'modify', { startS: 60 }, { priority: 20 })] },
  'revoke and put back': { ...named, messages: (of) => [change(of, 'revoke', { forS: 180 })] },
  'scheduled revocation': { ...named, messages: (of) => [change(of, 'revoke', { startS: 60 })] },
  'recover a restored ledger': {
    ...several({ forS: 400 }, { atS: 60, forS: 300, rules: [1] }),
    loss: { sinceS: 40, atS: 120, operatorS: 150 },
    rates: { 'ledger-restored': 1 },
  },
  'recover a lost ledger': {
    ...several({ forS: 400 }, { atS: 60, forS: 900, rules: [1] }),
    loss: { sinceS: 0, atS: 120, operatorS: 0 },
    rates: { 'ledger-lost': 1 },
  },
  adopted: { ...named, messages: () => [], commands: (of) => [adoption(of, { atS: 60, forS: 300 })] },
  abandoned: { ...one({ forS: 900 }), commands: () => [abandonment(400)] },
  'abandoned while the cloud refuses': {
    ...one({}),
    away: { kind: 'forbidden', fromS: 170, untilS: 1_000 },
    commands: () => [abandonment(600)],
  },
  'policy changed before the start': {
    ...several({ forS: 600 }, { startS: 400, forS: 120, rules: [1] }),
    policyEndsS: 250,
  },
  freeze: { ...several({ startS: 60, forS: 120 }, { atS: 70, forS: 120 }), freeze: { fromS: 40, untilS: 100 } },
};

/** Too long to die at every place of it. */
export const dayWithoutLedger: Scenario = {
  messages: spreadOverADay,
  plan: { tuples: 12, awayMs: 24 * 60 * minute },
  ledgerAway: { fromS: 3_600, untilS: 90_000 },
  stage: { dayMs: 90_000 * second, healMs: 60 * minute },
};

/** The plan of a scenario: a quiet one, with what it sets itself. */
export function stagePlan({ plan, rates }: Scenario, seed: number): Plan {
  const quiet = quietPlan(seed);
  return { ...quiet, priorityIsIdentity: true, rulesPerGroupMax: 200, ...plan, rates: { ...quiet.rates, ...rates } };
}
