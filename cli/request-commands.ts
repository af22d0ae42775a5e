import { type Command, Option } from 'commander';
import { readRuleIds, readSet } from './change-options.ts';
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

const undone = `
Without --for or --until it stays so: a scheduled change. With an end, the rule is put back as it was, unless somebody
else changed it meanwhile: then the lease is stuck, and curfew why tells both forms of the rule.
`;
const modifyHelp = `
--set takes the fields of a rule (priority, policy, description, portRange, ipProtocol, sourceCidrIp …), or the words of
the other options (port, protocol, from, to). A rule that is named by its attributes can be given another description
only. What would let more through is refused, unless guards.yaml allows it.
${undone}${examples(
  'modify --group sg-demo-web --rule sgr-bp67acfmxazb4p --set priority=9 --set description="for a while" --for 2h',
  'modify --group sg-demo-web --rule sgr-bp67acfmxazb4p --set from=10.1.0.0/16 --starts-at 2026-12-01T09:00:00Z',
  'modify --group sg-demo-web --port 443 --from 10.0.0.0/8 --set description="owned by the portal team"',
)}`;
const revokeHelp = `${undone}${examples(
  'revoke --group sg-demo-web --rule sgr-bp67acfmxazb4p --for 1h --reason "is it needed?"',
  'revoke --group sg-demo-web --port 22 --from 10.1.0.0/16 --starts-at 2026-12-01T09:00:00Z',
)}`;
const planHelp = examples(
  'plan --group sg-demo-web --port 22 --from 203.0.113.7 --for 30m',
  'plan --group sg-demo-web --protocol all --from 192.0.2.0/24 --policy drop --priority 1 --for 1h',
  'plan --action modify --group sg-demo-web --rule sgr-bp67acfmxazb4p --set priority=9',
);

/** `plan` takes what the others take. */
export function addRequestCommands(program: Command): void {
  common(named(described(attributes(program.command('plan'))), 'a rule that modify or revoke changes'))
    .description('say what a request would do, without doing it')
    .addOption(
      new Option('--action <action>', 'what is planned')
        .choices(['authorize', 'modify', 'revoke'])
        .default('authorize'),
    )
    .option('--set <field=value>', 'what modify sets; may be repeated', readSet)
    .addHelpText('after', planHelp)
    .action(lazily(async () => (await import('./commands/plan.ts')).plan));
  common(described(attributes(program.command('open'))))
    .description('open rules for a time')
    .option('--no-wait', 'return once the request is taken')
    .addHelpText('after', openHelp)
    .action(lazily(async () => (await import('./commands/open.ts')).open));
  common(named(attributes(program.command('modify')), 'the rule'))
    .description('change rules that are there, for a time or for good')
    .option('--set <field=value>', 'what to set: priority=9; may be repeated', readSet)
    .option('--no-wait', 'return once the request is taken')
    .addHelpText('after', modifyHelp)
    .action(lazily(async () => (await import('./commands/change.ts')).modify));
  common(named(attributes(program.command('revoke')), 'the rule'))
    .description('remove rules that are there, for a time or for good')
    .option('--no-wait', 'return once the request is taken')
    .addHelpText('after', revokeHelp)
    .action(lazily(async () => (await import('./commands/change.ts')).revoke));
}

const named = (command: Command, what: string): Command =>
  command.option('--rule <id>', `${what}, by its id in the cloud: sgr-…; may be repeated`, readRuleIds);

const described = (command: Command): Command =>
  command.option('--description <text>', 'text of the rule, before our mark');

const attributes = (command: Command): Command =>
  command
    .option('-p, --port <ports>', '22, 8000-8010, or several with commas; may be repeated', readPorts)
    .option('--from <peer>', 'who comes in: address, CIDR, sg-… or pl-…; may be repeated', readPeers)
    .option('--to <peer>', 'where it goes out to (egress); may be repeated', readPeers)
    .option('--protocol <name>', 'tcp, udp, icmp, icmpv6, gre, all or a number', 'tcp')
    .addOption(new Option('--policy <policy>', 'what the rule does').choices(['accept', 'drop']).default('accept'))
    .option('--priority <number>', '1 (highest) to 100', readPriority, 1);

const common = (command: Command): Command =>
  command
    .requiredOption('-g, --group <id>', 'security group, such as sg-demo-web')
    .option('--for <duration>', 'how long: 20s, 30m, 2h, 1d, 1h30m or PT1H30M', readDuration)
    .option('--until <instant>', 'until when, instead: 2026-12-01T09:00:00Z', readInstant)
    .option('--starts-at <instant>', 'when it begins; now, if not given', readInstant)
    .option('-r, --reason <text>', 'why')
    .option('--ticket <key>', 'OPS-1234, or with its system: jira:OPS-1234', readTicket)
    .option('--region <id>', 'region', 'cn-hangzhou')
    .option('--account <name>', 'account, as accounts.yaml calls it', 'default')
    .addOption(new Option('--cloud <name>', 'cloud').choices(['ecs', 'ens', 'apsara']).default('ecs'))
    .option('--id <id>', 'id of the request: the same id twice is one request')
    .option('--break-glass', 'an emergency: loud, short, and reviewed by somebody else afterwards');
