import { parseArgs } from 'node:util';
import { runContract } from './contract.ts';
import { regionEndpoint } from './endpoint.ts';
import { behaviourOf, reportText } from './report.ts';
import { namePrefix } from './scratch-group.ts';

/**
 * `npm run contract -- --real`: tries on a real account what the documents of the cloud leave open, and runs the
 * port's contract suite against it. Exit status: 0 all told and held, 1 something was not, 2 wrong usage.
 */
const { values } = parseArgs({
  options: {
    real: { type: 'boolean', default: false },
    region: { type: 'string', default: 'cn-hangzhou' },
    vpc: { type: 'string' },
    endpoint: { type: 'string' },
    'settle-ms': { type: 'string' },
    'token-wait': { type: 'string', default: '0' },
    suite: { type: 'boolean', default: true },
  },
  allowNegative: true,
});

const endpoint = values.endpoint ?? regionEndpoint(values.region);
/** A real listing may lag where one experiment did not see it. */
const settleMs = Number(values['settle-ms'] ?? (values.endpoint === undefined ? 2_000 : 0));
const tokenWaitMs = Number(values['token-wait']) * 60_000;

process.exitCode = values.real ? await real().catch(failed) : refuse();

/** Before the group was made, or while it was removed: the next run removes what is left. */
function failed(error: unknown): number {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  return 3;
}

function refuse(): number {
  process.stderr.write(
    [
      'This changes security groups of a real account, so it must be asked for: npm run contract -- --real',
      `It would, with the credentials of the environment, at ${endpoint}:`,
      `  - remove the security groups that an earlier run left over (named ${namePrefix}…, with our description)`,
      `  - create one security group of that name in ${values.vpc ?? 'the VPC of any group of the region'}, with no instance in it`,
      '  - add, change and remove rules in it, some 300 calls, for addresses that are private or of documentation',
      `  - run the contract suite of the cloud port in it${values.suite ? '' : ' (not: --no-suite)'}`,
      '  - remove the group, also after a failure or Ctrl-C',
      'Options: --region R, --vpc ID, --endpoint URL, --token-wait MINUTES (how long a ClientToken lives),',
      '  --settle-ms N (time that a change has to be listed), --no-suite.',
      '',
    ].join('\n'),
  );
  return 2;
}

async function real(): Promise<number> {
  if (!Number.isFinite(settleMs) || !Number.isFinite(tokenWaitMs) || settleMs < 0 || tokenWaitMs < 0) {
    process.stderr.write('--settle-ms and --token-wait are numbers, from 0 on\n');
    return 2;
  }
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stop.abort(new Error(signal)));
  const tell = (line: string) => process.stderr.write(`${line}\n`);
  const { report, suite, left } = await runContract({
    regionId: values.region,
    endpoint,
    vpcId: values.vpc,
    settleMs,
    tokenWaitMs,
    withSuite: values.suite,
    signal: stop.signal,
    tell,
  });
  process.stdout.write(reportText(report));
  process.stdout.write(`\nPOST /_emulator/behaviour ${JSON.stringify(behaviourOf(report))}\n`);
  process.stdout.write(`contract suite: ${suite}\n`);
  if (left.length > 0) process.stdout.write(`still there, remove by hand: ${left.join(', ')}\n`);
  const isTold = report.failures.length === 0 && suite !== 'broken' && left.length === 0 && !stop.signal.aborted;
  return isTold ? 0 : 1;
}
