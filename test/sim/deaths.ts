import type { Crew } from './crew.ts';
import type { Job } from './job.ts';
import type { SeedReport } from './run-seed.ts';

/** Says whether to go on. */
type Told = (job: Job, report: SeedReport) => boolean;

/**
 * Runs a job again for every place where a process of it can die, with one death there; for one in so many of them
 * where that is asked for. Answers each place that was tried with the number of places after it.
 */
export async function dieOnce(
  crew: Crew,
  job: Job,
  told: Told,
  { every = 1, from = 0 } = {},
): Promise<readonly (readonly [number, number])[]> {
  let places = 0;
  await crew.work([job], (_, report) => {
    places = report.crashPoints;
    told(job, report);
  });
  const after: [number, number][] = [];
  const jobs = Array.from({ length: places }, (_, place): Job => ({ ...job, crashAt: [place] }));
  const tried = jobs.filter((_, place) => (place + from) % every === 0);
  await crew.work(tried, (one, report) => {
    after.push([one.crashAt?.[0] ?? 0, report.crashPoints]);
    told(one, report);
  });
  return after.sort(([a], [b]) => a - b);
}

/** Every pair of places: of each first death, every place that is reached after it; of all pairs one in so many. */
export function* pairsOf(
  job: Job,
  after: readonly (readonly [number, number])[],
  { every = 1, from = 0 } = {},
): Generator<Job> {
  let count = from;
  for (const [first, places] of after)
    for (let second = first + 1; second < places; second += 1) {
      if (count % every === 0) yield { ...job, crashAt: [first, second] };
      count += 1;
    }
}
