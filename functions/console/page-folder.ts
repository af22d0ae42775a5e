import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** The page as `npm run build` puts it beside the bundle; undefined for sources that run as they are. */
export function builtPage(): string | undefined {
  if (typeof __dirname !== 'string') return undefined;
  const folder = join(__dirname, 'web');
  return existsSync(join(folder, 'index.html')) ? folder : undefined;
}
