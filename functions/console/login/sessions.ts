import type { Context } from 'hono';
import { refusal } from '../../../shared/rule/refusal.ts';
import type { ConsoleEnv } from '../console-app.ts';
import { Problem } from '../problem.ts';
import { cookies } from './cookies.ts';
import { type LoggedIn, personSchema } from './person.ts';
import type { Sealer } from './sealer.ts';

type C = Context<ConsoleEnv>;

/** Who a browser is, remembered by the browser alone. */
export type Sessions = {
  readonly begin: (c: C, person: LoggedIn) => Promise<void>;
  /** Undefined where nobody is logged in, or no longer. */
  readonly personOf: (c: C) => Promise<LoggedIn | undefined>;
  readonly end: (c: C) => void;
};

/** A working day: instances share nothing, so a stolen cookie is good until it ends or its key is retired. */
const sessionSeconds = 8 * 3600;
/** A browser drops a cookie of more than 4096 bytes, name and attributes included, without a word. */
const cookieBytesMax = 3_800;

export function createSessions(consoleUrl: string, sealer: Sealer): Sessions {
  const jar = cookies(consoleUrl);
  return {
    async begin(c, person) {
      const sealed = await sealer.seal('session', { person }, sessionSeconds);
      if (sealed.length > cookieBytesMax) {
        const sentence = `your ${person.groups.length} groups do not fit into a cookie: let the provider send fewer of them`;
        throw new Problem(401, refusal('TOO_MANY_GROUPS', sentence));
      }
      jar.set(c, 'session', sealed, sessionSeconds);
    },
    async personOf(c) {
      const sealed = jar.read(c, 'session');
      if (!sealed) return undefined;
      const opened = (await sealer.open('session', sealed)) as { readonly person?: unknown } | undefined;
      return personSchema.safeParse(opened?.person).data;
    },
    end: (c) => jar.drop(c, 'session'),
  };
}
