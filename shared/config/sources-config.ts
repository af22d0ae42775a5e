import * as z from 'zod/mini';
import { hookSources } from './hook-sources.ts';
import { secretName } from './secret-name.ts';

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

const { jira, dingtalk, feishu, servicenow, github, gitlab } = hookSources;
const ticketing = [
  z.strictObject({ ...jira, ...common }),
  z.strictObject({ ...dingtalk, ...common }),
  z.strictObject({ ...feishu, ...common }),
  z.strictObject({ ...servicenow, ...common }),
  z.strictObject({ ...github, ...common }),
  z.strictObject({ ...gitlab, ...common }),
] as const;

const source = z.discriminatedUnion('kind', [standardWebhooks, queue, api, cli, ...ticketing]).check(
  z.refine((one) => one.kind !== 'queue' || one.secrets !== undefined || one.trust !== undefined, {
    error: 'needs secrets, or in so many words trust: everyone-who-can-write',
  }),
  z.refine((one) => one.kind !== 'feishu' || one.encryptKeys !== undefined || one.tokens !== undefined, {
    error: 'needs encryptKeys (with them its events are signed), or tokens',
  }),
);

/** sources.yaml: everyone who may speak, by name. */
export const sourcesSchema = z.strictObject({
  sources: z.record(z.string().check(z.regex(/^[a-z][a-z0-9-]{0,31}$/)), source),
});

export type Source = z.infer<typeof source>;
/** A ticketing system whose events are mapped to messages. */
export type HookSource = Extract<Source, { readonly events: unknown }>;
export type SourceBook = Readonly<Record<string, Source>>;
