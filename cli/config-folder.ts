import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Failure } from './failure.ts';

/** The folder that was named, by argument or CURFEW_CONFIG; else the one here; else the one beside this command. */
export function folderOf(given: string | undefined): string {
  const named = given ?? (process.env.CURFEW_CONFIG || undefined);
  if (named !== undefined) {
    if (existsSync(named)) return resolve(named);
    throw new Failure('usage', 'NO_FOLDER', `there is no folder ${named}`);
  }
  const places = [process.cwd(), fileURLToPath(new URL('..', import.meta.url))].map((place) =>
    resolve(place, 'config'),
  );
  const found = places.find((place) => existsSync(resolve(place, 'guards.yaml')));
  if (found !== undefined) return found;
  throw new Failure('usage', 'NO_FOLDER', 'there is no configuration folder here: name one, or set CURFEW_CONFIG');
}
