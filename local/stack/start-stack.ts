import { randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildFunctions } from '../../scripts/bundle/build-functions.ts';
import { startClouds } from '../clouds/start-clouds.ts';
import { startFunctionHost } from '../functions/function-host.ts';
import { startLogin } from '../login/start-login.ts';
import { PostgresError } from '../postgres/postgres-error.ts';
import { startPostgres } from '../postgres/start-postgres.ts';
import { deployedFunctions } from './deployed-functions.ts';
import { startFront } from './front.ts';
import { StackBusy } from './stack-error.ts';
import { claimFolder, type StackFile, stackFile, writeStackFile } from './stack-file.ts';

const accountId = '1000000000000001';
export const regionId = 'cn-hangzhou';
const credentials = { accessKeyId: 'local', accessKeySecret: 'local-secret' };
const root = fileURLToPath(new URL('../..', import.meta.url));

export type StackOptions = {
  readonly port: number;
  readonly dataDir: string;
  /** Begin anew: the ledger and the emulated clouds of this folder are removed. */
  readonly isFresh: boolean;
  readonly progress: (message: string) => void;
  /** Every line that a function writes; all of them go to `<data>/functions.log` anyway. */
  readonly onLog?: (line: string) => void;
};
export type Stack = { readonly file: Omit<StackFile, 'pid' | 'startedAt'>; stop(): Promise<void> };

/** The whole product on one machine. What was started is stopped again when something later cannot start. */
export async function startStack(options: StackOptions): Promise<Stack> {
  const { dataDir } = options;
  await claimFolder(dataDir);
  if (options.isFresh) await removeState(dataDir);
  const stops: (() => Promise<unknown>)[] = [];
  const stop = async (): Promise<void> => {
    // Latest first: nobody is to call what is gone already.
    for (const one of stops.splice(0).reverse()) await one();
  };
  try {
    return { file: await startAll(options, stops), stop };
  } catch (error) {
    await stop();
    throw asBusy(error, options.port);
  }
}

async function startAll(options: StackOptions, stops: (() => Promise<unknown>)[]): Promise<Stack['file']> {
  const { port, dataDir, progress } = options;
  const clouds = await startClouds({ basePort: port, dataDir });
  stops.push(() => clouds.close());
  progress('starting PostgreSQL');
  const postgres = await startPostgres({ dataDir: join(dataDir, 'postgres'), port: port + 6, log: progress });
  stops.push(() => postgres.stop());
  progress('building the functions');
  const bundles = join(dataDir, 'functions');
  await buildFunctions(root, bundles);
  const token = await keepSecret(dataDir, 'api-token');
  const functionsUrl = `http://127.0.0.1:${port + 4}`;
  const url = `http://127.0.0.1:${port}`;
  const login = await startLogin({ port: port + 5, consoleUrl: url });
  stops.push(() => login.close());
  const sessionKey = await keepSecret(dataDir, 'session-key');
  const env = {
    ...ownVariables(),
    CURFEW_LOCAL: '1',
    DATABASE_URL: postgres.url,
    ECS_ENDPOINT: clouds.ecs.url,
    ENS_ENDPOINT: clouds.ens.url,
    APSARA_ENDPOINT: clouds.apsara.url,
    STS_ENDPOINT: clouds.sts.url,
    FC_ENDPOINT: functionsUrl,
    CURFEW_API_TOKENS: `local:${token}`,
    ...login.settings,
    CURFEW_SESSION_KEYS: sessionKey,
  };
  const functions = await deployedFunctions({ sYaml: join(root, 's.yaml'), bundles, env });
  const onLog = logTo(dataDir, options.onLog, stops);
  const host = await startFunctionHost({ port: port + 4, functions, region: regionId, accountId, credentials, onLog });
  stops.push(() => host.close());
  const front = await startFront({ port, host, accountId });
  stops.push(() => front.close());
  const file = {
    url,
    console: url,
    hooks: `${url}/hooks/tickets`,
    clouds: { ecs: clouds.ecs.url, ens: clouds.ens.url, apsara: clouds.apsara.url, sts: clouds.sts.url },
    functions: host.url,
    login: login.issuer,
    DATABASE_URL: postgres.url,
    token,
    pids: { stack: process.pid, postgres: postgres.pid },
  };
  await writeStackFile(dataDir, file);
  stops.push(() => rm(stackFile(dataDir), { force: true }));
  return file;
}

async function removeState(dataDir: string): Promise<void> {
  for (const name of ['postgres', 'ecs', 'ens', 'apsara', 'functions', 'functions.log']) {
    await rm(join(dataDir, name), { recursive: true, force: true });
  }
}

/** Secrets outlive restarts, so that a shell which has the token, and a browser that is logged in, keep working. */
async function keepSecret(dataDir: string, name: string): Promise<string> {
  const file = join(dataDir, name);
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch {
    const secret = randomBytes(24).toString('base64url');
    await mkdir(dataDir, { recursive: true });
    await writeFile(file, `${secret}\n`, { mode: 0o600 });
    return secret;
  }
}

function logTo(dataDir: string, also: StackOptions['onLog'], stops: (() => Promise<unknown>)[]) {
  const file = createWriteStream(join(dataDir, 'functions.log'), { flags: 'a', mode: 0o600 });
  stops.push(() => new Promise((resolve) => file.end(resolve)));
  return (line: string) => {
    file.write(`${line}\n`);
    also?.(line);
  };
}

/** Settings, and the secrets that a configuration folder of one's own names. */
const ownVariables = (): Record<string, string> =>
  Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) =>
      name.startsWith('CURFEW_') && value !== undefined ? [[name, value]] : [],
    ),
  );

function asBusy(error: unknown, port: number): unknown {
  if (error instanceof PostgresError && (error.code === 'PORT_BUSY' || error.code === 'FOLDER_BUSY')) {
    return new StackBusy(error.message);
  }
  if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') {
    return new StackBusy(`${error.message}; the stack takes ports ${port} to ${port + 7}: choose others with --port`);
  }
  return error;
}
