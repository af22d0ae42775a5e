import * as z from 'zod/mini';

/** Where a secret is. A literal is refused here: this file is under version control. */
export const secretName = z.string().check(
  z.refine((text) => /^(?:env:[A-Za-z_][A-Za-z0-9_]*|kms:[A-Za-z0-9/_+=.@-]+)$/.test(text), {
    error: 'must be env:NAME or kms:NAME; the secret itself does not belong into a file',
  }),
);
const action = z.enum(['authorize', 'modify', 'revoke', 'extend', 'shorten', 'end', 'approve', 'reject']);
export const targetPattern = z.string().check(
  z.refine((text) => /^[^\s/]+\/[^\s/]+\/[^\s/]+\/[^\s/]+$/.test(text), {
    error: 'must be cloud/account/region/group, `*` for anything',
  }),
);

const common = {
  actions: z.optional(z.array(action).check(z.minLength(1))),
  targets: z.optional(z.array(targetPattern).check(z.minLength(1))),
  approvesOwn: z._default(z.boolean(), false),
};

const standardWebhooks = z.strictObject({
  kind: z.literal('standard-webhooks'),
  secrets: z.array(secretName).check(z.minLength(1)),
  ...common,
});
const queue = z.strictObject({
  kind: z.literal('queue'),
  secrets: z.optional(z.array(secretName).check(z.minLength(1))),
  trust: z.optional(z.literal('everyone-who-can-write')),
  ...common,
});
const api = z.strictObject({ kind: z.literal('api'), ...common });
const cli = z.strictObject({ kind: z.literal('cli'), ...common });

const source = z.discriminatedUnion('kind', [standardWebhooks, queue, api, cli]).check(
  z.refine((one) => one.kind !== 'queue' || one.secrets !== undefined || one.trust !== undefined, {
    error: 'needs secrets, or in so many words trust: everyone-who-can-write',
  }),
);

/** sources.yaml: everyone who may speak, by name. */
export const sourcesSchema = z.strictObject({
  sources: z.record(z.string().check(z.regex(/^[a-z][a-z0-9-]{0,31}$/)), source),
});

export type Source = z.infer<typeof source>;
export type SourceBook = Readonly<Record<string, Source>>;
