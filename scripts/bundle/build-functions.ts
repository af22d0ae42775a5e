import { cp, mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Metafile } from 'esbuild';
import { compileConfig, compiledName } from '../../shared/config/config.ts';
import { configFileNames } from '../../shared/config/config-files.ts';
import { checkFolder } from '../../shared/hands/check-folder.ts';
import { policiesOf } from '../../shared/policy/read-policies.ts';
import { buildPage } from '../page/build-page.ts';
import { bundleFunction } from './bundle-function.ts';
import { type BundleSize, sizeOf } from './bundle-size.ts';

/**
 * Builds every folder in `functions` that has a `handler.ts` into `<outDir>/<name>`: `index.js` with `handler`, a
 * `package.json` that calls it CommonJS, and the configuration if there is one. The bundler's own account of each
 * goes to `<outDir>/.meta`, outside of what is deployed.
 */
export async function buildFunctions(root: string, outDir: string): Promise<readonly BundleSize[]> {
  const names = await functionNames(join(root, 'functions'));
  if (names.length === 0) throw new Error('functions/ has no folder with a handler.ts');
  const config = join(root, 'config');
  if (await isThere(config)) await refuseProblems(config);
  await rm(outDir, { recursive: true, force: true });
  await mkdir(join(outDir, '.meta'), { recursive: true });
  const sizes = await Promise.all(names.map((name) => buildFunction(root, outDir, name)));
  // The console's page lies beside its bundle, as the configuration does.
  if (await isThere(join(root, 'web'))) await buildPage(root, join(outDir, 'console', 'web'));
  return sizes;
}

async function buildFunction(root: string, outDir: string, name: string): Promise<BundleSize> {
  const folder = join(outDir, name);
  const outfile = join(folder, 'index.js');
  const metafile = await bundleFunction({ entry: join(root, 'functions', name, 'handler.ts'), outfile, root });
  await writeFile(join(folder, 'package.json'), `${JSON.stringify({ type: 'commonjs' })}\n`);
  await writeFile(join(outDir, '.meta', `${name}.json`), JSON.stringify(metafile));
  await carryEngine(root, folder, metafile);
  const config = join(root, 'config');
  if (await isThere(config)) {
    // What else lies there, examples and tests, is not deployed.
    const isDeployed = (path: string) => path === config || configFileNames.some((file) => path === join(config, file));
    await cp(config, join(folder, 'config'), { recursive: true, filter: isDeployed });
    // As JSON beside it: the hands need no YAML parser at their cold start.
    await writeFile(join(folder, 'config', compiledName), await compileConfig(config, policiesOf));
  }
  return sizeOf(name, outfile, metafile);
}

/** A policy that means nothing, or not what it says, is not deployed. */
async function refuseProblems(config: string): Promise<void> {
  const problems = await checkFolder(config);
  if (problems.length === 0) return;
  const sentences = problems.map(({ file, line, column, message }) => `${file}:${line}:${column} ${message}`);
  throw new Error(`the configuration in ${config} is not valid: ${sentences.join('; ')}`);
}

/** The policy engine finds its WebAssembly beside the file that it is in. */
async function carryEngine(root: string, folder: string, { inputs }: Metafile): Promise<void> {
  const engine = Object.keys(inputs).find((path) => path.endsWith('/cedar_wasm.js'));
  if (engine === undefined) return;
  const wasm = join(root, dirname(engine), 'cedar_wasm_bg.wasm');
  await cp(wasm, join(folder, 'cedar_wasm_bg.wasm'));
}

async function functionNames(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  const found = await Promise.all(names.map((name) => isThere(join(folder, name, 'handler.ts'))));
  return names.filter((_, index) => found[index]).sort();
}

const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );
