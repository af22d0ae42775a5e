import { later } from './later.ts';
import {
  changeImages,
  leaseChangeSchema,
  leaseRuleSchema,
  name,
  refusalSchema,
  ruleSchema,
  text,
} from './rule-answers.ts';
import * as z from './zod.ts';

// What the API answers. The document at /openapi.json is made from these.

export const instant = later(() => z.string().openapi({ format: 'date-time', example: '2026-12-01T09:00:00Z' }));

export const problemSchema = later(() =>
  z
    .object({
      type: z.string(),
      title: z.string(),
      status: z.number(),
      detail: z.string().openapi({ description: 'What happened, and what to do.' }),
      detailZh: name().openapi({ description: 'The same in Chinese; absent of what only machines or the cloud said.' }),
      code: z.string().openapi({ description: 'For machines to compare.', example: 'FROZEN' }),
      path: z
        .string()
        .openapi({ description: 'JSON Pointer to the field of the request.', example: '/rules/0/portRange' }),
      leaseId: z.string().optional(),
    })
    .openapi('Problem'),
);

export const targetSchema = later(() =>
  z
    .object({ cloud: z.string(), account: z.string(), regionId: z.string(), securityGroupId: z.string() })
    .openapi('Group'),
);

const requesterSchema = later(() => z.object({ id: z.string(), name: name() }));

const endless = ' Absent where there is no end.';
export const windowSchema = later(() =>
  z.object({
    startsAt: instant(),
    expiresAt: instant()
      .optional()
      .openapi({ description: `When it ends.${endless}` }),
  }),
);

const approvalsSchema = later(() =>
  z
    .object({
      needed: z.number().openapi({ description: 'How many people other than the requester must approve.' }),
      given: z.array(z.object({ by: z.string(), at: instant(), reason: name() })),
      rejectedBy: name(),
      expiresAt: instant().openapi({ description: 'Without enough approvals it is rejected then.' }),
      startsWhenApproved: z
        .boolean()
        .openapi({ description: 'startsAt, and an end given as a duration, are counted anew from the approval.' }),
      digest: z
        .string()
        .openapi({ description: 'Of what is approved. Send it along to approve this and nothing else.' }),
    })
    .nullable()
    .openapi({ description: 'null where nobody has to be asked.' }),
);

export const leaseSchema = later(() =>
  z
    .object({
      id: z.string(),
      source: z.string(),
      requestId: z.string(),
      action: z.enum(['authorize', 'modify', 'revoke']),
      state: z.string(),
      target: targetSchema(),
      rules: z.array(leaseRuleSchema()).openapi({ description: 'What authorize adds; empty for the others.' }),
      changes: z
        .array(leaseChangeSchema())
        .openapi({ description: 'What modify and revoke do to rules that are there.' }),
      borrowed: z.boolean(),
      ...windowSchema().shape,
      endsAt: instant()
        .optional()
        .openapi({ description: `When it ends, or was ended: never later than expiresAt.${endless}` }),
      requester: requesterSchema(),
      reason: name(),
      ticket: z.object({ system: z.string(), key: z.string(), url: name() }).optional(),
      endReason: name(),
      endReasonZh: name().openapi({
        description: 'The same in Chinese; absent of what a person wrote, or the cloud said.',
      }),
      error: refusalSchema().optional(),
      approvals: approvalsSchema(),
      breakGlass: z
        .object({ reviewedBy: name(), reviewedAt: instant().optional(), review: name() })
        .optional()
        .openapi({ description: 'An emergency, and who has reviewed it since. Absent for every other lease.' }),
      createdAt: instant(),
      openedAt: instant().optional(),
      closedAt: instant().optional(),
    })
    .openapi('Lease'),
);

export const oneLeaseSchema = later(() => z.object({ lease: leaseSchema() }));

export const leaseListSchema = later(() =>
  z
    .object({
      leases: z.array(leaseSchema()),
      cursor: z.string().optional().openapi({ description: 'Ask for the next page with it; absent on the last.' }),
    })
    .openapi('LeaseList'),
);

