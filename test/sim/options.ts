import { parseArgs } from 'node:util';
import type { Job } from './job.ts';
import { mutants } from './mutants.ts';
import { type FaultClass, faultClasses, profiles } from './plan.ts';
import { scenarios } from './scenarios.ts';

export const help = `npm run sim -- [options]: simulated days of Curfew, with faults

  --seeds N --from M     N days from seed M on (200 from 1); stops at the first that fails
  --seed S               one day again, and what happened to the rule concerned; --trace: everything
  --profile P            ${profiles.join(', ')}, instead of the one that each seed draws
  --changes on|off       with or without leases that revoke and modify people's rules
  --losses on|off        with a ledger that is lost or restored, or without
  --bare                 on a cloud without rule ids and client tokens, and without changes of rules
  --mutant NAME          with a planted bug: ${Object.keys(mutants).join(', ')}
  --only A,B --leases N  of the seed's fault classes only these ("none"), of its leases only N: what shrinking prints
  --jobs N               on N threads (1)
  --keep-going           goes on after a failure
  --log FILE             appends a line for each day; days that stand there already are counted and not run again
  --each-crash           quiet days, each again for every place where a process can die
  --scenarios all|NAME   small worlds, each again for every place where a process can die; --pairs: and for two deaths
  --every N              of the pairs only one in N
  --help                 this text

Ends with status 1 when a promise was broken.`;

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '200' },
    from: { type: 'string', default: '1' },
    seed: { type: 'string' },
    profile: { type: 'string' },
    mutant: { type: 'string' },
    changes: { type: 'string' },
    losses: { type: 'string' },
    bare: { type: 'boolean', default: false },
    only: { type: 'string' },
    leases: { type: 'string' },
    jobs: { type: 'string', default: '1' },
    log: { type: 'string' },
    scenarios: { type: 'string' },
    pairs: { type: 'boolean', default: false },
    every: { type: 'string', default: '1' },
    quiet: { type: 'boolean', default: false },
    'crash-at': { type: 'string' },
    trace: { type: 'boolean', default: false },
    'each-crash': { type: 'boolean', default: false },
    'keep-going': { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

export const options = {
  ...{ isHelp: values.help, isTraced: values.trace, isEachCrash: values['each-crash'], goesOn: values['keep-going'] },
  ...{ log: values.log, from: number('from', values.from), seeds: number('seeds', values.seeds) },
  jobs: number('jobs', values.jobs),
  isPairs: values.pairs,
  every: Math.max(1, number('every', values.every)),
  scenarios: values.scenarios === undefined ? undefined : named(values.scenarios),
  seed: values.seed === undefined ? undefined : number('seed', values.seed),
};

/** What the command line says of every day. */
export const common: Omit<Job, 'seed'> = {
  profile: oneOf('profile', values.profile, profiles),
  mutant: oneOf('mutant', values.mutant, Object.keys(mutants)),
  changes: values.changes === undefined ? undefined : oneOf('changes', values.changes, ['on', 'off']) === 'on',
  losses: values.losses === undefined ? undefined : oneOf('losses', values.losses, ['on', 'off']) === 'on',
  isBare: values.bare || undefined,
  only: values.only === undefined ? undefined : classes(values.only),
  leases: values.leases === undefined ? undefined : number('leases', values.leases),
  crashAt: values['crash-at']?.split(',').map((place) => number('crash-at', place)),
  isQuiet: values.quiet || undefined,
  scenario: values.seed === undefined || values.scenarios === undefined ? undefined : named(values.scenarios)[0],
};

/** A name may have commas of its own. */
function named(text: string): readonly string[] {
  const name = oneOf('scenarios', text, ['all', ...Object.keys(scenarios)]);
  return name === undefined || name === 'all' ? Object.keys(scenarios) : [name];
}

function number(name: string, text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0) throw new Error(`--${name} takes a whole number, not "${text}"`);
  return value;
}

function oneOf<Word extends string>(name: string, text: string | undefined, words: readonly Word[]): Word | undefined {
  const word = words.find((one) => one === text);
  if (text !== undefined && word === undefined) throw new Error(`--${name} takes one of: ${words.join(', ')}`);
  return word;
}

function classes(text: string): readonly FaultClass[] {
  return text === 'none' ? [] : text.split(',').flatMap((name) => oneOf('only', name, faultClasses) ?? []);
}
