import type { Context } from 'hono';
import { refusal } from '../../shared/rule/refusal.ts';
import type { ConsoleApp, ConsoleEnv } from './console-app.ts';
import { Problem, problemAnswer } from './problem.ts';

/** Nothing is done here by this method: by others perhaps, and then they are named. */
export function notFound(app: ConsoleApp, { req }: Context<ConsoleEnv>): Response {
  const methods = methodsAt(app, req.path);
  // A method that is served here, for other names than this one.
  const isServed = req.method !== 'OPTIONS' && methods.includes(req.method);
  if (methods.length === 0 || isServed)
    return problemAnswer(new Problem(404, refusal('NOT_FOUND', 'there is nothing at this address')));
  const headers = { allow: methods.join(', ') };
  if (req.method === 'OPTIONS') return new Response(null, { status: 204, headers });
  const sentence = `${req.method} means nothing here; what does: ${headers.allow}`;
  return problemAnswer(new Problem(405, refusal('METHOD_NOT_ALLOWED', sentence), { headers }));
}

function methodsAt(app: ConsoleApp, path: string): string[] {
  const found = app.routes.filter((route) => route.method !== 'ALL' && patternOf(route.path).test(path));
  const methods = new Set(found.map(({ method }) => method));
  if (methods.has('GET')) methods.add('HEAD');
  return methods.size === 0 ? [] : [...methods, 'OPTIONS'].sort();
}

/** As the router reads a path: `:id` is one part of it, `*` the rest. */
const patternOf = (path: string): RegExp =>
  new RegExp(`^${path.replaceAll('.', '\\.').replaceAll(/:\w+/g, '[^/]+').replaceAll('*', '.*')}$`);
