import type { Context } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import type { ConsoleEnv } from '../console-app.ts';

const names = { 'log-in': 'curfew-log-in', session: 'curfew-session' } as const;
type Name = keyof typeof names;

/**
 * The console's two cookies. No script reads them, no other site's requests bear them but for plain links. Over https
 * their names begin with `__Host-`, so that no neighbouring host can plant one. An answer sets at most one: an HTTP
 * trigger's answer has a header only once.
 */
export function cookies(consoleUrl: string) {
  const isSecure = consoleUrl.startsWith('https:');
  const prefix = isSecure ? 'host' : undefined;
  const set = (c: Context<ConsoleEnv>, name: Name, value: string, maxAge: number): void =>
    setCookie(c, names[name], value, {
      ...{ path: '/', httpOnly: true, sameSite: 'Lax', secure: isSecure, maxAge },
      ...(prefix && { prefix }),
    });
  return {
    read: (c: Context<ConsoleEnv>, name: Name): string | undefined =>
      prefix ? getCookie(c, names[name], prefix) : getCookie(c, names[name]),
    set,
    drop: (c: Context<ConsoleEnv>, name: Name): void => set(c, name, '', 0),
  };
}
