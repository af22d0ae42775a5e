import * as z from 'zod/mini';

/** Where a secret is. A literal is refused here: this file is under version control. */
export const secretName = z.string().check(
  z.refine((text) => /^(?:env:[A-Za-z_][A-Za-z0-9_]*|kms:[A-Za-z0-9/_+=.@-]+)$/.test(text), {
    error: 'must be env:NAME or kms:NAME; the secret itself does not belong into a file',
  }),
);
