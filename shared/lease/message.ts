import * as z from 'zod/mini';
import { parseInstant } from '../rule/instant.ts';
import { ruleChangeSchema, ruleRemovalSchema } from '../rule/request-change.ts';
import { requestRuleSchema } from '../rule/request-rule.ts';
import { targetSchema } from '../rule/target.ts';
import { parseDuration } from './duration.ts';

/** Limits of one message; a delivery may hold many. */
export const messageBytesMax = 64 * 1024;
const rulesPerMessageMax = 100;

const messageId = z.string().check(z.regex(/^[\x21-\x7e]{1,128}$/));
/** Half a character is nothing that the ledger, the policies or a log could take as it is. */
const isWhole = (value: string): boolean => !/\p{Cs}/u.test(value);
/** Nor may two people look the same: nothing in an id is invisible. */
const isVisible = (value: string): boolean => !/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u.test(value);
const text = (max: number) =>
  z.string().check(z.minLength(1), z.maxLength(max), z.refine(isWhole, { error: 'characters' }));
const leaseId = z.string().check(z.regex(/^[\x21-\x7e]{1,64}$/));
const instant = z.string().check(z.refine((value) => parseInstant(value) !== undefined, { error: 'instant' }));
const duration = z.string().check(z.refine((value) => parseDuration(value) !== undefined, { error: 'duration' }));

/** Who asks or decides. Taken from what was verified; see contract section 3, "Who speaks". */
const personSchema = z.strictObject({
  id: text(256).check(z.refine(isVisible, { error: 'visible' })),
  name: z.optional(text(256)),
});
const ticketSchema = z.strictObject({
  system: text(64),
  key: text(128),
  url: z.optional(z.string().check(z.maxLength(2048), z.regex(/^https?:\/\/[^\s]+$/))),
});

const head = { version: z.literal(1), id: messageId };
const window = {
  startsAt: z.optional(instant),
  duration: z.optional(duration),
  expiresAt: z.optional(instant),
};
/** An emergency: allowed only where a policy says so for emergencies, short, loud, and reviewed afterwards. */
const breakGlass = z.optional(z.literal(true));
const asking = {
  requester: personSchema,
  breakGlass,
  reason: z.optional(text(2000)),
  ticket: z.optional(ticketSchema),
};
const later = {
  leaseId: z.optional(leaseId),
  requestId: z.optional(messageId),
  requester: z.optional(personSchema),
  reason: z.optional(text(2000)),
  ticket: z.optional(ticketSchema),
};
const rules = z.array(requestRuleSchema).check(z.minLength(1), z.maxLength(rulesPerMessageMax));
const changes = z.array(ruleChangeSchema).check(z.minLength(1), z.maxLength(rulesPerMessageMax));
const removals = z.array(ruleRemovalSchema).check(z.minLength(1), z.maxLength(rulesPerMessageMax));

const authorize = z.strictObject({
  ...head,
  action: z.literal('authorize'),
  target: targetSchema,
  rules,
  ...window,
  ...asking,
});
const modify = z.strictObject({
  ...head,
  action: z.literal('modify'),
  target: targetSchema,
  rules: changes,
  ...window,
  ...asking,
});
const revoke = z.strictObject({
  ...head,
  action: z.literal('revoke'),
  target: targetSchema,
  rules: removals,
  ...window,
  ...asking,
});
const moved = { duration: z.optional(duration), expiresAt: z.optional(instant) };
const extend = z.strictObject({ ...head, action: z.literal('extend'), ...later, ...moved });
const shorten = z.strictObject({ ...head, action: z.literal('shorten'), ...later, ...moved });
const end = z.strictObject({ ...head, action: z.literal('end'), ...later });
/** The digest that the console showed: what was changed since is not what was approved. */
const digest = z.string().check(z.regex(/^[0-9a-f]{64}$/));
const decided = { ...later, by: z.optional(personSchema), digest: z.optional(digest) };
const approve = z.strictObject({ ...head, action: z.literal('approve'), ...decided });
const reject = z.strictObject({ ...head, action: z.literal('reject'), ...decided });

/** Version 1 of the message (contract section 3); `schemas/message.v1.json` is generated from it. */
export const messageSchema = z.discriminatedUnion('action', [
  authorize,
  modify,
  revoke,
  extend,
  shorten,
  end,
  approve,
  reject,
]);

export type Message = z.infer<typeof messageSchema>;
export type AuthorizeMessage = Extract<Message, { action: 'authorize' }>;
export type ChangeMessage = Extract<Message, { action: 'modify' | 'revoke' }>;
export type LaterMessage = Extract<Message, { action: 'extend' | 'shorten' | 'end' }>;
export type DecisionMessage = Extract<Message, { action: 'approve' | 'reject' }>;
export type Person = z.infer<typeof personSchema>;
export type Ticket = z.infer<typeof ticketSchema>;
