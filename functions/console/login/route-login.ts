import type { Context } from 'hono';
import * as z from 'zod/mini';
import { refusal } from '../../../shared/rule/refusal.ts';
import type { ConsoleApp, ConsoleDeps, ConsoleEnv } from '../console-app.ts';
import { Problem } from '../problem.ts';
import { cookies } from './cookies.ts';
import { localPath } from './local-path.ts';
import { anotherLogIn, departureSchema } from './log-in.ts';
import { refuseForeign } from './same-origin.ts';
import type { Sessions } from './sessions.ts';

const departureSeconds = 10 * 60;
const returnSchema = z.extend(departureSchema, { returnTo: z.string() });

/** The addresses of a log-in, for browsers: away to the provider, back from it, and out. */
export function routeLogin(app: ConsoleApp, { login, ids }: ConsoleDeps): void {
  if (!login) {
    app.all('/auth/*', () => {
      const sentence = 'this console has no log-in: set CURFEW_OIDC_ISSUER, or use an API token';
      throw new Problem(404, refusal('LOGIN_NOT_CONFIGURED', sentence));
    });
    return;
  }
  const { consoleUrl, sealer, logIn, sessions } = login;
  const jar = cookies(consoleUrl);
  app.get('/auth/login', async (c) => {
    const returnTo = localPath(c.req.query('returnTo'));
    // Cookies belong to one host: begun under another name of this machine, a log-in would never find its own.
    if (new URL(c.req.url).host !== new URL(consoleUrl).host) {
      return c.redirect(`${consoleUrl}/auth/login?${new URLSearchParams({ returnTo })}`);
    }
    const departure = { state: ids.nonce(), nonce: ids.nonce(), verifier: `${ids.nonce()}${ids.nonce()}` };
    const address = await logIn.leave(departure);
    jar.set(c, 'log-in', await sealer.seal('log-in', { ...departure, returnTo }, departureSeconds), departureSeconds);
    return c.redirect(address);
  });
  app.get('/auth/callback', async (c) => {
    const sealed = await sealer.open('log-in', jar.read(c, 'log-in') ?? '');
    const departure = returnSchema.safeParse(sealed).data;
    if (!departure) throw anotherLogIn();
    const person = await logIn.arrive(departure, c.req.query());
    // A session is always a new one: what the browser brought along is never taken over.
    await sessions.begin(c, person);
    return c.redirect(departure.returnTo, 303);
  });
  app.post('/auth/logout', (c) => logOut(c, consoleUrl, sessions));
}

function logOut(c: Context<ConsoleEnv>, consoleUrl: string, sessions: Sessions): Response {
  refuseForeign(c, consoleUrl);
  sessions.end(c);
  return c.body(null, 204);
}
