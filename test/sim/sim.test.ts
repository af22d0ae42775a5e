import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Crew } from './crew.ts';
import { dieOnce, pairsOf } from './deaths.ts';
import type { Job } from './job.ts';
import { mutants } from './mutants.ts';
import { faultClasses, type Profile } from './plan.ts';
import type { SeedReport } from './run-seed.ts';
import { scenarios } from './scenarios.ts';
import { kept, keptAsDrawn, keptBare, manyPlaces, planted } from './seeds.ts';
import { commandOf } from './shrink.ts';
import { dayOf, Tally } from './tally.ts';

/** Where to begin: SIM_FROM moves it, so that another run tries days that nobody has seen. */
const from = Number(process.env.SIM_FROM ?? 1_000_000);
const share: readonly (readonly [Profile, number])[] = [
  ['calm', 200],
  ['nominal', 550],
  ['hostile', 750],
];
/** Days of these on which the ledger is lost, from seed 5000 on. */
const lossesOfEach = 15;
/** Days on a cloud without rule ids, of each profile. */
const bareOfEach = 60;
/** Pairs of deaths in each small world, about so many. */
const pairsOfEach = 20;
/** Without what was added to the days since: a seed that is named here gives the day that it gave then. */
const asFirstDrawn = { changes: false, losses: false };
const tally = new Tally();
const hashes = new Map<string, string>();
let crew: Crew;

beforeAll(async () => {
  crew = await Crew.start(2);
});
afterAll(() => crew.close());

const nameOf = ({ profile, seed }: Job): string => `${profile} ${seed}`;

const lines = (job: Job, { violation }: SeedReport): readonly string[] =>
  violation ? [`${violation.checker} ${violation.key}: ${violation.message} | ${commandOf(job)}`] : [];

const broken = async (jobs: readonly Job[], onReport: (job: Job, report: SeedReport) => void = () => undefined) => {
  const failures: string[] = [];
  await crew.work(jobs, (job, report) => {
    onReport(job, report);
    failures.push(...lines(job, report));
    return failures.length < 5;
  });
  return failures;
};

describe('a simulated day and its two hours of healing', () => {
  it.each(share)(
    'keeps every promise on %s days (%i of them)',
    async (profile, count) => {
      const jobs = Array.from({ length: count }, (_, index): Job => ({ seed: from + index, profile, losses: false }));
      const failures = await broken(jobs, (job, report) => {
        tally.add(dayOf(report));
        hashes.set(nameOf(job), report.traceHash);
      });
      expect(failures).toEqual([]);
      expect(hashes.size).toBeGreaterThanOrEqual(count);
    },
    400_000,
  );

  it('keeps them on days on which the ledger is dropped or restored', async () => {
    const jobs = (['nominal', 'hostile'] as const).flatMap((profile) =>
      Array.from({ length: lossesOfEach }, (_, index): Job => ({ seed: 5_000 + index, profile, losses: true })),
    );
    const failures = await broken(jobs, (job, report) => {
      tally.add(dayOf(report));
      hashes.set(nameOf(job), report.traceHash);
    });
    expect(failures).toEqual([]);
  }, 120_000);

  it('keeps them on a cloud without rule ids and client tokens', async () => {
    const jobs = share.flatMap(([profile]) =>
      Array.from({ length: bareOfEach }, (_, index): Job => ({ seed: from + index, profile, isBare: true })),
    );
    expect(await broken([...jobs, ...keptBare])).toEqual([]);
  }, 120_000);

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
    const again = share.flatMap(([profile]) =>
      [0, 7, 19].map((step): Job => ({ seed: from + step, profile, losses: false })),
    );
    again.push({ seed: 5_000, profile: 'hostile', losses: true });
    await crew.work(again, (job, { traceHash }) => {
      expect(traceHash, nameOf(job)).toBe(hashes.get(nameOf(job)));
    });
  }, 60_000);

  it('holds wherever a process dies once on a quiet day', async () => {
    let crashPoints = 0;
    await crew.work([{ seed: 1, isQuiet: true }], (_, report) => {
      crashPoints = report.crashPoints;
    });
    const places = Array.from(
      { length: crashPoints },
      (_, place): Job => ({ seed: 1, isQuiet: true, crashAt: [place] }),
    );
    expect(places.length).toBeGreaterThan(100);
    expect(await broken(places)).toEqual([]);
  }, 120_000);

  it('holds on the days that once failed', async () => {
    const jobs = [
      ...kept.map((seed): Job => ({ seed, ...asFirstDrawn })),
      ...keptAsDrawn.map((seed): Job => ({ seed })),
    ];
    expect(await broken(jobs)).toEqual([]);
  }, 60_000);
});

describe('a small world', () => {
  const worlds = Object.keys(scenarios).map((scenario): Job => ({ seed: 1, scenario }));

  it('comes to a good end, each of them', async () => {
    expect(await broken(worlds)).toEqual([]);
  }, 60_000);

  it('comes to it wherever a process dies once, and at some pairs of places', async () => {
    const failures: string[] = [];
    const runs = { once: 0, twice: 0 };
    const told = (job: Job, report: SeedReport): boolean => {
      runs[job.crashAt?.length === 2 ? 'twice' : 'once'] += 1;
      failures.push(...lines(job, report));
      return failures.length < 5;
    };
    for (const world of worlds) {
      const isLong = manyPlaces.includes(world.scenario ?? '');
      const after = await dieOnce(crew, world, told, { every: isLong ? 4 : 1, from });
      const all = after.reduce((sum, [first, places]) => sum + Math.max(0, places - first - 1), 0);
      await crew.work(pairsOf(world, after, { every: Math.ceil(all / pairsOfEach), from }), told);
    }
    expect(failures).toEqual([]);
    expect(runs.once).toBeGreaterThan(3_000);
    expect(runs.twice).toBeGreaterThan(worlds.length * 10);
  }, 240_000);

  it('closes every rule within two minutes of its end while nobody can ask the ledger for a day', async () => {
    const overruns: number[] = [];
    const day = { seed: 1, scenario: 'a day without the ledger' };
    expect(await broken([day], (_, { overrunsMs }) => overruns.push(...overrunsMs))).toEqual([]);
    expect(overruns).toHaveLength(12);
    expect(Math.max(...overruns)).toBeLessThanOrEqual(120_000);
  }, 60_000);
});

describe('a planted bug', () => {
  it('has a run that notices it', () => {
    expect(Object.keys(planted).sort()).toEqual(Object.keys(mutants).sort());
  });

  it.each(Object.entries(planted))(
    'is noticed: %s',
    async (mutant, job) => {
      const { seed, ...rest } = job;
      const sound = { seed, ...(rest.scenario === undefined ? asFirstDrawn : {}), ...rest };
      expect(await broken([sound])).toEqual([]);
      expect(await broken([{ ...sound, mutant }])).toHaveLength(1);
    },
    60_000,
  );
});
