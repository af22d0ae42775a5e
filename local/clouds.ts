/** `npm run clouds -- --port P --data DIR --fresh`: the emulated clouds alone. */
import { rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { startClouds } from './clouds/start-clouds.ts';
import { untilStopped } from './stack/until-stopped.ts';

const PORT_MAX = 65_500;
const EXIT_BUSY = 3;

type Options = { readonly port: number; readonly data: string; readonly fresh: boolean };

const options = new Command()
  .name('clouds')
  .description('Runs the emulated clouds on this machine until Ctrl-C.')
  .option('--port <port>', 'base port; the clouds listen on fixed ones above it', readPort, 8700)
  .option('--data <folder>', 'where the groups are kept', '.curfew')
  .option('--fresh', 'begin anew', false)
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))
  .parse()
  .opts<Options>();

await run(options);

async function run({ port, data, fresh }: Options): Promise<void> {
  const dataDir = resolve(data);
  try {
    if (fresh) {
      for (const cloud of ['ecs', 'ens', 'apsara']) {
        rmSync(join(dataDir, cloud), { recursive: true, force: true });
      }
    }
    const clouds = await startClouds({ basePort: port, dataDir });
    process.stdout.write(
      [
        `ECS     ${clouds.ecs.url}`,
        `ENS     ${clouds.ens.url}`,
        `Apsara  ${clouds.apsara.url}/apsara/route/Ecs/{Action}`,
        `STS     ${clouds.sts.url}`,
        `access key local, secret local-secret; switches and faults: curl ${clouds.ecs.url}/_emulator`,
        '',
      ].join('\n'),
    );
    await untilStopped();
    await clouds.close();
  } catch (error) {
    process.stderr.write(`cannot start: ${reasonOf(error)}\n`);
    process.exitCode = EXIT_BUSY;
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') {
    return `${error.message}; another program listens there, choose another base port with --port`;
  }
  return error instanceof Error ? error.message : String(error);
}

function readPort(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 1 || port > PORT_MAX) {
    throw new InvalidArgumentError(`a base port is a whole number from 1 to ${PORT_MAX}`);
  }
  return port;
}
