import { extname } from 'node:path';
import { type Loader, type PartialMessage, transform } from 'esbuild';

/** What was left out of one package. */
export type LeftOut = {
  readonly name: string;
  readonly methods: readonly string[];
  readonly models: readonly string[];
};

/** Only these are ever made by callers; other models bear names like `Function` that anybody may use. */
const madeByCallers = /(?:Request|Headers)(?:$|[A-Z])/;

/**
 * Finds what a source file takes from the parts that were left out: methods by member access (also by a quoted
 * name), request models by name. Comments and types do not count: the code is looked at as it will run.
 */
export async function undeclaredUses(
  file: string,
  source: string,
  packages: readonly LeftOut[],
): Promise<PartialMessage[]> {
  const words = new Set(source.match(/\w+/g));
  const suspects = packages.map(({ name, methods, models }) => ({
    name,
    methods: methods.filter((method) => words.has(method)),
    models: models.filter((model) => madeByCallers.test(model) && words.has(model)),
  }));
  if (suspects.every(({ methods, models }) => methods.length + models.length === 0)) return [];
  const loader = extname(file).replace(/^\.[cm]?/, '') as Loader;
  const { code } = await transform(source, { loader, legalComments: 'none' });
  return suspects.flatMap(({ name, methods, models }) => [
    ...methods.filter((method) => isMember(code, method)).map((method) => message(file, source, name, method)),
    ...models
      .filter((model) => new RegExp(`\\b${model}\\b`).test(code))
      .map((model) => message(file, source, name, model)),
  ]);
}

const isMember = (code: string, name: string): boolean =>
  new RegExp(`\\.\\s*${name}\\b|["'\`]${name}["'\`]`).test(code);

function message(file: string, source: string, packageName: string, name: string): PartialMessage {
  const lines = source.split('\n');
  const index = lines.findIndex((line) => new RegExp(`\\b${name}\\b`).test(line));
  const lineText = lines[index] ?? '';
  return {
    text: `"${name}" of ${packageName} belongs to no declared operation: add it to scripts/bundle/operations.ts, or call yours by another name`,
    location: { file, line: index + 1, column: lineText.indexOf(name), length: name.length, lineText },
  };
}
