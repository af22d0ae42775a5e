import { execFileSync } from 'node:child_process';
import { Crew } from './crew.ts';
import { DayLog } from './day-log.ts';
import { dieOnce, pairsOf } from './deaths.ts';
import type { Job } from './job.ts';
import { common, help, options } from './options.ts';
import type { SeedReport } from './run-seed.ts';
import { commandOf, shrink } from './shrink.ts';
import { dayOf, Tally } from './tally.ts';

const startMs = Date.parse('2026-12-01T00:00:00Z');
const progressMs = 20_000;

process.exitCode = await main();

async function main(): Promise<number> {
  if (options.isHelp) {
    console.log(help);
    return 0;
  }
  if (options.isEachCrash) return deaths(quietDays(options.from, options.seeds));
  if (options.scenarios && options.seed === undefined)
    return deaths(options.scenarios.map((scenario) => ({ seed: 1, scenario })));
  return options.seed === undefined ? many() : one({ ...common, seed: options.seed });
}

async function many(): Promise<number> {
  const log = new DayLog(options.log);
  const tally = new Tally();
  for (const day of log.days) tally.add(day);
  const known = new Set(log.days.map(({ seed }) => seed));
  const [failed, counted, began] = [[] as Job[], tally.seeds, performance.now()];
  const seconds = () => (performance.now() - began) / 1000;
  let toldAtMs = began;
  const crew = await Crew.start(options.jobs);
  await crew.work(jobs(known), (job, report) => {
    tally.add(dayOf(report));
    log.add(dayOf(report));
    if (performance.now() - toldAtMs > progressMs) {
      toldAtMs = performance.now();
      console.log(`… seed ${job.seed}: ${tally.line(seconds())}`);
    }
    if (!report.violation) return true;
    console.log(failure(job, report));
    failed.push(job);
    return options.goesOn;
  });
  for (const job of failed.slice(0, 3)) await explain(crew, job);
  await crew.close();
  console.log(tally.text(seconds(), tally.seeds - counted));
  return tally.violations === 0 ? 0 : 1;
}

function* jobs(known: ReadonlySet<number>): Generator<Job> {
  for (let seed = options.from; seed < options.from + options.seeds; seed += 1)
    if (!known.has(seed)) yield { ...common, seed };
}

async function one(job: Job): Promise<number> {
  const crew = await Crew.start(1);
  const report = await crew.run(job, true);
  await crew.close();
  if (options.isTraced) for (const line of report.history) console.log(line);
  else if (report.violation) print(report);
  console.log(report.violation ? failure(job, report) : `seed ${job.seed} (${report.profile}) holds`);
  console.log(`trace ${report.traceHash}, ${report.events} events, ${report.calls} calls, ${report.leases} leases`);
  return report.violation ? 1 : 0;
}

const quietDays = (from: number, seeds: number): readonly Job[] =>
  Array.from({ length: seeds }, (_, index) => ({ seed: from + index, isQuiet: true }));

/** Each again for every place where a process could die, with one death there, and where asked for with two. */
async function deaths(all: readonly Job[]): Promise<number> {
  const crew = await Crew.start(options.jobs);
  const counts = { runs: 0, violations: 0 };
  const told = (job: Job, report: SeedReport): boolean => {
    counts.runs += 1;
    if (!report.violation) return true;
    counts.violations += 1;
    console.log(failure(job, report));
    return options.goesOn;
  };
  for (const job of all) {
    const before = { ...counts };
    const after = await dieOnce(crew, job, told);
    if (options.isPairs) await crew.work(pairsOf(job, after, { every: options.every }), told);
    console.log(
      `${job.scenario ?? `quiet day ${job.seed}`}: ${counts.runs - before.runs} runs, ${counts.violations - before.violations} violations`,
    );
  }
  await crew.close();
  console.log(`${counts.runs} runs in all, ${counts.violations} violations`);
  return counts.violations === 0 ? 0 : 1;
}

/** The least that still fails, and what happened then to the rule concerned. */
async function explain(crew: Crew, job: Job): Promise<void> {
  const least = await shrink(crew, job);
  const report = await crew.run(least, true);
  print(report);
  console.log(`shrunk: ${failure(least, report)}\nkeep it: add the seed to test/sim/seeds.ts`);
}

function print({ history, violation }: SeedReport): void {
  const key = violation?.key ?? '';
  const [groupId = ''] = key.split(' ');
  const told = history.filter((line) => line.includes(key) || line.includes(groupId) || line.includes(' died'));
  for (const line of told.slice(-60)) console.log(line.slice(0, 1_500));
}

function failure(job: Job, { profile, violation }: SeedReport): string {
  const at = (((violation?.atMs ?? 0) - startMs) / 1000).toFixed(1);
  return `SIM FAIL seed=${job.seed} commit=${commit()} profile=${profile} checker=${violation?.checker} at t=${at} ${violation?.key}: ${violation?.message} | ${commandOf(job)}`;
}

/** Where this is run without its history, nobody can say. */
function commit(): string {
  try {
    const state = execFileSync('git', ['describe', '--always', '--dirty', '--exclude=*'], { stdio: 'pipe' });
    return state.toString().trim();
  } catch {
    return 'unknown';
  }
}
