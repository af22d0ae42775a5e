import type { Crew } from './crew.ts';
import { type Job, planFor } from './job.ts';
import { faultClasses } from './plan.ts';

/**
 * The least of a failing day that still fails: fault classes are switched off one after the other, which shifts none
 * of the others, then changes and leases are taken away.
 */
export async function shrink(crew: Crew, job: Job): Promise<Job> {
  const fails = async (smaller: Job) => (await crew.run(smaller)).violation !== undefined;
  const { rates } = planFor(job);
  let least: Job = { ...job, only: faultClasses.filter((name) => rates[name] > 0) };
  if (!(await fails(least))) return job;
  for (const name of least.only ?? []) {
    const smaller = { ...least, only: (least.only ?? []).filter((other) => other !== name) };
    if (await fails(smaller)) least = smaller;
  }
  if (job.changes !== false && (await fails({ ...least, changes: false }))) least = { ...least, changes: false };
  for (let leases = planFor(least).leases - 1; leases > 0; leases -= 1) {
    if (!(await fails({ ...least, leases }))) break;
    least = { ...least, leases };
  }
  return least;
}

/** The command line that runs a job again. */
export function commandOf({
  seed,
  profile,
  changes,
  losses,
  mutant,
  isBare,
  only,
  leases,
  crashAt,
  isQuiet,
  scenario,
}: Job): string {
  const flags = [
    ...(profile === undefined ? [] : [`--profile ${profile}`]),
    ...(mutant === undefined ? [] : [`--mutant ${mutant}`]),
    ...(changes === undefined ? [] : [`--changes ${changes ? 'on' : 'off'}`]),
    ...(losses === undefined ? [] : [`--losses ${losses ? 'on' : 'off'}`]),
    ...(isBare ? ['--bare'] : []),
    ...(scenario === undefined ? [] : [`--scenarios '${scenario}'`]),
    ...(isQuiet ? ['--quiet'] : []),
    ...(crashAt === undefined || crashAt.length === 0 ? [] : [`--crash-at ${crashAt.join(',')}`]),
    ...(only === undefined ? [] : [`--only ${only.join(',') || 'none'}`]),
    ...(leases === undefined ? [] : [`--leases ${leases}`]),
  ];
  return ['npm run sim -- --seed', seed, ...flags].join(' ');
}
