import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { renderParameters } from './parameters/render-table.ts';

// Writes docs/parameters.md anew; a test says when that was forgotten.
const root = fileURLToPath(new URL('..', import.meta.url));
await writeFile(join(root, 'docs', 'parameters.md'), renderParameters(root));
process.stdout.write('wrote docs/parameters.md\n');
