import * as z from 'zod/mini';
import { secretName } from './secret-name.ts';

/** A JMESPath expression. What is wrong with one is found by `check-expressions.ts`: its parser is heavy. */
const expression = z.string().check(z.minLength(1), z.maxLength(2_000));
export type Template = string | readonly Template[] | { readonly [key: string]: Template };
/** A message's part in which each leaf is an expression. */
const template: z.ZodMiniType<Template> = z.lazy(() =>
  z.union([expression, z.array(template), z.record(z.string(), template)]),
);

const optional = z.optional(expression);
const fields = z.strictObject({
  /** The ticket's id: the id of the request, and what later events name it by. */
  id: optional,
  /** Over the people that the system itself names, and nothing else: see each system's `people`. */
  requester: optional,
  by: optional,
  target: z.optional(template),
  rules: z.optional(template),
  /** One rule in short: a port or a range of ports, and who may come from where. */
  ...{ port: optional, peer: optional, protocol: optional, direction: optional },
  ...{ startsAt: optional, expiresAt: optional, duration: optional, reason: optional, url: optional },
});
const event = z.strictObject({
  when: expression,
  action: z.enum(['authorize', 'modify', 'revoke', 'extend', 'shorten', 'end', 'approve', 'reject']),
  fields: z.optional(fields),
});

const isPattern = (text: string): boolean => {
  try {
    return new RegExp(text).source !== '';
  } catch {
    return false;
  }
};
const idForm = z.string().check(z.refine(isPattern, { error: 'must be a regular expression' }));

/** What all ticketing systems have: which events mean what, and where the fields are. */
const mapped = {
  events: z.array(event).check(z.minLength(1)),
  fields: z.optional(fields),
  idForm: z.optional(idForm),
};
const secrets = z.array(secretName).check(z.minLength(1));
const headerName = z
  .string()
  .check(z.regex(/^[a-z0-9-]{1,64}$/, { error: 'must be a name of a header in lower case' }));
const queryName = z.string().check(z.regex(/^[A-Za-z0-9_-]{1,64}$/, { error: 'must be a name of a parameter' }));
const baseUrl = z.string().check(z.regex(/^https?:\/\/[^\s/?#@]+(?:\/[^\s?#]*)?$/, { error: 'must be an address' }));
/** How old a signed time may be; senders that retry late with their first time need more. */
const freshSeconds = z._default(z.int().check(z.gte(10), z.lte(86_400)), 300);

/** Systems in the order of shared/intake/systems; each adds how it proves itself. */
export const hookSources = {
  jira: {
    kind: z.literal('jira'),
    secrets,
    proof: z._default(
      z.union([z.literal('signature'), z.strictObject({ header: headerName }), z.strictObject({ query: queryName })]),
      'signature',
    ),
    ...mapped,
  },
  dingtalk: {
    kind: z.literal('dingtalk'),
    tokens: secrets,
    aesKeys: secrets,
    owners: z.array(z.string().check(z.minLength(1), z.maxLength(128))).check(z.minLength(1)),
    api: z.optional(
      z.strictObject({
        endpoint: z._default(baseUrl, 'https://api.dingtalk.com'),
        appKey: secretName,
        appSecret: secretName,
      }),
    ),
    freshSeconds,
    ...mapped,
  },
  feishu: {
    kind: z.literal('feishu'),
    encryptKeys: z.optional(secrets),
    tokens: z.optional(secrets),
    api: z.optional(
      z.strictObject({
        endpoint: z._default(baseUrl, 'https://open.feishu.cn'),
        appId: secretName,
        appSecret: secretName,
      }),
    ),
    freshSeconds,
    ...mapped,
  },
  servicenow: {
    kind: z.literal('servicenow'),
    secrets,
    proof: z._default(
      z.union([z.strictObject({ hmac: headerName }), z.strictObject({ header: headerName }), z.literal('basic')]),
      { hmac: 'x-hmac-signature' },
    ),
    ...mapped,
  },
  github: {
    kind: z.literal('github'),
    secrets,
    poll: z.optional(z.strictObject({ deliveries: baseUrl, token: secretName })),
    ...mapped,
  },
  gitlab: { kind: z.literal('gitlab'), secrets, ...mapped },
} as const;

export type Fields = z.infer<typeof fields>;
export type EventRule = z.infer<typeof event>;
