import { once } from 'node:events';
import { serve } from '@hono/node-server';
import { onTestFinished } from 'vitest';
import type { ConsoleDeps } from '../../../../functions/console/console-app.ts';
import { createLogIn } from '../../../../functions/console/login/log-in.ts';
import { createSealer } from '../../../../functions/console/login/sealer.ts';
import { createSessions } from '../../../../functions/console/login/sessions.ts';
import { startLogin } from '../../../../local/login/start-login.ts';
import { freeBasePort } from '../../../../local/stack/free-ports.ts';
import { makeConsole } from '../console.ts';

export type Given = {
  readonly sessionKeys?: readonly string[];
  readonly nowMs?: () => number;
  readonly change?: Partial<ConsoleDeps>;
  /** What the console is told of its provider, where that differs from the truth. */
  readonly client?: Partial<Parameters<typeof createLogIn>[0]>;
};

/** A console over a fake Curfew on a real port, with the local log-in provider beside it. */
export async function serveWithLogin(given: Given = {}) {
  const { sessionKeys = ['a-session-key-of-a-test'], nowMs = Date.now, change } = given;
  const port = await freeBasePort();
  const consoleUrl = `http://127.0.0.1:${port}`;
  const provider = await startLogin({ port: port + 5, consoleUrl });
  const sealer = createSealer(sessionKeys, nowMs);
  const logIn = createLogIn({
    ...{ issuer: provider.issuer, clientId: provider.settings.CURFEW_OIDC_CLIENT_ID ?? '' },
    clientSecret: async () => provider.settings.CURFEW_OIDC_CLIENT_SECRET,
    ...{ redirectUri: `${consoleUrl}/auth/callback`, scopes: 'openid profile email' },
    ...{ personClaim: 'email', groupsClaim: 'groups', fetch, nowMs, log: { event: () => {} } },
    ...given.client,
  });
  const login = { consoleUrl, sealer, sessions: createSessions(consoleUrl, sealer), logIn };
  const made = makeConsole({ login, ...change });
  const server = serve({ fetch: made.app.fetch, port, hostname: '127.0.0.1' });
  await once(server, 'listening');
  onTestFinished(async () => {
    server.close();
    await provider.close();
  });
  return { ...made, url: consoleUrl, issuer: provider.issuer };
}
