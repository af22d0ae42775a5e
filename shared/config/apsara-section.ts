import * as z from 'zod/mini';
import { apsaraFields, isReachable, unreachable } from '../cloud/apsara/settings.ts';

const reference = /^(?:env:[A-Za-z_][A-Za-z0-9_]*|kms:[A-Za-z0-9/_+=.@-]+)$/;
const referred = 'must be env:NAME or kms:NAME; the secret itself does not belong into a file';
const isReference = (text: string): boolean => reference.test(text);
const secret = z.string().check(z.refine(isReference, { error: referred }));

/** Headers with such names prove somebody, so that their values are secrets. */
const secretName = /auth|cookie|key|token|secret|password|signature|credential/i;

/** What is no secret may stand here as it is: organisations, resource groups. */
const headers = z.record(z.string().check(z.regex(/^[A-Za-z0-9-]{1,64}$/)), z.string().check(z.minLength(1))).check(
  z.check((context) => {
    for (const [name, value] of Object.entries(context.value)) {
      if (!secretName.test(name) || isReference(value)) continue;
      context.issues.push({ code: 'custom', message: referred, path: [name], input: value });
    }
  }),
);

/**
 * The `apsara` of an account: the settings of shared/cloud/apsara/settings.ts, with secrets by reference. A stack has
 * accounts of its own, so it has an access key of its own too; absent, the account's credentials sign.
 */
export const apsaraSection = z
  .extend(apsaraFields, {
    baseUrl: z.optional(apsaraFields.shape.baseUrl),
    extraHeaders: z._default(headers, {}),
    accessKey: z.optional(z.strictObject({ id: z.string().check(z.minLength(1)), secret })),
  })
  .check(
    z.refine(({ baseUrl, ...way }) => baseUrl === undefined || isReachable({ baseUrl, ...way }), {
      error: unreachable,
      path: ['baseUrl'],
    }),
    z.refine(({ signer, extraHeaders }) => signer !== 'static' || Object.values(extraHeaders).some(isReference), {
      error: 'must hold what proves the caller, as env:NAME or kms:NAME, where the signer is static',
      path: ['extraHeaders'],
    }),
  );

export type ApsaraSection = z.infer<typeof apsaraSection>;
