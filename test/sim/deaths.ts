import type { Crew } from './crew.ts';
import type { Job } from './job.ts';
import type { SeedReport } from './run-seed.ts';

/** Says whether to go on. */
type Told = (job: Job, report: SeedReport) => boolean;

/** Runs a job again for every place where a process of it can die, with one death there. Answers each with its places. */
export async function dieOnce(crew: Crew, job: Job, told: Told): Promise<readonly (readonly [number, number])[]> {
  let places = 0;
  await crew.work([job], (_, report) => {
    places = report.crashPoints;
    told(job, report);
  });
  const after: [number, number][] = [];
  const jobs = Array.from({ length: places }, (_, place): Job => ({ ...job, crashAt: [place] }));
  await crew.work(jobs, (one, report) => {
    after.push([one.crashAt?.[0] ?? 0, report.crashPoints]);
    told(one, report);
  });
  return after.sort(([a], [b]) => a - b);
}

/** Every pair of places: of each first death, every place that is reached after it; of them every `step`-th. */
export function* pairsOf(job: Job, after: readonly (readonly [number, number])[], step = 1): Generator<Job> {
  let count = 0;
  for (const [first, places] of after)
    for (let second = first + 1; second < places; second += 1) {
      if (count % step === 0) yield { ...job, crashAt: [first, second] };
      count += 1;
    }
}
