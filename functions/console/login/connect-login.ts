import type { Platform } from '../../../shared/runtime/platform.ts';
import type { ConsoleLogin } from '../console-app.ts';
import { createLogIn } from './log-in.ts';
import { createSealer } from './sealer.ts';
import { createSessions } from './sessions.ts';

/** The log-in of the settings, made once an instance; undefined where there is none. */
export async function connectLogin({ settings, secrets, clock, log }: Platform): Promise<ConsoleLogin | undefined> {
  const { logIn: given } = settings;
  if (!given) return undefined;
  const { consoleUrl, clientSecret, sessionKeys, ...asked } = given;
  const keys = await secrets.read(sessionKeys);
  const sealer = createSealer(
    keys.map((key) => key.reveal()),
    clock.nowMs,
  );
  const logIn = createLogIn({
    ...asked,
    clientSecret: async () => (await secrets.read(clientSecret))[0]?.reveal(),
    redirectUri: `${consoleUrl}/auth/callback`,
    ...{ fetch, nowMs: clock.nowMs, log },
  });
  return { consoleUrl, sealer, sessions: createSessions(consoleUrl, sealer), logIn };
}
