import { type Command, Option } from 'commander';
import { readDuration, readInstant } from './durations.ts';
import { examples, lazily } from './lazily.ts';
import { readTicket } from './request-options.ts';
import { readPeers, readPorts, readPriority } from './rule-options.ts';

const openHelp = `
Waits until the rules are open (15 s at most); status 3 means: taken, and still being opened.

At its end a rule is removed within two seconds. Security groups are stateful: a connection that was made before
may live on for up to 910 seconds after that.
${examples(
  'open --group sg-demo-web --port 22 --from 203.0.113.7 --for 30m --reason "restart the worker"',
  'open --group sg-demo-db --port 3306,33060 --from sg-demo-web --for 2h --ticket jira:OPS-1234',
  'open --group sg-demo-web --port 443 --to 198.51.100.0/24 --until 2026-12-01T18:00:00+08:00',
  'open --group sg-demo-web --protocol all --from 192.0.2.0/24 --policy drop --for 1h --reason quarantine',
)}`;

/** `plan` and `open` take the same request. */
export function addRequestCommands(program: Command): void {
  request(program.command('plan'))
    .description('say what a request would do, without doing it')
    .addHelpText('after', examples('plan --group sg-demo-web --port 22 --from 203.0.113.7 --for 30m'))
    .action(lazily(async () => (await import('./commands/plan.ts')).plan));
  request(program.command('open'))
    .description('open rules for a time')
    .option('--no-wait', 'return once the request is taken')
    .addHelpText('after', openHelp)
    .action(lazily(async () => (await import('./commands/open.ts')).open));
}

function request(command: Command): Command {
  return command
    .requiredOption('-g, --group <id>', 'security group, such as sg-demo-web')
    .option('-p, --port <ports>', '22, 8000-8010, or several with commas; may be repeated', readPorts)
    .option('--from <peer>', 'who comes in: address, CIDR, sg-… or pl-…; may be repeated', readPeers)
    .option('--to <peer>', 'where it goes out to (egress); may be repeated', readPeers)
    .option('--protocol <name>', 'tcp, udp, icmp, icmpv6, gre, all or a number', 'tcp')
    .option('--for <duration>', 'how long: 20s, 30m, 2h, 1d, 1h30m or PT1H30M', readDuration)
    .option('--until <instant>', 'until when, instead: 2026-12-01T09:00:00Z', readInstant)
    .option('--starts-at <instant>', 'when it begins; now, if not given', readInstant)
    .option('-r, --reason <text>', 'why')
    .option('--ticket <key>', 'OPS-1234, or with its system: jira:OPS-1234', readTicket)
    .addOption(new Option('--policy <policy>', 'what the rule does').choices(['accept', 'drop']).default('accept'))
    .option('--priority <number>', '1 (highest) to 100', readPriority, 1)
    .option('--description <text>', 'text of the rule, before our mark')
    .option('--region <id>', 'region', 'cn-hangzhou')
    .option('--account <name>', 'account, as accounts.yaml calls it', 'default')
    .addOption(new Option('--cloud <name>', 'cloud').choices(['ecs', 'ens', 'apsara']).default('ecs'))
    .option('--id <id>', 'id of the request: the same id twice is one request');
}
