import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../runtime/app-error.ts';
import type { Settings } from '../runtime/settings.ts';

/** In a bundle the code stands beside its folder; in the checkout it is two rooms below it. */
const here = typeof __dirname === 'string' ? __dirname : import.meta.dirname;

/** The configuration folder: the one that CURFEW_CONFIG names, else the one beside the code, else the checkout's. */
export function configFolder({ configFolder: given }: Pick<Settings, 'configFolder'>): string {
  if (given !== undefined) return given;
  const found = [join(here, 'config'), join(here, '..', '..', 'config')].find((folder) =>
    existsSync(join(folder, 'guards.yaml')),
  );
  if (found) return found;
  throw new AppError('INVALID_CONFIG', 'there is no configuration folder: name one in CURFEW_CONFIG');
}
