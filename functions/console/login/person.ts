import * as z from 'zod/mini';

// What is shown and logged as one word must be one.
const word = z.string().check(z.minLength(1), z.maxLength(256), z.regex(/^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+$/u));

/** The group of whoever bears an API token: policies name it, so no log-in may claim it. */
export const tokenGroup = 'api-tokens';

/** Somebody who logged in, as the provider's claims say it. */
export const personSchema = z.object({
  id: word,
  name: z.optional(word),
  groups: z.array(word),
  language: z.optional(z.enum(['en', 'zh'])),
});
export type LoggedIn = z.infer<typeof personSchema>;

type Claims = Readonly<Record<string, unknown>>;
export type ClaimNames = { readonly personClaim: string; readonly groupsClaim: string };

/**
 * The person of an ID token; undefined where it names none, or names an address that the provider has not verified:
 * anybody could claim that.
 */
export function personOf(claims: Claims, { personClaim, groupsClaim }: ClaimNames): LoggedIn | undefined {
  const id = claims[personClaim];
  const isEmail = personClaim === 'email';
  if (typeof id !== 'string' || (isEmail && claims.email_verified === false)) return undefined;
  const groups = claims[groupsClaim];
  const person = personSchema.safeParse({
    // Providers write one mailbox in several ways; one person must not become two who approve each other.
    id: isEmail ? id.toLowerCase() : id,
    name: word.safeParse(claims.name).data,
    groups: typeof groups === 'string' ? [groups] : (groups ?? []),
    language: languageOf(claims.locale),
  }).data;
  return person && { ...person, groups: person.groups.filter((group) => group !== tokenGroup) };
}

const languageOf = (locale: unknown): LoggedIn['language'] =>
  typeof locale === 'string' ? (/^zh\b/i.test(locale) ? 'zh' : 'en') : undefined;
