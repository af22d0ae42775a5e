import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../runtime/app-error.ts';
import type { Settings } from '../runtime/settings.ts';

/**
 * The configuration folder: the one that CURFEW_CONFIG names, else the one beside the bundle, else the checkout's.
 * Only a bundle knows where it lies (CommonJS); from the sources it is run in the checkout.
 */
export function configFolder(
  { configFolder: given }: Pick<Settings, 'configFolder'>,
  checkout = process.cwd(),
): string {
  if (given !== undefined) return given;
  const roots = typeof __dirname === 'string' ? [__dirname, checkout] : [checkout];
  const found = roots.map((root) => join(root, 'config')).find((folder) => existsSync(join(folder, 'guards.yaml')));
  if (found) return found;
  throw new AppError('INVALID_CONFIG', 'there is no configuration folder: name one in CURFEW_CONFIG');
}
