import type { Job } from './job.ts';

/** Days that failed once, before there were revoke and modify leases (they are run without), with the code as it was then; each of their bugs also has a directed test. */
export const kept: readonly number[] = [
  20_005, 101_254, 101_388, 200_112, 601_553, 20_214, 20_681, 20_693, 20_713, 20_763, 20_815, 20_843, 20_918, 21_003,
  21_225, 21_226, 21_325, 21_900,
];

/** Days that failed since, as their seeds draw them, with changes and losses (docs/simulation.md has what was wrong). */
export const keptAsDrawn: readonly number[] = [
  5_000_249, 5_021_867, 5_033_654, 5_037_603, 5_041_709, 5_046_541, 5_046_826, 5_048_333, 5_049_379, 5_050_977,
  5_053_587, 5_054_047, 5_057_144, 5_069_333, 5_070_140, 5_079_584, 5_104_707, 5_107_611, 5_109_682, 5_204_093,
  5_229_213, 5_239_810, 5_243_881, 5_244_987,
];

/** Days that failed on a cloud without rule ids. */
export const keptBare: readonly Job[] = [
  { seed: 129, profile: 'hostile', isBare: true, losses: false },
  { seed: 5_403_812, isBare: true },
];

/** For each planted bug a run that notices it: mostly the first day, counted from 1 and without changes and losses. */
export const planted: Readonly<Record<string, Job>> = {
  'no-dedupe': { seed: 2 },
  'no-first-look': { seed: 1 },
  'revoke-by-tuple': { seed: 4 },
  'call-before-journal': { seed: 1 },
  'token-of-rule': { seed: 6 },
  'no-hot-tail': { seed: 34 },
  'hot-tail-from-intent': { seed: 1, scenario: 'late landing of a repetition' },
  'stamp-not-bound': { seed: 110 },
  'no-creation-time': { seed: 24 },
  'no-fence': { seed: 11 },
  'trust-done': { seed: 4 },
  'gives-up': { seed: 4 },
  'claim-for-ever': { seed: 3 },
  'extension-forgotten': { seed: 1 },
  'one-lease-a-rule': { seed: 1 },
  'no-sweep': { seed: 1 },
  'failed-look-is-empty': { seed: 4 },
  'lag-ignored': { seed: 14 },
  'put-back-bare': { seed: 1, changes: true },
  'recovery-forgets': { seed: 6, losses: true },
  'parked-forgotten': { seed: 2 },
  'late-removal-forgotten': { seed: 129, profile: 'hostile', isBare: true },
  'ids-not-kept': { seed: 11 },
};

/** Small worlds with so many places that `npm test` has a process die at one in four of them only. */
export const manyPlaces: readonly string[] = [
  'late landing of a repetition',
  'recover a restored ledger',
  'recover a lost ledger',
];
