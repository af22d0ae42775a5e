import { execFile } from 'node:child_process';
import { chmod, cp, lstat, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, it } from 'vitest';
import * as z from 'zod';
import { type Binaries, copyBinaries, locateBinaries, repairBinaries } from '../../../local/postgres/binaries.ts';

let folder: string;
const links = z.array(z.object({ target: z.string() }));

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'curfew-binaries-'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

/** The platform's package as a strict npm leaves it: no links, and here no executable bits either. */
async function packageWithoutInstallScript(): Promise<Binaries> {
  const { postgres } = await locateBinaries();
  const root = dirname(dirname(dirname(postgres)));
  const home = join(folder, 'package');
  await cp(root, home, {
    recursive: true,
    filter: async (path) => !(await lstat(path)).isSymbolicLink(),
  });
  const bin = join(home, 'native', 'bin');
  const binaries = { postgres: join(bin, basename(postgres)), initdb: join(bin, 'initdb') };
  await Promise.all(Object.values(binaries).map((program) => chmod(program, 0o644)));
  return binaries;
}

async function versionOf(program: string): Promise<string> {
  return (await promisify(execFile)(program, ['--version'])).stdout;
}

it('mends programs whose install script was blocked and whose executable bits are lost', async () => {
  const binaries = await packageWithoutInstallScript();
  await expect(versionOf(binaries.initdb)).rejects.toThrow('EACCES');

  await Promise.all([repairBinaries(binaries), repairBinaries(binaries)]);

  expect(await versionOf(binaries.initdb)).toContain('initdb (PostgreSQL) 18');
  expect(await versionOf(binaries.postgres)).toContain('postgres (PostgreSQL) 18');
});

it('makes every link of the package’s own list', async () => {
  const binaries = await packageWithoutInstallScript();
  const root = dirname(dirname(dirname(binaries.postgres)));
  const list = links.parse(JSON.parse(await readFile(join(root, 'native', 'pg-symlinks.json'), 'utf8')));

  await repairBinaries(binaries);

  const made = await Promise.all(list.map(({ target }) => lstat(join(root, target))));
  expect(made.every((entry) => entry.isSymbolicLink())).toBe(true);
  expect(made.length).toBeGreaterThan(5);
});

it('copies the programs once to where they can be mended, and they run there', async () => {
  const original = await packageWithoutInstallScript();

  const copy = await copyBinaries(original, join(folder, 'data'));
  const madeAt = (await lstat(copy.postgres)).birthtimeMs;
  const again = await copyBinaries(original, join(folder, 'data'));

  expect(await versionOf(copy.postgres)).toContain('postgres (PostgreSQL) 18');
  expect(again).toEqual(copy);
  expect((await lstat(again.postgres)).birthtimeMs).toBe(madeAt);
  expect((await lstat(original.postgres)).mode & 0o111).toBe(0);
});
