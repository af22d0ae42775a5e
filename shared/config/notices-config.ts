import * as z from 'zod/mini';
import { parseDuration } from '../lease/duration.ts';
import { noticeEvents } from '../reconcile/notice.ts';
import { secretName } from './secret-name.ts';
import { targetPattern } from './sources-config.ts';

const common = {
  events: z.optional(z.array(z.enum(noticeEvents)).check(z.minLength(1))),
  targets: z.optional(z.array(targetPattern).check(z.minLength(1))),
};
const words = {
  language: z._default(z.enum(['en', 'zh']), 'en'),
  offset: z._default(z.string().check(z.regex(/^[+-](?:0\d|1[0-4]):[0-5]\d$/)), '+00:00'),
};
const robot = { address: secretName, secret: z.optional(secretName), ...common, ...words };

const channel = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('dingtalk'), ...robot }),
  z.strictObject({ kind: z.literal('feishu'), ...robot }),
  z.strictObject({ kind: z.literal('slack'), address: secretName, ...common, ...words }),
  z.strictObject({
    kind: z.literal('webhook'),
    address: secretName,
    secrets: z.array(secretName).check(z.minLength(1)),
    ...common,
  }),
  z.strictObject({
    kind: z.literal('eventbridge'),
    bus: z.string().check(z.regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,126}$/)),
    endpoint: z.optional(z.string().check(z.regex(/^(?:https?:\/\/)?[A-Za-z0-9.:-]+$/))),
    ...common,
  }),
]);

/** notices.yaml: who is told what of leases, by name. */
export const noticesSchema = z.strictObject({
  link: z.optional(z.string().check(z.regex(/^https?:\/\/\S+$/))),
  endsSoon: z.optional(z.string().check(z.refine((text) => parseDuration(text) !== undefined, { error: 'duration' }))),
  channels: z.record(z.string().check(z.regex(/^[a-z][a-z0-9-]{0,31}$/)), channel),
});

export type Notices = z.infer<typeof noticesSchema>;