export const ruleListSchema = later(() =>
  z
    .object({
      rules: z.array(
        z.object({
          key: z.string().openapi({ description: 'Its name in the ledger, and in the audit trail.' }),
          target: targetSchema(),
          action: z.enum(['authorize', 'modify', 'revoke']).openapi({
            description: 'What the newest lease on it does: opens it, or changes or removes what is there.',
          }),
          rule: ruleSchema().openapi({
            description: 'What is opened; of a change, the rule as it was named or first seen.',
          }),
          text: z.string().openapi({ description: 'The rule, or the change, for people.' }),
          ruleId: name().openapi({
            description:
              "The cloud's id: of our rule while it is there, of a rule that is changed wherever it is known.",
          }),
          isPresent: z
            .boolean()
            .openapi({ description: 'Our rule, or change, was seen, and not yet seen to be gone.' }),
          stuck: z.boolean().openapi({ description: 'It could not be undone yet, and is still being tried.' }),
          error: refusalSchema().optional(),
          change: changeImages()
            .optional()
            .openapi({ description: 'Of modify and revoke: what was and what is made of it.' }),
          stamp: z
            .object({ operationId: z.string(), intendedAt: instant(), until: instant() })
            .optional()
            .openapi({ description: "What the stamp in the rule's description says, while it is there." }),
          abandoned: z
            .object({ ruleId: name(), by: z.string(), at: instant() })
            .optional()
            .openapi({ description: 'Somebody took it out of the machine’s hands: it is left as it is.' }),
          lookedAt: instant().optional().openapi({ description: 'When its group was last looked at for it.' }),
          leases: z
            .array(
              z.object({
                ...{ id: z.string(), state: z.string(), requester: requesterSchema() },
                ...{ borrowed: z.boolean(), withdrawn: z.boolean() },
              }),
            )
            .openapi({ description: 'The leases about it that are not over, as far as you may see them.' }),
        }),
      ),
      cursor: z.string().optional().openapi({ description: 'Ask for the next page with it; absent on the last.' }),
    })
    .openapi('RuleList'),
);

export const groupRulesSchema = later(() =>
  z
    .object({
      target: targetSchema(),
      rules: z.array(
        z.object({
          ruleId: name().openapi({ description: 'To name it by; absent on clouds whose rules have none.' }),
          rule: ruleSchema()
            .optional()
            .openapi({ description: 'Absent where its form is not one that can be asked for.' }),
          text: text(),
          description: z.string(),
          ours: z.boolean().openapi({ description: 'Its stamp is proven: we made it.' }),
          until: instant().optional().openapi({ description: 'Of ours: when it goes home.' }),
        }),
      ),
    })
    .openapi('GroupRules'),
);

export const storySchema = later(() =>
  z
    .object({
      lease: leaseSchema(),
      story: z.array(
        z.object({
          n: z.number(),
          at: instant(),
          kind: z.string(),
          actor: z.string(),
          data: z.record(z.string(), z.unknown()),
          hash: z.string(),
        }),
      ),
    })
    .openapi('LeaseStory'),
);

export const takenSchema = later(() =>
  z
    .object({
      result: z.object({
        id: z.string().nullable(),
        leaseId: z.string().nullable(),
        state: z.string().nullable(),
        borrowed: z.boolean().optional(),
        error: refusalSchema().optional(),
      }),
      lease: leaseSchema(),
    })
    .openapi('Taken'),
);

export const endedSchema = later(() =>
  z
    .object({
      ended: z.array(z.string()),
      count: z.number(),
      failed: z.array(z.object({ leaseId: z.string(), error: refusalSchema() })),
    })
    .openapi('Ended'),
);

export const freezeSchema = later(() =>
  z.object({ frozen: z.boolean(), by: name(), reason: name(), since: instant().optional() }).openapi('Freeze'),
);

export const healthSchema = later(() =>
  z
    .object({
      status: z.enum(['ok', 'late']).openapi({ description: 'late: a sweep that guarantees endings is overdue.' }),
      ledger: z.object({ reachable: z.literal(true), time: instant() }),
      sweeps: z.record(z.string(), z.object({ at: instant().nullable(), isLate: z.boolean() })),
      leases: z.object({
        live: z.number(),
        stuck: z.number(),
        toReview: z.number().openapi({ description: 'Emergencies that nobody has reviewed yet.' }),
        isMinimum: z.boolean().openapi({ description: 'There are more than were counted.' }),
      }),
      frozen: z.boolean(),
    })
    .openapi('Health'),
);

export const stampedSchema = later(() =>
  z
    .object({
      groups: z.number(),
      rules: z.array(
        z.object({
          target: targetSchema(),
          ruleId: name(),
          text: text(),
          description: z.string(),
          proven: z.boolean().openapi({ description: 'Its code fits this group and rule: we made it.' }),
          until: instant(),
        }),
      ),
      notListed: z.array(z.object({ target: targetSchema(), code: z.string(), message: z.string() })),
    })
    .openapi('Stamped'),
);
