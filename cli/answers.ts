import * as z from 'zod/mini';

// What the command line reads of the console's answers. Loose: a console may be newer and say more.

const maybe = z.optional(z.string());
const refusal = z.looseObject({ code: z.string(), message: z.string(), path: z.string(), messageZh: maybe });
const passes = z.enum(['all', 'part', 'none', 'unknown']);
/** As a plan and the audit trail have it. */
export const decisionSchema = z.looseObject({
  ...{ policies: z.array(z.string()), version: z.string() },
  ...{ approvals: z.number(), approvers: z.array(z.string()) },
});
export type Decision = z.infer<typeof decisionSchema>;

export const problemSchema = z.looseObject({ detail: z.string(), detailZh: maybe, code: z.string(), path: maybe });

/** A rule as the console shows it, field by field. */
const image = z.record(z.string(), z.unknown());
export type Image = z.infer<typeof image>;

export const leaseSchema = z.looseObject({
  id: z.string(),
  requestId: z.string(),
  action: z.string(),
  state: z.string(),
  target: z.looseObject({ securityGroupId: z.string(), regionId: z.string(), account: z.string(), cloud: z.string() }),
  rules: z.array(
    z.looseObject({
      text: z.string(),
      ruleId: maybe,
      isPresent: z.boolean(),
      borrowed: z.boolean(),
      withdrawn: z.boolean(),
      stuck: z.boolean(),
      error: z.optional(refusal),
    }),
  ),
  changes: z.array(
    z.looseObject({
      text: z.string(),
      ruleId: maybe,
      before: z.optional(image),
      after: z.optional(image),
      isPresent: z.boolean(),
      withdrawn: z.boolean(),
      stuck: z.boolean(),
      error: z.optional(refusal),
    }),
  ),
  borrowed: z.boolean(),
  startsAt: z.string(),
  endsAt: maybe,
  requester: z.looseObject({ id: z.string() }),
  reason: maybe,
  ticket: z.optional(z.looseObject({ system: z.string(), key: z.string() })),
  endReason: maybe,
  endReasonZh: maybe,
  error: z.optional(refusal),
  breakGlass: z.optional(z.looseObject({ reviewedBy: maybe, review: maybe })),
  approvals: z.optional(
    z.nullable(
      z.looseObject({
        needed: z.number(),
        given: z.array(z.looseObject({ by: z.string(), at: z.string(), reason: maybe })),
        rejectedBy: maybe,
        expiresAt: z.string(),
        startsWhenApproved: z.optional(z.boolean()),
        digest: z.string(),
      }),
    ),
  ),
});
export type Lease = z.infer<typeof leaseSchema>;

export const takenSchema = z.looseObject({ result: z.looseObject({}), lease: leaseSchema });
export const leaseListSchema = z.looseObject({ leases: z.array(leaseSchema), cursor: maybe });

export const storySchema = z.looseObject({
  lease: leaseSchema,
  story: z.array(
    z.looseObject({ at: z.string(), kind: z.string(), actor: z.string(), data: z.record(z.string(), z.unknown()) }),
  ),
});
export type Story = z.infer<typeof storySchema>['story'];

export const endedSchema = z.looseObject({
  ended: z.array(z.string()),
  failed: z.array(z.looseObject({ leaseId: z.string(), error: refusal })),
});

const other = z.looseObject({ ruleId: maybe, text: z.string(), covers: z.enum(['whole', 'part']) });
const precedence = {
  dropShadow: z.optional(other),
  dropEffect: z.optional(
    z.looseObject({
      drops: z.enum(['everything', 'part', 'nothing']),
      shadows: z.array(other),
      losesTo: z.array(other),
    }),
  ),
};

export const planSchema = z.looseObject({
  allowed: z.boolean(),
  refusal: z.optional(refusal),
  decision: z.optional(decisionSchema),
  window: z.looseObject({ startsAt: z.string(), expiresAt: maybe }),
  rules: z.array(
    z.looseObject({
      text: z.string(),
      alreadyOpen: z.optional(z.looseObject({ ruleId: maybe, ours: z.boolean(), until: maybe })),
      traffic: z.optional(
        z.looseObject({
          ...{ now: passes, afterwards: passes },
          openBy: z.optional(z.looseObject({ ruleId: maybe, text: z.string(), permanent: z.boolean(), until: maybe })),
        }),
      ),
      ...precedence,
    }),
  ),
  changes: z.array(
    z.looseObject({
      text: z.string(),
      before: z.optional(image),
      after: z.optional(image),
      possible: z.boolean(),
      widens: z.optional(z.boolean()),
      ...precedence,
    }),
  ),
  calls: z.array(z.looseObject({ action: z.string(), parameters: z.unknown() })),
  quota: z.optional(
    z.looseObject({
      ...{ looks: z.number(), calls: z.number(), callsAtEnd: z.number() },
      ...{ rulesInGroup: z.number(), rulesAdded: z.number() },
    }),
  ),
  instances: z.optional(z.nullable(z.number())),
});
export type Plan = z.infer<typeof planSchema>;

export const freezeSchema = z.looseObject({ frozen: z.boolean(), by: maybe, reason: maybe, since: maybe });

export const stampedSchema = z.looseObject({
  groups: z.number(),
  rules: z.array(
    z.looseObject({
      target: z.looseObject({ securityGroupId: z.string() }),
      ruleId: maybe,
      text: z.string(),
      proven: z.boolean(),
    }),
  ),
  notListed: z.array(
    z.looseObject({ target: z.looseObject({ securityGroupId: z.string() }), code: z.string(), message: z.string() }),
  ),
});
export type Stamped = z.infer<typeof stampedSchema>;
