import { CommanderError } from 'commander';
import { oneLine } from '../shared/rule/one-line.ts';
import { exitStatus, Failure } from './failure.ts';
import { createProgram } from './program.ts';

/** Fields of a request, as the command line calls them. */
const optionsOf: readonly (readonly [RegExp, string])[] = [
  [/^\/duration$/, '--for, --by or --to'],
  [/^\/expiresAt$/, '--until'],
  [/^\/startsAt$/, '--starts-at'],
  [/^\/target\/securityGroupId$/, '--group'],
  [/^\/target\/regionId$/, '--region'],
  [/^\/target\/(?:account|cloud)$/, '--account, --cloud'],
  [/^\/rules(?:\/\d+)?\/set\b/, '--set'],
  [/^\/rules\/\d+\/securityGroupRuleId$/, '--rule'],
  [/^\/rules\/\d+\/portRange$/, '--port'],
  [/^\/rules\/\d+\/ipProtocol$/, '--protocol'],
  [/^\/rules\/\d+\/(?:ipv6)?Source\w*$/i, '--from'],
  [/^\/rules\/\d+\/(?:ipv6)?Dest\w*$/i, '--to'],
  [/^\/id$/, '--id'],
];

// Whoever reads us may stop early (head): that is no failure of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

const isJson = process.argv.includes('--json');

try {
  await createProgram().parseAsync();
} catch (error) {
  process.exitCode = fail(error);
}

function fail(error: unknown): number {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return exitStatus.done;
    // Help that nobody asked for: no command was given, and the help is on standard error already.
    if (error.code === 'commander.help') return exitStatus.usage;
    const message = error.message.replace(/^error: /, '');
    return tell(new Failure('usage', 'USAGE', message));
  }
  if (error instanceof Failure) return tell(error);
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  return tell(new Failure('refused', 'INTERNAL', 'this is a fault of curfew itself'));
}

function tell({ status, code, message, path, found }: Failure): number {
  const option = optionsOf.find(([form]) => form.test(path ?? ''))?.[1];
  if (isJson)
    process.stdout.write(`${JSON.stringify({ ...found, error: { code, message, path, status } }, null, 2)}\n`);
  const where = option === undefined ? '' : ` (${option})`;
  const hint = status === exitStatus.usage ? '\nTry: curfew --help, or curfew COMMAND --help' : '';
  process.stderr.write(`curfew: ${oneLine(message)}${where} [${code}]${hint}\n`);
  return status;
}
