import { relative, resolve } from 'node:path';
import { checkFolder } from '../../shared/hands/check-folder.ts';
import { folderOf } from '../config-folder.ts';
import type { Context } from '../context.ts';
import { Failure } from '../failure.ts';

/** Every problem with its file and line, as editors and CI read them. Asks no console. */
export async function check(
  { out }: Context,
  { config }: { readonly config?: string },
  [given]: readonly string[],
): Promise<void> {
  const folder = folderOf(given ?? config);
  const problems = await checkFolder(folder);
  const place = (file: string) => relative(process.cwd(), resolve(folder, file)) || file;
  for (const { file, line, column, message } of problems) out.say(`${place(file)}:${line}:${column}: ${message}`);
  if (problems.length > 0) {
    const count = problems.length === 1 ? 'one problem' : `${problems.length} problems`;
    throw new Failure('refused', 'INVALID_CONFIG', `${count} in ${folder}`, { found: { folder, problems } });
  }
  out.say(`${out.paint('green', 'valid')}: ${folder}`);
  out.data({ folder, problems });
}
