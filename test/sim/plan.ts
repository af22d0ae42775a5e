import { type Chance, chance } from './prng.ts';

export type Profile = 'calm' | 'nominal' | 'hostile';
export const profiles: readonly Profile[] = ['calm', 'nominal', 'hostile'];

/** Every fault class that a run may fire. A class that never fires in a whole run of seeds proves nothing. */
const firstClasses = [
  'crash-before',
  'crash-after',
  'freeze',
  'ledger-away',
  'commit-unknown',
  'ledger-outage',
  'clock-step',
  'nudge-lost',
  'nudge-doubled',
  'nudge-late',
  'timer-dropped',
  'timer-doubled',
  'delivery-doubled',
  'delivery-late',
  'redelivered',
  'id-reused',
  'lost-before',
  'lost-after',
  'timeout-after',
  'late',
  'slow',
  'error-before',
  'error-after',
  'html-503',
  'throttle',
  'busy',
  'partial',
  'stale-read',
  'read-lost',
  'outage',
  'forbidden',
  'quota',
  'add-same',
  'add-other',
  'delete-ours',
  'edit-ours',
  'strip-ours',
  'clone-ours',
  'clone-elsewhere',
  'race-add',
  'delete-group',
] as const;
/** What people do to their own rules while leases change them; drawn apart, so that older days stay as they were. */
export const namedActs = ['delete-named', 'edit-named', 'describe-named', 'add-equal'] as const;
export type NamedAct = (typeof namedActs)[number];
/** The ledger is dropped, or comes back from a backup; also drawn apart. */
const losses = ['ledger-lost', 'ledger-restored'] as const;
export const faultClasses = [...firstClasses, ...namedActs, ...losses] as const;
export type FaultClass = (typeof faultClasses)[number];

/** What one seed does: which classes are on, at which rates. Drawn once, so that a replay is the same run. */
export type Plan = {
  readonly seed: number;
  readonly profile: Profile;
  /** Chance of a class at each of its occasions; 0 where it is off. */
  readonly rates: Readonly<Record<FaultClass, number>>;
  readonly groups: number;
  readonly tuples: number;
  readonly leases: number;
  readonly priorityIsIdentity: boolean;
  readonly tokenTtlSeconds: number;
  readonly rulesPerGroupMax: number;
  readonly revokeMissingById: 'documented' | 'ok' | 'InvalidSecurityGroupRuleId.NotFound';
  readonly lookAgainMs: number;
  /** The ledger is away for so long, from the second hour on. */
  readonly awayMs: number;
  /** Acts of people in the day. */
  readonly acts: number;
  /** Revoke and modify leases of the day; none on half of the days. */
  readonly changes: number;
  /** What people do to the rules that these name. */
  readonly namedActs: number;
  /** A cloud without rule ids, client tokens and changes of rules, as Edge Node Service is. */
  readonly isBare?: boolean;
};

/** Highest rate of each class by profile: nominal is a bad month, hostile is a bad minute that lasts all day. */
const highest: Readonly<Record<FaultClass, readonly [nominal: number, hostile: number]>> = {
  'crash-before': [0.003, 0.04],
  'crash-after': [0.003, 0.04],
  freeze: [0.001, 0.02],
  'ledger-away': [0.003, 0.05],
  'commit-unknown': [0.003, 0.05],
  'ledger-outage': [0, 0.6],
  'clock-step': [0.5, 1],
  'nudge-lost': [0.005, 0.5],
  'nudge-doubled': [0.01, 0.3],
  'nudge-late': [0.005, 0.3],
  'timer-dropped': [0.005, 0.04],
  'timer-doubled': [0.02, 0.3],
  'delivery-doubled': [0.1, 0.3],
  'delivery-late': [0.05, 0.3],
  redelivered: [0.02, 0.2],
  'id-reused': [0.05, 0.1],
  'lost-before': [0.005, 0.1],
  'lost-after': [0.005, 0.1],
  'timeout-after': [0.005, 0.1],
  late: [0.005, 0.1],
  slow: [0.02, 0.2],
  'error-before': [0.005, 0.1],
  'error-after': [0.005, 0.1],
  'html-503': [0.005, 0.05],
  throttle: [0.02, 0.3],
  busy: [0.005, 0.1],
  partial: [0.005, 0.1],
  'stale-read': [0.05, 0.5],
  'read-lost': [0.005, 0.1],
  outage: [0.3, 1],
  forbidden: [0.1, 0.4],
  quota: [0.05, 0.4],
  'add-same': [1, 1],
  'add-other': [1, 1],
  'delete-ours': [1, 1],
  'edit-ours': [1, 1],
  'strip-ours': [1, 1],
  'clone-ours': [1, 1],
  'clone-elsewhere': [1, 1],
  'race-add': [0.01, 0.1],
  'delete-group': [0.1, 0.3],
  'delete-named': [1, 1],
  'edit-named': [1, 1],
  'describe-named': [1, 1],
  'add-equal': [1, 1],
  'ledger-lost': [1, 1],
  'ledger-restored': [1, 1],
};

