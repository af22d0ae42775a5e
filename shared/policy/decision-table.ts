import * as z from 'zod/mini';
import { parseInstant } from '../rule/instant.ts';

const text = (max: number) => z.string().check(z.minLength(1), z.maxLength(max));
const instant = z.string().check(z.refine((value) => parseInstant(value) !== undefined, { error: 'instant' }));
const group = z.string().check(
  z.refine((value) => /^[^\s/]+\/[^\s/]+\/[^\s/]+\/[^\s/]+$/.test(value), {
    error: 'must be cloud/account/region/group, such as ecs/default/cn-hangzhou/sg-web',
  }),
);
const person = z.strictObject({ id: text(256), groups: z._default(z.array(text(256)), []) });

/** What a test says of a decision; only what it says is compared. */
const expected = z.strictObject({
  decision: z.enum(['allow', 'deny']),
  code: z.optional(text(64)),
  policies: z.optional(z.array(text(128))),
  approvals: z.optional(z.int().check(z.gte(0), z.lte(9))),
  approvers: z.optional(z.array(text(256))),
});

/**
 * One question in the words of a message (contract section 3), with what a source or a log-in would have proved: the
 * person and their groups. `of` says what kind of lease is extended or decided; looking, ending, auditing and
 * administering need no rules.
 */
const decisionTest = z.strictObject({
  name: z.optional(text(300)),
  action: z._default(
    z.enum([
      ...(['authorize', 'modify', 'revoke', 'extend', 'approve', 'reject'] as const),
      ...(['view', 'end', 'audit', 'administer'] as const),
    ]),
    'authorize',
  ),
  of: z._default(z.enum(['authorize', 'modify', 'revoke']), 'authorize'),
  source: z._default(text(64), 'api'),
  person,
  requester: z.optional(person),
  approvers: z.optional(z.array(text(256))),
  target: z.optional(group),
  rules: z._default(z.array(z.unknown()), []),
  startsAt: z.optional(instant),
  duration: z.optional(text(64)),
  expiresAt: z.optional(instant),
  at: z.optional(instant),
  reason: z.optional(text(2000)),
  ticket: z.optional(z.strictObject({ system: text(64), key: text(128) })),
  breakGlass: z._default(z.boolean(), false),
  expect: z.optional(expected),
});

/**
 * A team's regression tests for its policy. `at` is when the questions are asked, so that an answer does not change
 * with the day; `rules` gives names to rules that stand in several of them.
 */
export const decisionTable = z.strictObject({
  at: z.optional(instant),
  rules: z._default(z.record(text(64), z.unknown()), {}),
  tests: z.array(decisionTest).check(z.minLength(1), z.maxLength(1000)),
});

export type DecisionTable = z.infer<typeof decisionTable>;
export type DecisionTest = z.infer<typeof decisionTest>;
