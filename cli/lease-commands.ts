import { type Command, InvalidArgumentError } from 'commander';
import { readDuration, readInstant } from './durations.ts';
import { examples, lazily } from './lazily.ts';

/** Commands about leases that there are. */
export function addLeaseCommands(program: Command): void {
  addLooks(program);
  addMoves(program);
  addDecisions(program);
  program
    .command('end')
    .description('end leases now, and wait until their rules are gone')
    .argument('[ids...]', 'leases')
    .option('-a, --all', 'every live lease')
    .option('-g, --group <id>', 'every live lease of a security group')
    .option('--requester <name>', 'every live lease of a person')
    .option('-r, --reason <text>', 'why')
    .option('--no-wait', 'return once they are told to end')
    .addHelpText('after', examples('end 01jd3k…', 'end --group sg-demo-web --reason incident', 'end --all'))
    .action(lazily(async () => (await import('./commands/end.ts')).end));
}

function addLooks(program: Command): void {
  program
    .command('list')
    .description('list live leases, newest first')
    .option('-a, --all', 'those that are over too')
    .option('--stuck', 'only those that could not be undone yet')
    .option('--review', 'only emergencies that nobody has reviewed yet, those that are over too')
    .option('-g, --group <id>', 'only of a security group')
    .option('--requester <name>', 'only of a person')
    .option('-n, --limit <number>', 'how many at most', readLimit, 50)
    .addHelpText('after', examples('list', 'list --all --group sg-demo-web', 'list --stuck --json'))
    .action(lazily(async () => (await import('./commands/list.ts')).list));
  program
    .command('show')
    .description('show a lease and its story')
    .argument('<id>', 'lease')
    .addHelpText('after', examples('show 01jd3k…'))
    .action(lazily(async () => (await import('./commands/show.ts')).show));
  program
    .command('why')
    .description('say in plain words why a lease is in its state')
    .argument('<id>', 'lease')
    .addHelpText('after', examples('why 01jd3k…', 'why 01jd3k… --json'))
    .action(lazily(async () => (await import('./commands/why.ts')).why));
}

function addMoves(program: Command): void {
  program
    .command('extend')
    .description('move the end of a lease away')
    .argument('<id>', 'lease')
    .option('--by <duration>', 'added to its present end: 30m, 2h', readDuration)
    .option('--until <instant>', 'the new end: 2026-12-01T09:00:00Z', readInstant)
    .option('-r, --reason <text>', 'why')
    .option('--id <id>', 'id of the message: the same id twice moves once')
    .addHelpText('after', examples('extend 01jd3k… --by 30m --reason "not ready"'))
    .action(lazily(async () => (await import('./commands/move.ts')).extend));
  program
    .command('shorten')
    .description('bring the end of a lease nearer')
    .argument('<id>', 'lease')
    .option('--to <duration>', 'counted from now: 10m', readDuration)
    .option('--until <instant>', 'the new end: 2026-12-01T09:00:00Z', readInstant)
    .option('-r, --reason <text>', 'why')
    .option('--id <id>', 'id of the message: the same id twice moves once')
    .addHelpText('after', examples('shorten 01jd3k… --to 10m'))
    .action(lazily(async () => (await import('./commands/move.ts')).shorten));
}

function addDecisions(program: Command): void {
  program
    .command('approve')
    .description('approve a lease that waits for it, as somebody who did not ask for it')
    .argument('<id>', 'lease')
    .option('-r, --reason <text>', 'why')
    .option('--digest <digest>', 'approve only what curfew show printed with this digest')
    .option('--id <id>', 'id of the message: the same id twice is one approval')
    .option('--no-wait', 'return once it is taken')
    .addHelpText('after', examples('approve 01jd3k… --reason "agreed in OPS-1234"'))
    .action(lazily(async () => (await import('./commands/decide.ts')).approve));
  program
    .command('reject')
    .description('refuse a lease that waits for approval')
    .argument('<id>', 'lease')
    .option('-r, --reason <text>', 'why')
    .option('--id <id>', 'id of the message')
    .addHelpText('after', examples('reject 01jd3k… --reason "use the bastion"'))
    .action(lazily(async () => (await import('./commands/decide.ts')).reject));
  program
    .command('review')
    .description('say what an emergency was, as somebody who did not ask for it')
    .argument('<id>', 'lease')
    .requiredOption('-r, --reason <text>', 'what it was')
    .addHelpText('after', examples('review 01jd3k… --reason "OPS-99: the index was full, see the report"'))
    .action(lazily(async () => (await import('./commands/review.ts')).review));
}

function readLimit(text: string): number {
  if (/^[1-9]\d{0,4}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('A limit is a number from 1 to 99999.');
}
