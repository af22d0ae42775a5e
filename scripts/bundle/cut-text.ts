/** What is left of one of the vendor's generated files, and the names that were left out. */
export type Cut = { readonly text: string; readonly kept: readonly string[]; readonly dropped: readonly string[] };

/** The generator indents a method by four spaces and ends it with a brace in the same column. */
const method = /^ {4}(?:async )?\*?(\w+)\([^)]*\) \{\n[\s\S]*?^ {4}\}\n/gm;
/** Two lines of the barrel: a model file, and one name taken from it. */
const exported =
  /^var (\w+) = require\("\.\/(\w+)"\);\nObject\.defineProperty\(exports, "(\w+)", \{ enumerable: true, get: function \(\) \{ return \1\.\w+; \} \}\);\n?/gm;
const announced = /^exports\.\w+ = .*void 0;\n/gm;
const modelSuffixes = ['Request', 'ShrinkRequest', 'Headers', 'Response', 'ResponseBody'];
const alwaysKept = new Set(['constructor', 'getEndpoint']);

/**
 * Leaves the client's constructor and the methods of the given operations, in both of their forms. Throws when the
 * file does not look as expected: a new version of the package has to be looked at, not guessed at.
 */
export function cutClient(source: string, operations: readonly string[]): Cut {
  const names = new Set(operations.flatMap((operation) => methodsOf(operation)));
  const kept: string[] = [];
  const dropped: string[] = [];
  const text = source.replaceAll(method, (whole, name: string) => {
    const isKept = names.has(name) || alwaysKept.has(name);
    (isKept ? kept : dropped).push(name);
    return isKept ? whole : '';
  });
  const missing = [...names].filter((name) => !kept.includes(name));
  if (missing.length > 0) throw new Error(`the client has no method ${missing.join(', ')}`);
  const calls = [...text.matchAll(/\bthis\.(\w+)\(/g)].map(([, name = '']) => name);
  const lost = calls.filter((name) => dropped.includes(name));
  if (lost.length > 0) throw new Error(`methods that are kept call ${lost.join(', ')}`);
  return { text, kept, dropped };
}

/** Leaves the models of the given operations in the barrel that names every model of the package. */
export function cutBarrel(source: string, operations: readonly string[]): Cut {
  const files = new Set(operations.flatMap((operation) => modelSuffixes.map((suffix) => operation + suffix)));
  const kept: string[] = [];
  const dropped: string[] = [];
  const text = source.replaceAll(announced, '').replaceAll(exported, (whole, _variable, file: string, name: string) => {
    (files.has(file) ? kept : dropped).push(name);
    return files.has(file) ? whole : '';
  });
  const without = operations.filter((operation) => !kept.some((name) => name.startsWith(operation)));
  if (without.length > 0) throw new Error(`the package has no models of ${without.join(', ')}`);
  return { text, kept, dropped };
}

/** Models that the kept part of a client names although the barrel no longer has them. */
export function missingModels(client: Cut, barrel: Cut): readonly string[] {
  const used = [...client.text.matchAll(/\$_model\.(\w+)/g)].map(([, name = '']) => name);
  return [...new Set(used)].filter((name) => !barrel.kept.includes(name));
}

function methodsOf(operation: string): readonly string[] {
  const name = `${operation.charAt(0).toLowerCase()}${operation.slice(1)}`;
  return [name, `${name}WithOptions`];
}
