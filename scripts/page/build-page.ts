import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cp, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, extname, join, relative } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, gzip } from 'node:zlib';

const run = promisify(execFile);
const compressed = new Set(['.js', '.css', '.svg']);

/**
 * Builds the console's page into a folder. What was built of the same sources before is taken again: it costs seconds,
 * and `npm start` is to be quick.
 */
export async function buildPage(root: string, outDir: string): Promise<void> {
  const kept = join(root, 'node_modules/.cache/curfew-page', await digestOf(root));
  if (!(await isThere(kept))) await makePage(root, kept);
  await cp(kept, outDir, { recursive: true });
}

/** Made beside and moved into place: several builds at once, or one that was killed, never leave half a page. */
async function makePage(root: string, kept: string): Promise<void> {
  const fresh = `${kept}.${process.pid}.new`;
  const vite = join(root, 'node_modules/vite/bin/vite.js');
  await run(process.execPath, [vite, 'build', join(root, 'web'), '--outDir', fresh, '--logLevel', 'error'], {
    // Whatever runs this, a test for instance: the page is built for those who use it.
    env: { ...process.env, NODE_ENV: 'production' },
  });
  await compressAll(join(fresh, 'assets'));
  await mkdir(dirname(kept), { recursive: true });
  await rename(fresh, kept).catch(async (error: NodeJS.ErrnoException) => {
    await rm(fresh, { recursive: true, force: true });
    if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
  });
}

/** Beside each file, for the browsers that take them: compressing at every answer would be paid for each time. */
async function compressAll(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (!compressed.has(extname(name))) continue;
    const bytes = await readFile(join(folder, name));
    await writeFile(join(folder, `${name}.gz`), await promisify(gzip)(bytes, { level: 9 }));
    await writeFile(join(folder, `${name}.br`), await promisify(brotliCompress)(bytes));
  }
}

/** What scripts of the page are in: its own, and those that it shares with the functions. */
const sourceFolders = ['web', 'shared/rule', 'shared/runtime'];

/** Of everything that the page is made of: its sources, the packages, and this file. */
async function digestOf(root: string): Promise<string> {
  const read = (folder: string) => readdir(join(root, folder), { recursive: true, withFileTypes: true });
  const sources = (await Promise.all(sourceFolders.map(read))).flat();
  const files = sources.filter((one) => one.isFile()).map((one) => join(one.parentPath, one.name));
  const hash = createHash('sha256');
  for (const file of [...files.sort(), join(root, 'package-lock.json'), join(root, 'scripts/page/build-page.ts')]) {
    hash.update(`${relative(root, file)}\0`).update(await readFile(file));
  }
  return hash.digest('hex').slice(0, 24);
}

const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );
