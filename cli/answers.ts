import * as z from 'zod/mini';

// What the command line reads of the console's answers. Loose: a console may be newer and say more.

const maybe = z.optional(z.string());
const refusal = z.looseObject({ code: z.string(), message: z.string(), path: z.string() });

export const problemSchema = z.looseObject({ detail: z.string(), code: z.string(), path: maybe });

const leaseSchema = z.looseObject({
  id: z.string(),
  requestId: z.string(),
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
  borrowed: z.boolean(),
  startsAt: z.string(),
  endsAt: z.string(),
  requester: z.looseObject({ id: z.string() }),
  reason: maybe,
  ticket: z.optional(z.looseObject({ system: z.string(), key: z.string() })),
  endReason: maybe,
  error: z.optional(refusal),
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

export const planSchema = z.looseObject({
  allowed: z.boolean(),
  refusal: z.optional(refusal),
  window: z.looseObject({ startsAt: z.string(), expiresAt: z.string() }),
  rules: z.array(
    z.looseObject({
      text: z.string(),
      alreadyOpen: z.optional(z.looseObject({ ruleId: maybe, ours: z.boolean(), until: maybe })),
      dropShadow: z.optional(z.looseObject({ ruleId: maybe, text: z.string(), covers: z.string() })),
    }),
  ),
  calls: z.array(z.looseObject({ action: z.string(), parameters: z.unknown() })),
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
