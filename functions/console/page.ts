import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { serveStatic } from '@hono/node-server/serve-static';
import type { MiddlewareHandler } from 'hono';
import type { ConsoleApp, ConsoleDeps } from './console-app.ts';

export const pagePath = '/';

const own = "'self'";
/** Scripts come from here alone, none stands in the page. Styles are made in the browser (docs/decisions/0006). */
export const pagePolicy = {
  scriptSrc: [own],
  styleSrc: [own, "'unsafe-inline'"],
  imgSrc: [own, 'data:'],
  connectSrc: [own],
  formAction: [own],
};

/** The page and its files. Both are open to everybody: they say nothing about what runs here; the API does. */
export function routePage(app: ConsoleApp, { pageFolder, login }: ConsoleDeps): void {
  if (pageFolder === undefined) return;
  let page: Promise<string> | undefined;
  app.get(pagePath, async (c) => {
    page ??= readFile(join(pageFolder, 'index.html'), 'utf8');
    // Told who is not logged in, the page asks for a log-in at once, and not the API for what it would refuse.
    const isKnown = (await login?.sessions.personOf(c)) !== undefined;
    return c.html(isKnown ? await page : (await page).replace('<body>', '<body data-visitor="unknown">'));
  });
  app.get('/assets/*', keepForever, serveStatic({ root: pageFolder, precompressed: true }));
}

/** The name of each file holds a hash of what is in it. */
const keepForever: MiddlewareHandler = async (c, next) => {
  await next();
  if (c.res.ok) c.header('cache-control', 'public, max-age=31536000, immutable');
};
