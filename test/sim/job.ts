import { actsOnTexts } from './bare-cloud.ts';
import { mutants } from './mutants.ts';
import { type FaultClass, faultClasses, type Plan, type Profile, planOf, quietPlan } from './plan.ts';
import { runSeed, type SeedReport } from './run-seed.ts';
import { dayWithoutLedger, type Scenario, scenarios, stagePlan } from './scenarios.ts';

/** One run, in words that another thread or a command line can be told. */
export type Job = {
  readonly seed: number;
  readonly profile?: Profile | undefined;
  /** With revoke and modify leases or without, whatever the seed draws. */
  readonly changes?: boolean | undefined;
  /** With a ledger that is lost, or without. */
  readonly losses?: boolean | undefined;
  /** On a cloud without rule ids and client tokens; without revoke and modify leases. */
  readonly isBare?: boolean | undefined;
  /** A planted bug by name. */
  readonly mutant?: string | undefined;
  /** One of the small worlds by name, instead of a day. */
  readonly scenario?: string | undefined;
  /** The short quiet day instead of the drawn one. */
  readonly isQuiet?: boolean | undefined;
  /** Places at which a process dies, counted from 0. */
  readonly crashAt?: readonly number[] | undefined;
  /** Of the fault classes that the seed switches on, only these; of its authorize leases only so many. */
  readonly only?: readonly FaultClass[] | undefined;
  readonly leases?: number | undefined;
};

/** Throws on a planted bug that there is not: it would pass for one that nobody notices. */
export function runJob(job: Job, isTold = false): Promise<SeedReport> {
  const { seed, mutant, crashAt } = job;
  const scenario = scenarioOf(job);
  const make = mutant === undefined ? undefined : mutants[mutant];
  if (mutant !== undefined && !make) throw new Error(`planted bugs are: ${Object.keys(mutants).join(', ')}`);
  return runSeed(seed, {
    ...{ plan: scenario ? stagePlan(scenario, seed) : planFor(job), isTold, crashAt: crashAt ?? [] },
    ...(make ? { mutant: make() } : {}),
    ...(scenario ? { scenario } : {}),
  });
}

function scenarioOf({ scenario }: Job): Scenario | undefined {
  if (scenario === undefined) return undefined;
  const found = scenario === 'a day without the ledger' ? dayWithoutLedger : scenarios[scenario];
  if (!found) throw new Error(`scenarios are: ${Object.keys(scenarios).join(', ')}`);
  return found;
}

export function planFor({ seed, profile, changes, losses, isBare = false, isQuiet, only, leases }: Job): Plan {
  const plan = isQuiet ? quietPlan(seed) : planOf(seed, profile, isBare ? false : changes, losses);
  const off = faultClasses.filter((name) => (only && !only.includes(name)) || (isBare && actsOnTexts.includes(name)));
  const rates = { ...plan.rates, ...Object.fromEntries(off.map((name) => [name, 0])) };
  return { ...plan, rates, isBare, leases: Math.min(plan.leases, leases ?? plan.leases) };
}
