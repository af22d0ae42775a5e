/** `npm start -- --port P --data DIR --fresh`: the whole product on one machine, until Ctrl-C. */
import { resolve } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { StackBusy } from './stack/stack-error.ts';
import { type Stack, startStack } from './stack/start-stack.ts';
import { untilStopped } from './stack/until-stopped.ts';

const portMax = 65_500;
const exitBusy = 3;

type Options = { readonly port: number; readonly data: string; readonly fresh: boolean; readonly verbose: boolean };

const options = new Command()
  .name('npm start --')
  .description('Runs Curfew with emulated clouds, Function Compute and a PostgreSQL of its own, until Ctrl-C.')
  .option('--port <port>', 'base port; the stack takes it and the seven after it', readPort, 8700)
  .option('--data <folder>', 'where the ledger and the emulated clouds are kept', '.curfew')
  .option('--fresh', 'begin anew', false)
  .option('--verbose', 'print every log line of the functions', false)
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))
  .parse()
  .opts<Options>();

await run(options);

async function run({ port, data, fresh, verbose }: Options): Promise<void> {
  const stopped = untilStopped();
  try {
    const dataDir = resolve(data);
    const stack = await startStack({
      port,
      dataDir,
      isFresh: fresh,
      progress: (message) => process.stdout.write(`… ${message}\n`),
      onLog: (line) => {
        if (verbose || isWorthSeeing(line)) process.stdout.write(`${line}\n`);
      },
    });
    process.stdout.write(banner(stack, data));
    await stopped;
    process.stdout.write('stopping\n');
    await stack.stop();
    process.exit(0);
  } catch (error) {
    process.stderr.write(`cannot start: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(error instanceof StackBusy ? exitBusy : 1);
  }
}

function banner({ file }: Stack, data: string): string {
  const body = JSON.stringify({
    target: { cloud: 'ecs', regionId: 'cn-hangzhou', securityGroupId: 'sg-demo-web' },
    rules: [{ direction: 'ingress', ipProtocol: 'tcp', portRange: '2222/2222', sourceCidrIp: '203.0.113.7/32' }],
    duration: 'PT1M',
    reason: 'a first try',
  });
  const server =
    file.url === 'http://127.0.0.1:8700' && data === '.curfew' ? '' : ` --server ${file.url} --token ${file.token}`;
  return `
Curfew is running: rules that go home on time.

  console and API   ${file.console}    (/openapi.json, /api/leases)
  webhooks          ${file.hooks}    (Standard Webhooks, source "tickets")
  ECS               ${file.clouds.ecs}    (access key local, secret local-secret, as for all clouds)
  Edge Node Service ${file.clouds.ens}    (ENS, group sg-demo-ens)
  Apsara Stack      ${file.clouds.apsara}/apsara/route/Ecs/{Action}    (group sg-demo-stack, cn-qingdao-env17-d01)
  Function Compute  ${file.functions}
  STS               ${file.clouds.sts}
  log-in provider   ${file.login}    (OpenID Connect; choose a person at ${file.console}/auth/login)
  PostgreSQL        ${file.DATABASE_URL}
  all of it         ${data}/stack.json; logs of the functions: ${data}/functions.log

Try it in another shell:

  curl -sS ${file.url}/api/leases -H 'authorization: Bearer ${file.token}' -H 'content-type: application/json' -d '${body}'

  npx curfew open --group sg-demo-web --port 22 --from 203.0.113.7 --for 20s --reason "a first try"${server}

Ctrl-C ends it.
`;
}

/** Results of timers that found nothing to do would bury the rest. */
function isWorthSeeing(line: string): boolean {
  return /"level":"(?:warn|error)"/.test(line);
}

function readPort(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 1 || port > portMax) {
    throw new InvalidArgumentError(`a base port is a whole number from 1 to ${portMax}`);
  }
  return port;
}
