import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { formatMessages, type Message } from 'esbuild';
import { buildFunctions } from './bundle/build-functions.ts';
import { sizeTable } from './bundle/bundle-size.ts';

/** `npm run build`: one self-contained CommonJS bundle a function, in `dist/<name>`. */
const root = fileURLToPath(new URL('..', import.meta.url));

try {
  console.log(sizeTable(await buildFunctions(root, join(root, 'dist'))));
} catch (error) {
  console.error(await readable(error));
  process.exitCode = 1;
}

/** The bundler's errors with the lines that they are about. */
async function readable(error: unknown): Promise<string> {
  const errors = error instanceof Error && 'errors' in error ? (error.errors as Message[]) : undefined;
  if (!errors) return error instanceof Error ? error.message : String(error);
  return (await formatMessages(errors, { kind: 'error', color: process.stderr.isTTY === true })).join('\n');
}
