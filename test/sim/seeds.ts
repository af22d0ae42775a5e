/** Days that failed once, before there were revoke and modify leases (they are run without), with the code as it was then; each of their bugs also has a directed test. */
export const kept: readonly number[] = [
  20_005, 101_254, 101_388, 200_112, 601_553, 20_214, 20_681, 20_693, 20_713, 20_763, 20_815, 20_843, 20_918, 21_003,
  21_225, 21_226, 21_325, 21_900,
];

/** The first day, counted from 1, on which each planted bug is noticed. */
export const planted: Readonly<Record<string, number>> = {
  'no-dedupe': 2,
  'no-first-look': 1,
  'revoke-by-tuple': 4,
  'call-before-journal': 1,
  'token-of-rule': 6,
  'no-hot-tail': 34,
  'stamp-not-bound': 110,
  'no-creation-time': 24,
  'no-fence': 11,
  'trust-done': 4,
};

/**
 * Planted bugs that the simulation is too kind to notice: 2,400 days each without a failure. Something else has to
 * catch them; see docs/simulation.md.
 */
export const unnoticed: readonly string[] = ['hot-tail-from-intent'];
