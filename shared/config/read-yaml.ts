import { isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import type * as z from 'zod/mini';
import { firstRefusal } from '../lease/read-message.ts';

/** What is wrong in a file, and where. */
export type ConfigProblem = {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** JSON Pointer of the field. */
  readonly path: string;
  readonly message: string;
};

/** The content of a YAML file, or all that is wrong with it. */
export function readYaml<Schema extends z.ZodMiniType>(
  file: string,
  text: string,
  schema: Schema,
): { readonly content: z.output<Schema> } | { readonly problems: readonly ConfigProblem[] } {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, version: '1.2', uniqueKeys: true, prettyErrors: false });
  const at = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return { file, line: Math.max(1, line), column: Math.max(1, col) };
  };
  // Warnings too: an unknown tag is a value that means something else than it says.
  const broken = [...document.errors, ...document.warnings];
  if (broken.length > 0) {
    return { problems: broken.map((error) => ({ ...at(error.pos[0]), path: '', message: error.message })) };
  }
  const value: unknown = document.toJS({ maxAliasCount: 100 });
  const parsed = schema.safeParse(value);
  if (parsed.success) return { content: parsed.data };
  const problems = parsed.error.issues.flatMap(separately).map((issue) => {
    const { message, path } = firstRefusal([issue], value);
    const keys = issue.code === 'unrecognized_keys' ? [...issue.path, issue.keys[0] ?? ''] : issue.path;
    return { ...at(offsetOf(document.contents, keys)), path, message: own(issue) ?? message };
  });
  return { problems };
}

/** One problem for each unknown field, so that each has its line. */
function separately(issue: z.core.$ZodIssue): z.core.$ZodIssue[] {
  return issue.code === 'unrecognized_keys' ? issue.keys.map((key) => ({ ...issue, keys: [key] })) : [issue];
}

/** Our own sentences have blanks; the words by which a shared sentence is found have none. */
function own(issue: z.core.$ZodIssue): string | undefined {
  const isOwn = issue.code === 'custom' && issue.message.includes(' ');
  return isOwn ? `${String(issue.path.at(-1) ?? 'the file')} ${issue.message}` : undefined;
}

/** Where a field stands, or the innermost thing round it that is there. */
function offsetOf(root: Node | null, path: readonly PropertyKey[]): number {
  let node: unknown = root;
  let offset = root?.range?.[0] ?? 0;
  for (const key of path) {
    if (isMap(node)) {
      const pair = node.items.find((one) => isScalar(one.key) && String(one.key.value) === String(key));
      if (!pair) return offset;
      offset = isScalar(pair.key) ? (pair.key.range?.[0] ?? offset) : offset;
      node = pair.value;
    } else if (isSeq(node)) {
      node = node.items[Number(key)];
      offset = (node as Node | undefined)?.range?.[0] ?? offset;
    }
  }
  return offset;
}
