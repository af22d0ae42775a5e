import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { build } from 'esbuild';
import { describe, expect, it, onTestFinished } from 'vitest';
import { buildFunctions } from '../../scripts/bundle/build-functions.ts';
import { bundleFunction } from '../../scripts/bundle/bundle-function.ts';
import { cutBarrel, cutClient } from '../../scripts/bundle/cut-text.ts';
import { overBudget } from '../../scripts/bundle/size-budget.ts';
import { configFileNames } from '../../shared/config/config-files.ts';
import { fixture, folderWith, root, runHandler } from './bundle-folder.ts';
import type { handler as ecsOperations } from './fixtures/ecs-operations.ts';
import type { handler as nudges } from './fixtures/nudges.ts';
import { answers, startRecordedCloud } from './recorded-cloud.ts';

/** Bundles a source that stands in for a function's handler. */
async function bundle(source: string) {
  const folder = folderWith({ 'handler.ts': source });
  const outfile = join(folder, 'index.js');
  const metafile = await bundleFunction({ entry: join(folder, 'handler.ts'), outfile, root });
  return { outfile, inputs: Object.keys(metafile.inputs) };
}
const failureOf = (source: string): Promise<string> =>
  bundle(source).then(
    () => 'it was built',
    (error: Error) => error.message,
  );

/** One source twice: with the vendor's packages as they are, and as it is deployed. */
async function plainAndBundled<Handler extends (event: never) => unknown>(entry: string) {
  const folder = folderWith();
  const [plain, bundled] = [join(folder, 'plain.js'), join(folder, 'bundled.js')];
  const common = { bundle: true, platform: 'node', target: 'node20', format: 'cjs' } as const;
  const external = ['@alicloud/*', '@darabonba/*'];
  await build({ entryPoints: [entry], outfile: plain, external, ...common });
  await bundleFunction({ entry, outfile: bundled, root });
  const cloud = await startRecordedCloud();
  onTestFinished(cloud.close);
  const run = async (file: string, event: unknown) => {
    const preload = [fixture('frozen-process.cjs')];
    const result = await runHandler(file, event, { preload });
    return { result, wire: cloud.takeWire() };
  };
  return {
    endpoint: cloud.endpoint,
    both: async (event: Parameters<Handler>[0]) => [await run(plain, event), await run(bundled, event)] as const,
  };
}

describe('the bundled clients of the vendor', () => {
  it('put the same bytes on the wire of ECS as the plain ones, and understand every answer alike', async () => {
    const { endpoint, both } = await plainAndBundled<typeof ecsOperations>(fixture('ecs-operations.ts'));
    const keys = { accessKeyId: 'local', accessKeySecret: 'local-secret', securityToken: 'token' };
    const config = { ...keys, endpoint, protocol: 'http', regionId: 'cn-hangzhou' };

    const [plain, bundled] = await both({ config, times: answers.length });

    // Eight operations and one long request, through two clients, answered in every way.
    expect(plain.result).toHaveLength(9 * 2 * answers.length);
    expect(plain.wire).toHaveLength(9 * 2 * answers.length);
    expect(bundled).toEqual(plain);
    const actions = new Set(bundled.wire.map((text) => /x-acs-action\n(\w+)/.exec(text)?.[1]));
    expect(actions.size).toBe(8);
  });

  it('put the same bytes on the wire of Function Compute as the plain ones', async () => {
    const { endpoint, both } = await plainAndBundled<typeof nudges>(fixture('nudges.ts'));

    const [plain, bundled] = await both({ endpoint: `http://${endpoint}`, times: answers.length });

    expect(plain.result).toHaveLength(2 * answers.length);
    expect(plain.wire.length).toBeGreaterThan(2);
    expect(bundled).toEqual(plain);
  });
});

