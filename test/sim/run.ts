import { parseArgs } from 'node:util';
import { mutants } from './mutants.ts';
import { type Profile, profiles, quietPlan } from './plan.ts';
import { runSeed, type SeedReport } from './run-seed.ts';
import { Tally } from './tally.ts';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '200' },
    from: { type: 'string', default: '1' },
    seed: { type: 'string' },
    profile: { type: 'string' },
    mutant: { type: 'string' },
    changes: { type: 'string' },
    trace: { type: 'boolean', default: false },
    'each-crash': { type: 'boolean', default: false },
    'keep-going': { type: 'boolean', default: false },
  },
});

const profile = profiles.find((one) => one === values.profile);
const mutant = values.mutant === undefined ? undefined : mutants[values.mutant];
if (values.profile !== undefined && !profile) throw new Error(`profiles are: ${profiles.join(', ')}`);
if (values.mutant !== undefined && !mutant) throw new Error(`planted bugs are: ${Object.keys(mutants).join(', ')}`);
const { changes } = values;
if (changes !== undefined && changes !== 'on' && changes !== 'off') throw new Error('changes are: on, off');
const options = () => ({
  ...(profile ? { profile } : {}),
  ...(mutant ? { mutant: mutant() } : {}),
  ...(changes ? { changes: changes === 'on' } : {}),
});

process.exitCode = values['each-crash']
  ? await eachCrash(Number(values.from), Number(values.seeds))
  : values.seed === undefined
    ? await many()
    : await one(Number(values.seed));

async function many(): Promise<number> {
  const [count, from] = [Number(values.seeds), Number(values.from)];
  const tally = new Tally();
  const began = performance.now();
  for (let seed = from; seed < from + count; seed += 1) {
    const report = await runSeed(seed, options());
    tally.add(report);
    if (!report.violation) continue;
    console.log(failure(report));
    if (values['keep-going']) continue;
    await tell(seed);
    break;
  }
  console.log(tally.text((performance.now() - began) / 1000));
  return tally.violations === 0 ? 0 : 1;
}

async function one(seed: number): Promise<number> {
  const report = await runSeed(seed, { ...options(), isTold: true });
  if (values.trace) for (const line of report.history) console.log(line);
  else if (report.violation) print(report);
  console.log(report.violation ? failure(report) : `seed ${seed} (${report.plan.profile}) holds`);
  console.log(`trace ${report.traceHash}, ${report.events} events, ${report.calls} calls, ${report.leases} leases`);
  return report.violation ? 1 : 0;
}

/** Quiet days, each again for every place where a process could die, with one death there. */
async function eachCrash(from: number, seeds: number): Promise<number> {
  let [runs, violations] = [0, 0];
  for (let seed = from; seed < from + seeds; seed += 1) {
    const plan = quietPlan(seed);
    const { crashPoints } = await runSeed(seed, { plan });
    for (let place = 0; place < crashPoints; place += 1) {
      const report = await runSeed(seed, { plan, crashAt: [place] });
      runs += 1;
      if (!report.violation) continue;
      violations += 1;
      console.log(`place ${place}: ${failure(report)}`);
    }
  }
  console.log(`${seeds} quiet days, ${runs} runs with one death at each place in turn, ${violations} violations`);
  return violations === 0 ? 0 : 1;
}

/** Runs the seed once more, telling everything, and shows what concerns the rule. */
async function tell(seed: number): Promise<void> {
  print(await runSeed(seed, { ...options(), isTold: true }));
}

function print({ history, violation }: SeedReport): void {
  const key = violation?.key ?? '';
  const [groupId = ''] = key.split(' ');
  const told = history.filter((line) => line.includes(key) || line.includes(groupId) || line.includes(' died'));
  for (const line of told.slice(-60)) console.log(line.slice(0, 1_500));
}

function failure({ plan, violation }: SeedReport): string {
  const chosen: Profile | undefined = profile;
  const again = `npm run sim -- --seed ${plan.seed}${chosen ? ` --profile ${chosen}` : ''}${values.mutant ? ` --mutant ${values.mutant}` : ''}${changes ? ` --changes ${changes}` : ''}`;
  const at = (((violation?.atMs ?? 0) - Date.parse('2026-12-01T00:00:00Z')) / 1000).toFixed(1);
  return `SIM FAIL seed=${plan.seed} profile=${plan.profile} checker=${violation?.checker} at t=${at} ${violation?.key}: ${violation?.message} | ${again}`;
}
