import { readFileSync } from 'node:fs';
import { Command, Option } from 'commander';
import { addAuditCommands } from './audit-commands.ts';
import { addCareCommands } from './care-commands.ts';
import { addLeaseCommands } from './lease-commands.ts';
import { addPolicyCommands } from './policy-commands.ts';
import { addRequestCommands } from './request-commands.ts';
import { addWholeCommands } from './whole-commands.ts';

const help = `
The local stack (npm start) is used unless a console is named: --server and --token, or CURFEW_SERVER and
CURFEW_TOKEN. The console knows who you are by the token.

Exit status: 0 done, 1 refused, 2 wrong usage, 3 could not reach, or not seen to be done in time.

Examples:
  curfew open --group sg-demo-web --port 22 --from 203.0.113.7 --for 30m --reason "restart the worker"
  curfew modify --group sg-demo-web --rule sgr-bp67acfmxazb4p --set priority=9 --for 2h
  curfew list
  curfew end --all --reason "going home"`;

export function createProgram(): Command {
  const program = new Command('curfew')
    .description('Rules that go home on time: time-boxed security-group changes for Alibaba Cloud.')
    .option('--json', 'print the result as JSON, errors too')
    .option('--server <url>', 'address of a deployed console (CURFEW_SERVER)')
    .option('--token <token>', 'API token (CURFEW_TOKEN, which other users of this machine cannot see)')
    .addOption(
      new Option('--lang <language>', 'language of what is said of leases, and of refusals').choices(['en', 'zh']),
    )
    .version(versionOf(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .addHelpText('after', help)
    .configureHelp({ showGlobalOptions: true })
    .showSuggestionAfterError()
    // Usage errors are written by main.ts, once, whether they are commander's or ours.
    .configureOutput({ outputError: () => undefined })
    .exitOverride();
  addRequestCommands(program);
  addLeaseCommands(program);
  addWholeCommands(program);
  addAuditCommands(program);
  addCareCommands(program);
  addPolicyCommands(program);
  return program;
}

function versionOf(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return String((JSON.parse(text) as { readonly version?: unknown }).version);
}
