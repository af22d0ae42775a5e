import type { Context } from 'hono';
import { refusal } from '../../../shared/rule/refusal.ts';
import type { ConsoleEnv } from '../console-app.ts';
import { Problem } from '../problem.ts';

const looking = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * A cookie comes along wherever a request was made; so what changes something must show that our own page made it:
 * by a header that no other site's form can bear, and by what the browser itself says of where it comes from.
 */
export function refuseForeign(c: Context<ConsoleEnv>, consoleUrl: string): void {
  if (looking.has(c.req.method)) return;
  const origin = c.req.header('origin');
  const site = c.req.header('sec-fetch-site');
  const isOurs =
    c.req.header('x-curfew-csrf') === '1' &&
    (origin !== undefined || site !== undefined) &&
    (origin ?? consoleUrl) === consoleUrl &&
    (site ?? 'same-origin') === 'same-origin';
  if (isOurs) return;
  const sentence =
    'with a log-in, changes are taken from the console itself only: header x-curfew-csrf: 1, same origin';
  throw new Problem(403, refusal('FOREIGN_REQUEST', sentence));
}
