import { createHash, timingSafeEqual } from 'node:crypto';
import type { MiddlewareHandler } from 'hono';
import { refusal } from '../../shared/rule/refusal.ts';
import type { ApiToken } from '../../shared/runtime/settings.ts';
import type { ConsoleEnv } from './console-app.ts';
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

/** Lets nobody pass without a token; its name is who acts, whatever the body says. */
export function requireToken(whose: WhoseToken): MiddlewareHandler<ConsoleEnv> {
  return async (c, next) => {
    const actor = bearerOf(c.req.header('authorization'), whose);
    if (actor === undefined) {
      throw new Problem(401, refusal('UNAUTHENTICATED', 'give an API token: Authorization: Bearer <token>'), {
        headers: { 'www-authenticate': 'Bearer realm="curfew"' },
      });
    }
    c.set('actor', actor);
    await next();
  };
}

const bearerOf = (header: string | undefined, whose: WhoseToken): string | undefined => {
  const [, token] = /^Bearer +([\x21-\x7e]+) *$/i.exec(header ?? '') ?? [];
  return token === undefined ? undefined : whose(token);
};

/** A browser's log-in: any name, with a token as the password. For pages only: the API takes no such credentials. */
export function basicOf(header: string | undefined, whose: WhoseToken): string | undefined {
  const [, encoded] = /^Basic +([A-Za-z0-9+/=]+) *$/i.exec(header ?? '') ?? [];
  const text = Buffer.from(encoded ?? '', 'base64').toString('utf8');
  const colon = text.indexOf(':');
  return colon < 0 ? undefined : whose(text.slice(colon + 1));
}

const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest();
