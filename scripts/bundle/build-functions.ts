import { cp, mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { compileConfig, compiledName } from '../../shared/config/config.ts';
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
  await rm(outDir, { recursive: true, force: true });
  await mkdir(join(outDir, '.meta'), { recursive: true });
  return Promise.all(names.map((name) => buildFunction(root, outDir, name)));
}

async function buildFunction(root: string, outDir: string, name: string): Promise<BundleSize> {
  const folder = join(outDir, name);
  const outfile = join(folder, 'index.js');
  const metafile = await bundleFunction({ entry: join(root, 'functions', name, 'handler.ts'), outfile, root });
  await writeFile(join(folder, 'package.json'), `${JSON.stringify({ type: 'commonjs' })}\n`);
  await writeFile(join(outDir, '.meta', `${name}.json`), JSON.stringify(metafile));
  const config = join(root, 'config');
  if (await isThere(config)) {
    await cp(config, join(folder, 'config'), { recursive: true });
    // As JSON beside it: the hands need no YAML parser at their cold start.
    await writeFile(join(folder, 'config', compiledName), await compileConfig(config));
  }
  return sizeOf(name, outfile, metafile);
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
