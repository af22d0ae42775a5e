import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { formatMessages, type Message } from 'esbuild';
import { buildFunctions } from './bundle/build-functions.ts';
import { sizeTable } from './bundle/bundle-size.ts';
import { overBudget } from './bundle/size-budget.ts';

/** `npm run build`: one CommonJS bundle a function, in `dist/<name>`, within its size budget. */
const root = fileURLToPath(new URL('..', import.meta.url));

try {
  const sizes = await buildFunctions(root, join(root, 'dist'));
  console.log(sizeTable(sizes));
  const over = overBudget(sizes);
  if (over.length > 0) throw new Error(over.join('\n'));
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
