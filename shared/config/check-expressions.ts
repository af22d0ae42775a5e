import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { expressionProblem } from './expression.ts';
import type { Fields, Template } from './hook-sources.ts';
import { type ConfigProblem, readYaml } from './read-yaml.ts';
import { type SourceBook, sourcesSchema } from './sources-config.ts';

const name = 'sources.yaml';

/**
 * What is wrong with the expressions of a folder's sources.yaml, each with its place. Apart from the other checks,
 * because functions trust what was checked before it was deployed, and should not carry the parser to their start.
 */
export async function checkExpressions(folder: string): Promise<readonly ConfigProblem[]> {
  const text = await readFile(join(folder, name), 'utf8').catch(() => undefined);
  // Files that are missing or have another form are told of elsewhere.
  if (text === undefined || 'problems' in readYaml(name, text, sourcesSchema)) return [];
  const read = readYaml(name, text, checked);
  return 'problems' in read ? read.problems : [];
}

const checked = sourcesSchema.check(
  z.check((payload) => {
    const { sources } = payload.value as { readonly sources: SourceBook };
    for (const { path, message } of problemsOf(sources))
      payload.issues.push({ code: 'custom', message, path: ['sources', ...path], input: payload.value });
  }),
);

type Problem = { readonly path: (string | number)[]; readonly message: string };

function problemsOf(sources: SourceBook): Problem[] {
  return Object.entries(sources).flatMap(([source, one]) => {
    if (!('events' in one)) return [];
    const events = one.events.flatMap((event, index) =>
      [...under('when', problemsIn(event.when, ['headers'])), ...under('fields', problemsOfFields(event.fields))].map(
        (problem) => within(['events', index], problem),
      ),
    );
    const problems = [...under('fields', problemsOfFields(one.fields)), ...events];
    return problems.map((problem) => within([source], problem));
  });
}

const problemsOfFields = (fields: Fields = {}): Problem[] =>
  Object.entries(fields).flatMap(([field, template]) =>
    template === undefined ? [] : under(field, problemsIn(template, ['headers', 'instance'])),
  );

function problemsIn(template: Template, variables: readonly string[]): Problem[] {
  if (typeof template === 'string') {
    const message = expressionProblem(template, variables);
    return message === undefined ? [] : [{ path: [], message }];
  }
  const parts: [string | number, Template][] = Array.isArray(template)
    ? [...template.entries()]
    : Object.entries(template);
  return parts.flatMap(([key, one]) => problemsIn(one, variables).map((problem) => within([key], problem)));
}

const under = (key: string, problems: Problem[]): Problem[] => problems.map((problem) => within([key], problem));
const within = (path: (string | number)[], problem: Problem): Problem => ({
  path: [...path, ...problem.path],
  message: problem.message,
});