describe('a build', () => {
  it.each([
    [
      'imports the model of an undeclared operation',
      "import { RunInstancesRequest } from '@alicloud/ecs20140526'; export const handler = () => new RunInstancesRequest({});",
      'RunInstancesRequest',
    ],
    [
      'takes one out of the whole package',
      "import * as ecs from '@alicloud/ecs20140526'; export const handler = () => new ecs.RunInstancesRequest({});",
      'RunInstancesRequest',
    ],
    [
      'takes one out of a package loaded later',
      "export const handler = async () => new (await import('@alicloud/ecs20140526')).RunInstancesRequest({});",
      'RunInstancesRequest',
    ],
    [
      'calls the method of an undeclared operation',
      'export const handler = (client: { runInstances(request: object): void }) => client.runInstances({});',
      'runInstances',
    ],
    [
      'calls one by a quoted name',
      "export const handler = (client: Record<string, () => void>) => client['runInstancesWithOptions']?.();",
      'runInstancesWithOptions',
    ],
    [
      'calls an undeclared operation of Function Compute',
      'export const handler = (client: { deleteFunction(name: string): void }) => client.deleteFunction("grant");',
      'deleteFunction',
    ],
    [
      'imports an answer of an undeclared operation',
      "import { TagResourcesResponse } from '@alicloud/ecs20140526'; export const handler = () => TagResourcesResponse;",
      'No matching export',
    ],
    [
      'takes such an answer out of the whole package',
      "import * as ecs from '@alicloud/ecs20140526'; export const handler = () => ecs.TagResourcesResponse;",
      'no matching export',
    ],
    [
      'reaches round the cut',
      "import Client from '@alicloud/ecs20140526/dist/client.js'; export const handler = () => Client;",
      'as a whole only',
    ],
    [
      'reads import.meta, which a CommonJS file has not',
      'export const handler = () => import.meta.url;',
      'import.meta',
    ],
  ])('fails when a function %s', async (_what, source, told) => {
    expect(await failureOf(source)).toContain(told);
  });

  it('says which file, line and list an undeclared operation is about', async () => {
    const failure = await failureOf('export const handler = (client: any) =>\n  client.runInstances({});');

    expect(failure).toMatch(/handler\.ts:2:\d+: ERROR.*scripts\/bundle\/operations\.ts/s);
  });

  it('does not mind names in comments and types', async () => {
    const source =
      "import type { RunInstancesRequest } from '@alicloud/ecs20140526';\n// client.runInstances()\nexport const handler = (request?: RunInstancesRequest) => request;";

    expect(await failureOf(source)).toBe('it was built');
  });

  it('fails when the package no longer looks as expected', () => {
    expect(() => cutClient('class Client {}', ['AuthorizeSecurityGroup'])).toThrow('authorizeSecurityGroup');
    expect(() => cutBarrel('', ['AuthorizeSecurityGroup'])).toThrow('AuthorizeSecurityGroup');
  });

  it('leaves out what a function does not import', async () => {
    const { inputs } = await bundle('export const handler = 1;');

    expect(inputs).toHaveLength(1);
  });

  it('carries no dates, proxies, web sockets or upload clients for the vendor', async () => {
    const { inputs } = await bundle(
      `export * from ${JSON.stringify(fixture('ecs-operations.ts'))}; export const load = () => import('@alicloud/fc2');`,
    );

    expect(
      inputs.filter((path) => /node_modules\/(?:moment|lodash|xml2js|ws|axios|ali-oss|.*proxy-agent)\//.test(path)),
    ).toEqual([]);
    expect(inputs.filter((path) => path.includes('/es5/'))).toEqual([]);
  });

  it('names what was left out when it is called after all', async () => {
    const { outfile } = await bundle(
      "import * as dara from '@darabonba/typescript'; export const handler = async () => new dara.Date('2026-11-22');",
    );

    await expect(runHandler(outfile)).rejects.toThrow('"moment" is left out of this bundle');
  });

  it('keeps pg from loading fetch, and able to connect', async () => {
    const { outfile } = await bundle(
      "import pg from 'pg'; export const handler = async () => { try { await new pg.Client({ host: '127.0.0.1', port: 1 }).connect(); } catch (error) { return (error as { code: string }).code; } };",
    );
    const folder = folderWith({
      'guard.cjs': "Object.defineProperty(globalThis, 'Response', { get() { throw new Error('fetch was loaded'); } });",
    });

    expect(await runHandler(outfile, {}, { preload: [join(folder, 'guard.cjs')] })).toBe('ECONNREFUSED');
  });

  it.each(['intake', 'grant', 'revoke', 'modify', 'reconcile', 'notify', 'console'])(
    'has %s start without reading any of the files beside it',
    async (name) => {
      const folder = folderWith({
        'loaded.cjs': 'exports.handler = async (file) => { require(file); return Object.keys(require.cache); };',
      });
      const outfile = join(folder, 'index.js');
      await bundleFunction({ entry: join(root, 'functions', name, 'handler.ts'), outfile, root });

      const loaded = (await runHandler(join(folder, 'loaded.cjs'), outfile)) as string[];

      expect(existsSync(join(folder, 'alicloud.js'))).toBe(true);
      expect(loaded.filter((file) => !/(?:run-handler|loaded)\.cjs$/.test(file)).map((file) => basename(file))).toEqual(
        ['index.js'],
      );
    },
  );

  it('is refused when a function is larger than its budget, or has none', () => {
    expect(overBudget([{ name: 'grant', bytes: 400_000 }])).toEqual([]);
    expect(overBudget([{ name: 'grant', bytes: 900_000 }])).toEqual([expect.stringContaining('grant has 900 kB')]);
    expect(overBudget([{ name: 'fresh', bytes: 1 }])).toEqual([expect.stringContaining('fresh has no size budget')]);
  });

  it('makes a folder for every function that has a handler, with the configuration in it', async () => {
    const files = configFileNames.map((file) => `config/${file}`);
    const shipped = Object.fromEntries(files.map((file) => [file, readFileSync(join(root, file), 'utf8')]));
    const tree = folderWith({
      'functions/hello/handler.ts': "export const handler = async (event: string) => 'hello ' + event;",
      'functions/draft/notes.md': 'no handler yet',
      ...shipped,
    });

    const sizes = await buildFunctions(tree, join(tree, 'dist'));

    expect(sizes).toMatchObject([{ name: 'hello' }]);
    const out = join(tree, 'dist', 'hello');
    expect(await runHandler(join(out, 'index.js'), 'you')).toBe('hello you');
    expect(JSON.parse(readFileSync(join(out, 'package.json'), 'utf8'))).toEqual({ type: 'commonjs' });
    for (const [file, text] of Object.entries(shipped)) expect(readFileSync(join(out, file), 'utf8')).toBe(text);
    expect(existsSync(join(out, 'config', 'config.json'))).toBe(true);
    expect(existsSync(join(tree, 'dist', 'draft'))).toBe(false);
  });

  it('puts the policy engine beside a function that decides, loaded by its first decision', async () => {
    const engine = join(root, 'shared/policy/cedar.ts');
    const tree = folderWith({
      'functions/decides/handler.ts': `import { loadCedar } from ${JSON.stringify(engine)};
        export const handler = async (event: string) => event === 'decide' ? (await loadCedar()).getCedarVersion() : 'idle';`,
      'functions/other/handler.ts': 'export const handler = async () => 1;',
      'guard.cjs': "WebAssembly.Module = function () { throw new Error('the engine was loaded'); };",
    });

    await buildFunctions(tree, join(tree, 'dist'));

    const bundle = join(tree, 'dist/decides/index.js');
    const preload = [join(tree, 'guard.cjs')];
    expect(await runHandler(bundle, 'decide')).toMatch(/^\d+\.\d+\.\d+$/);
    expect(await runHandler(bundle, 'rest', { preload })).toBe('idle');
    await expect(runHandler(bundle, 'decide', { preload })).rejects.toThrow('the engine was loaded');
    expect(existsSync(join(tree, 'dist/other/cedar_wasm_bg.wasm'))).toBe(false);
  });
});
