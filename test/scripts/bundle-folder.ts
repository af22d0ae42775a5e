import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { onTestFinished } from 'vitest';

export const root = fileURLToPath(new URL('../..', import.meta.url));
export const fixture = (name: string): string => join(root, 'test/scripts/fixtures', name);

/** A folder for one test, with files in it and the packages of the project. */
export function folderWith(files: Readonly<Record<string, string>> = {}): string {
  const folder = mkdtempSync(join(tmpdir(), 'curfew-bundle-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

/** Calls a bundle's handler in a Node.js of its own. */
export async function runHandler(
  bundle: string,
  event: unknown = {},
  options: { preload?: readonly string[] } = {},
): Promise<unknown> {
  const preload = (options.preload ?? []).flatMap((file) => ['--require', file]);
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [...preload, fixture('run-handler.cjs'), bundle, JSON.stringify(event)],
    { env: { PATH: process.env.PATH }, maxBuffer: 64 * 1024 * 1024 },
  );
  return JSON.parse(stdout);
}
