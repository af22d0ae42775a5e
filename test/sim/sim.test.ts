import { describe, expect, it } from 'vitest';
import { mutants } from './mutants.ts';
import { faultClasses, type Profile, quietPlan } from './plan.ts';
import { runSeed, type SeedReport } from './run-seed.ts';
import { kept, planted, unnoticed } from './seeds.ts';
import { Tally } from './tally.ts';

/** Where to begin: SIM_FROM moves it, so that another run tries days that nobody has seen. */
const from = Number(process.env.SIM_FROM ?? 1_000_000);
const share: readonly (readonly [Profile, number])[] = [
  ['calm', 30],
  ['nominal', 80],
  ['hostile', 110],
];
const tally = new Tally();
const hashes = new Map<string, string>();

const told = ({ plan, violation }: SeedReport): string | undefined =>
  violation &&
  `${violation.checker} ${violation.key}: ${violation.message} | npm run sim -- --seed ${plan.seed} --profile ${plan.profile}`;

describe('a simulated day and its two hours of healing', () => {
  it.each(share)(
    'keeps every promise on %s days (%i of them)',
    async (profile, count) => {
      for (let seed = from; seed < from + count; seed += 1) {
        const report = await runSeed(seed, { profile });
        tally.add(report);
        hashes.set(`${profile} ${seed}`, report.traceHash);
        expect(told(report)).toBeUndefined();
      }
    },
    240_000,
  );

  it('has met every kind of fault', () => {
    expect(tally.silent).toEqual([]);
    expect(tally.fired.size).toBe(faultClasses.length);
  });

  it('closes at the second when nothing fails, and within a minute or two when little does', () => {
    expect(tally.overrun('calm', 1)).toBeLessThanOrEqual(2_000);
    expect(tally.overrun('nominal', 0.99)).toBeLessThanOrEqual(90_000);
    expect(tally.overrun('nominal', 1)).toBeLessThanOrEqual(300_000);
  });

  it('is the same day again from the same seed', async () => {
    for (const [profile] of share) {
      for (const seed of [from, from + 7, from + 19]) {
        const { traceHash } = await runSeed(seed, { profile });
        expect(traceHash).toBe(hashes.get(`${profile} ${seed}`));
      }
    }
  }, 60_000);

  it('holds wherever a process dies once on a quiet day', async () => {
    const plan = quietPlan(1);
    const { crashPoints } = await runSeed(1, { plan });
    for (let place = 0; place < crashPoints; place += 1) {
      expect(told(await runSeed(1, { plan, crashAt: [place] })), `died at place ${place}`).toBeUndefined();
    }
  }, 120_000);

  it.each(kept)(
    'holds on the day of seed %i, which once failed',
    async (seed) => {
      expect(told(await runSeed(seed, { changes: false }))).toBeUndefined();
    },
    30_000,
  );
});

describe('a planted bug', () => {
  it('has a day that it fails on, or is named as one that has none', () => {
    expect([...Object.keys(planted), ...unnoticed].sort()).toEqual(Object.keys(mutants).sort());
  });

  it.each(Object.entries(planted))(
    'is noticed: %s',
    async (name, seed) => {
      const mutant = mutants[name]?.();

      const [sound, broken] = [
        await runSeed(seed, { changes: false }),
        await runSeed(seed, { changes: false, ...(mutant ? { mutant } : {}) }),
      ];

      expect(told(sound)).toBeUndefined();
      expect(broken.violation).toBeDefined();
    },
    60_000,
  );
});
