import { type Command, InvalidArgumentError, Option } from 'commander';
import { readDuration, readInstant } from './durations.ts';
import { examples, lazily } from './lazily.ts';
import { readTicket } from './request-options.ts';

const adoptHelp = `
From then on the rule is ours: it bears our stamp in its Description, and is removed at the end like a rule that was
opened here. A lease that borrows it loses it then, too.
${examples(
  'adopt --group sg-demo-web --rule sgr-bp67acfmxazb4p --for 2h --reason "forgotten test rule"',
  'adopt --group sg-demo-web --rule sgr-bp67acfmxazb4p --until 2026-12-01T18:00:00Z --reason migration',
)}`;

/** Commands of whoever looks after it. */
export function addCareCommands(program: Command): void {
  program
    .command('doctor')
    .description('say what works and what does not, and what to do about it')
    .option('--rights', 'let each hand try what its role may do: its verb, and no other (a minute)')
    .addHelpText('after', examples('doctor', 'doctor --rights', 'doctor --json'))
    .action(lazily(async () => (await import('./commands/doctor.ts')).doctor));
  program
    .command('check')
    .description('validate the files of a configuration folder')
    .argument('[folder]', 'CURFEW_CONFIG, else the one beside this command')
    .option('--config <folder>', 'the same, as other commands call it')
    .addHelpText('after', examples('check', 'check ./config --json'))
    .action(lazily(async () => (await import('./commands/check.ts')).check));
  addCustody(program);
  addHooks(program);
}

function addCustody(program: Command): void {
  program
    .command('abandon')
    .description('give up a stuck lease: its rules stay as they are, and are tried no more')
    .argument('<id>', 'lease')
    .requiredOption('-r, --reason <text>', 'why')
    .option('--force', 'also a lease that is not stuck')
    .addHelpText('after', examples('abandon 01jd3k… --reason "settled by hand in OPS-99"'))
    .action(lazily(async () => (await import('./commands/abandon.ts')).abandon));
  program
    .command('adopt')
    .description('make a rule that is there ours: it goes at the end')
    .requiredOption('-g, --group <id>', 'security group, such as sg-demo-web')
    .requiredOption('--rule <id>', 'the rule, by its id in the cloud: sgr-…')
    .requiredOption('-r, --reason <text>', 'why')
    .option('--for <duration>', 'how long it may stay: 30m, 2h, 1d', readDuration)
    .option('--until <instant>', 'until when, instead: 2026-12-01T09:00:00Z', readInstant)
    .option('--ticket <key>', 'OPS-1234, or with its system: jira:OPS-1234', readTicket)
    .option('--region <id>', 'region', 'cn-hangzhou')
    .option('--account <name>', 'account, as accounts.yaml calls it', 'default')
    .addOption(new Option('--cloud <name>', 'cloud').choices(['ecs', 'ens', 'apsara']).default('ecs'))
    .option('--id <id>', 'id of the request: the same id twice is one request')
    .option('--no-wait', 'return once it is taken')
    .addHelpText('after', adoptHelp)
    .action(lazily(async () => (await import('./commands/adopt.ts')).adopt));
}

function readHeader(text: string, before: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> {
  const [, name, value] = /^([A-Za-z0-9-]+):\s*(.*)$/.exec(text) ?? [];
  if (name === undefined) throw new InvalidArgumentError("A header looks like 'X-GitHub-Event: issues'.");
  return { ...before, [name.toLowerCase()]: value ?? '' };
}

function addHooks(program: Command): void {
  program
    .command('hooks')
    .description('try webhooks out')
    .command('try')
    .description('say what a webhook body would do and why not, without sending it')
    .argument('<file>', 'the body, decrypted; - for standard input')
    .requiredOption('-s, --source <name>', 'whose webhook it is, as sources.yaml calls it')
    .option('--header <name: value>', 'a header, as often as needed', readHeader)
    .option('--headers <file>', 'headers, as a JSON object')
    .option('--instance <file>', 'the form that the body names, as its API answers (DingTalk, Feishu)')
    .option('--config <folder>', 'configuration folder: CURFEW_CONFIG, else the one beside this command')
    .addHelpText(
      'after',
      examples(
        'hooks try --source tickets body.json',
        'hooks try --source jira - < body.json',
        "hooks try --source github body.json --header 'X-GitHub-Event: issues'",
      ),
    )
    .action(lazily(async () => (await import('./commands/hooks-try.ts')).hooksTry));
}
