import { compile, getRegisteredFunctions, TreeInterpreter } from '@jmespath-community/jmespath';

type Ast = ReturnType<typeof compile>;
type Json = Parameters<typeof TreeInterpreter.search>[1];

/** What expressions may call by name beside the document: `$headers`, `$instance`. */
export type Scope = Readonly<Record<string, unknown>>;

const compiled = new Map<string, Ast>();

/**
 * What a JMESPath expression finds, as plain JSON; null for nothing. Throws what the language calls an error (a
 * function that is asked about the wrong type). The document must come from `bare`.
 */
export function evaluate(text: string, document: unknown, scope: Scope): unknown {
  const found = TreeInterpreter.search(withScope(astOf(text), scope), document as Json);
  return JSON.parse(JSON.stringify(found) ?? 'null');
}

/**
 * The same data in objects without a prototype: the library looks fields up without asking whose they are, and
 * Jira's own field `toString` would be a function wherever it is absent.
 */
export function bare(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(bare);
  if (typeof value !== 'object' || value === null) return value;
  const copy: Record<string, unknown> = Object.create(null);
  for (const [key, one] of Object.entries(value)) copy[key] = bare(one);
  return copy;
}

/** What is wrong with an expression, in a sentence; undefined when nothing is. */
export function expressionProblem(text: string, variables: readonly string[]): string | undefined {
  try {
    return unknownNames(astOf(text), new Set(variables));
  } catch (error) {
    return `is no JMESPath expression: ${error instanceof Error ? error.message : 'it cannot be read'}`;
  }
}

function astOf(text: string): Ast {
  const ast = compiled.get(text) ?? compile(text);
  compiled.set(text, ast);
  return ast;
}

/** As if the expression stood in `let $headers = …, $instance = … in`. */
const withScope = (expression: Ast, scope: Scope): Ast =>
  ({
    type: 'LetExpression',
    bindings: Object.entries(scope).map(([variable, value]) => ({
      type: 'Binding',
      variable,
      reference: { type: 'Literal', value: bare(value) },
    })),
    expression,
  }) as unknown as Ast;

/** The parser takes every name; a misspelt one would be noticed with the first ticket. */
function unknownNames(node: unknown, variables: Set<string>): string | undefined {
  if (typeof node !== 'object' || node === null) return undefined;
  const { type, name, variable } = node as { type?: unknown; name?: unknown; variable?: unknown };
  if (type === 'Binding' && typeof variable === 'string') variables.add(variable);
  if (type === 'Function' && typeof name === 'string' && !getRegisteredFunctions().includes(name))
    return `calls ${name}(), which JMESPath does not have`;
  if (type === 'Variable' && typeof name === 'string' && !variables.has(name))
    return `names $${name}; there is ${[...variables].map((one) => `$${one}`).join(', ') || 'no variable here'}`;
  for (const inner of Object.values(node)) {
    const problem = unknownNames(inner, variables);
    if (problem) return problem;
  }
  return undefined;
}
