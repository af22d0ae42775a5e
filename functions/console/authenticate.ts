import { createHash, timingSafeEqual } from 'node:crypto';
import type { MiddlewareHandler } from 'hono';
import { refusal } from '../../shared/rule/refusal.ts';
import type { ApiToken } from '../../shared/runtime/settings.ts';
import type { Actor, ConsoleEnv, ConsoleLogin } from './console-app.ts';
import { tokenGroup } from './login/person.ts';
import { refuseForeign } from './login/same-origin.ts';
import { Problem } from './problem.ts';

/** The name of the token that a text is; undefined for none. */
export type WhoseToken = (text: string) => string | undefined;

/**
 * Compares hashes, all of them: how long it takes tells neither how long a token is, nor how much of it was right,
 * nor which one it was.
 */
export function whoseToken(tokens: readonly ApiToken[]): WhoseToken {
  const known = tokens.map(({ name, token }) => ({ name, hash: sha256(token.reveal()) }));
  return (text) => {
    const hash = sha256(text);
    return known.filter((one) => timingSafeEqual(one.hash, hash)).map(({ name }) => name)[0];
  };
}

/**
 * Lets nobody pass who is not known: machines by an API token, whose name is who acts, people by their log-in. A
 * request that brings a token is judged by it alone.
 */
export function requireActor(whose: WhoseToken, login: ConsoleLogin | undefined): MiddlewareHandler<ConsoleEnv> {
  return async (c, next) => {
    const authorization = c.req.header('authorization');
    const token = authorization === undefined ? undefined : bearerOf(authorization, whose);
    const actor: Actor | undefined =
      authorization === undefined
        ? await login?.sessions.personOf(c)
        : token === undefined
          ? undefined
          : { id: token, groups: [tokenGroup], isMachine: true };
    if (actor === undefined) {
      const sentence = `give an API token (Authorization: Bearer <token>)${login ? ', or log in at /auth/login' : ''}`;
      throw new Problem(401, refusal('UNAUTHENTICATED', sentence), {
        headers: { 'www-authenticate': 'Bearer realm="curfew"' },
      });
    }
    if (login && !actor.isMachine) refuseForeign(c, login.consoleUrl);
    c.set('person', actor);
    c.set('actor', actor.id);
    await next();
  };
}

const bearerOf = (header: string, whose: WhoseToken): string | undefined => {
  const [, token] = /^Bearer +([\x21-\x7e]+) *$/i.exec(header) ?? [];
  return token === undefined ? undefined : whose(token);
};

const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest();