/** Draws a seed's plan: swarm testing, every class is on in about half of the seeds, at a rate of its own. */
export function planOf(seed: number, forced?: Profile, hasChanges?: boolean, hasLoss?: boolean): Plan {
  const draw = chance(seed, 'plan');
  const share = draw.next();
  const drawn: Profile = share < 0.15 ? 'calm' : share < 0.55 ? 'nominal' : 'hostile';
  const profile = forced ?? drawn;
  const rates = Object.fromEntries(firstClasses.map((name) => [name, rateOf(name, profile, draw)]));
  const apart = chance(seed, 'plan/changes');
  const loss = lossOf(seed, profile, hasLoss);
  // Of what a lost ledger knew about people's rules nothing is left: those days are without.
  const isDrawn = apart.hit(0.5) && loss === undefined;
  const ownRates = Object.fromEntries(namedActs.map((name) => [name, rateOf(name, profile, apart)]));
  const changes = apart.int(4, 14);
  return {
    seed,
    profile,
    rates: {
      ...rates,
      ...ownRates,
      'ledger-lost': 0,
      'ledger-restored': 0,
      ...(loss ? { [loss]: 1 } : {}),
    } as Plan['rates'],
    groups: draw.int(1, 3),
    tuples: draw.int(2, 6),
    leases: draw.int(8, 25),
    priorityIsIdentity: draw.hit(0.7),
    tokenTtlSeconds: draw.pick([600, 3_600, 86_400]),
    rulesPerGroupMax: (draw.hit(rates.quota ?? 0) ? draw.int(2, 3) : 200) + ((hasChanges ?? isDrawn) ? 3 : 0),
    revokeMissingById: draw.pick(['documented', 'ok', 'InvalidSecurityGroupRuleId.NotFound'] as const),
    lookAgainMs: draw.hit(0.3) ? 60_000 : 300_000,
    awayMs: 0,
    acts: profile === 'calm' ? 0 : draw.int(0, profile === 'nominal' ? 5 : 14),
    changes: (hasChanges ?? isDrawn) ? changes : 0,
    namedActs: profile === 'calm' ? 0 : apart.int(0, 6),
  };
}

function lossOf(seed: number, profile: Profile, hasLoss: boolean | undefined): (typeof losses)[number] | undefined {
  const draw = chance(seed, 'plan/losses');
  const isOn = draw.hit(0.15) && profile !== 'calm';
  const name = draw.hit(0.6) ? 'ledger-restored' : 'ledger-lost';
  return (hasLoss ?? isOn) ? name : undefined;
}

function rateOf(name: FaultClass, profile: Profile, draw: Chance): number {
  const isOn = draw.hit(0.5);
  const size = draw.next();
  if (profile === 'calm') return name === 'delivery-doubled' || name === 'id-reused' ? (isOn ? size * 0.3 : 0) : 0;
  return isOn ? size * highest[name][profile === 'nominal' ? 0 : 1] : 0;
}

/** Whether `revoke` runs with all that it does where the ledger cannot be asked; elsewhere that is left out, to save time. */
export const isWhole = ({ rates, awayMs }: Plan): boolean =>
  rates['ledger-lost'] + rates['ledger-restored'] + awayMs > 0;

/** A short quiet day of one group, in which nothing happens but what is asked for: two leases that share a rule. */
export function quietPlan(seed: number): Plan {
  const quiet = Object.fromEntries(faultClasses.map((name) => [name, 0])) as Plan['rates'];
  const none = { changes: 0, namedActs: 0 };
  return {
    ...planOf(seed, 'nominal'),
    rates: quiet,
    groups: 1,
    tuples: 2,
    leases: 3,
    acts: 0,
    ...none,
    lookAgainMs: 300_000,
  };
}
