import { z } from '@hono/zod-openapi';

// What the API answers. The document at /openapi.json is made from these.

const instant = z.string().openapi({ format: 'date-time', example: '2026-12-01T09:00:00Z' });

export const problemSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.number(),
    detail: z.string().openapi({ description: 'What happened, and what to do.' }),
    code: z.string().openapi({ description: 'For machines to compare.', example: 'FROZEN' }),
    path: z
      .string()
      .openapi({ description: 'JSON Pointer to the field of the request.', example: '/rules/0/portRange' }),
    leaseId: z.string().optional(),
  })
  .openapi('Problem');

const refusalSchema = z.object({ code: z.string(), message: z.string(), path: z.string() }).openapi('Refusal');
const targetSchema = z
  .object({ cloud: z.string(), account: z.string(), regionId: z.string(), securityGroupId: z.string() })
  .openapi('Group');

const name = z.string().optional();
const ruleSchema = z
  .object({
    direction: z.enum(['ingress', 'egress']),
    ipProtocol: z.string(),
    portRange: name,
    portRangeListId: name,
    sourcePortRange: name,
    policy: z.enum(['accept', 'drop']),
    priority: z.number(),
    nicType: z.string(),
    sourceCidrIp: name,
    ipv6SourceCidrIp: name,
    sourceGroupId: name,
    sourceGroupOwnerAccount: name,
    sourceGroupOwnerId: name,
    sourcePrefixListId: name,
    destCidrIp: name,
    ipv6DestCidrIp: name,
    destGroupId: name,
    destGroupOwnerAccount: name,
    destGroupOwnerId: name,
    destPrefixListId: name,
    description: name,
  })
  .openapi('CanonicalRule', { description: 'A rule in canonical form: explicit, lower case, masked.' });
const text = z.string().openapi({ description: 'The rule for people.', example: 'accept tcp 22 from 203.0.113.7/32' });

const leaseRuleSchema = z
  .object({
    rule: ruleSchema,
    text,
    ruleId: z.string().optional().openapi({ description: "The cloud's id of our rule, while it is there." }),
    isPresent: z.boolean().openapi({ description: 'Our rule was seen, and not yet seen to be gone.' }),
    borrowed: z.boolean().openapi({ description: "It was there already and is somebody else's: never removed." }),
    withdrawn: z.boolean().openapi({ description: 'Somebody removed ours by hand: never opened again.' }),
    stuck: z.boolean().openapi({ description: 'It could not be removed yet, and is still being tried.' }),
    error: refusalSchema.optional(),
  })
  .openapi('LeaseRule');

export const leaseSchema = z
  .object({
    id: z.string(),
    source: z.string(),
    requestId: z.string(),
    action: z.string(),
    state: z.string(),
    target: targetSchema,
    rules: z.array(leaseRuleSchema),
    borrowed: z.boolean(),
    startsAt: instant,
    expiresAt: instant,
    endsAt: instant.openapi({ description: 'When it ends, or was ended: never later than expiresAt.' }),
    requester: z.object({ id: z.string(), name }),
    reason: name,
    ticket: z.object({ system: z.string(), key: z.string(), url: name }).optional(),
    endReason: name,
    error: refusalSchema.optional(),
    createdAt: instant,
    openedAt: instant.optional(),
    closedAt: instant.optional(),
  })
  .openapi('Lease');

export const leaseListSchema = z
  .object({
    leases: z.array(leaseSchema),
    cursor: z.string().optional().openapi({ description: 'Ask for the next page with it; absent on the last.' }),
  })
  .openapi('LeaseList');

export const storySchema = z
  .object({
    lease: leaseSchema,
    story: z.array(
      z.object({
        n: z.number(),
        at: instant,
        kind: z.string(),
        actor: z.string(),
        data: z.record(z.string(), z.unknown()),
        hash: z.string(),
      }),
    ),
  })
  .openapi('LeaseStory');

export const takenSchema = z
  .object({
    result: z.object({
      id: z.string().nullable(),
      leaseId: z.string().nullable(),
      state: z.string().nullable(),
      borrowed: z.boolean().optional(),
      error: refusalSchema.optional(),
    }),
    lease: leaseSchema,
  })
  .openapi('Taken');

export const endedSchema = z
  .object({
    ended: z.array(z.string()),
    count: z.number(),
    failed: z.array(z.object({ leaseId: z.string(), error: refusalSchema })),
  })
  .openapi('Ended');

export const planSchema = z
  .object({
    allowed: z.boolean(),
    refusal: refusalSchema.optional(),
    window: z.object({ startsAt: instant, expiresAt: instant }),
    rules: z.array(
      z.object({
        rule: ruleSchema,
        text,
        alreadyOpen: z
          .object({ ruleId: name, ours: z.boolean(), until: instant.optional() })
          .optional()
          .openapi({ description: 'Such a rule is there. Of somebody else it would be borrowed, of ours shared.' }),
        dropShadow: z
          .object({ ruleId: name, text, covers: z.enum(['whole', 'part']) })
          .optional()
          .openapi({ description: 'A drop rule there takes precedence over the whole of this rule, or part of it.' }),
      }),
    ),
    calls: z.array(z.object({ action: z.string(), parameters: z.unknown() })).openapi({
      description: 'The calls as they would be sent now; operation id and code of their stamps are made then.',
    }),
  })
  .openapi('Plan');

export const freezeSchema = z
  .object({ frozen: z.boolean(), by: name, reason: name, since: instant.optional() })
  .openapi('Freeze');

export const healthSchema = z
  .object({
    status: z.enum(['ok', 'late']).openapi({ description: 'late: a sweep that guarantees endings is overdue.' }),
    ledger: z.object({ reachable: z.literal(true), time: instant }),
    sweeps: z.record(z.string(), z.object({ at: instant.nullable(), isLate: z.boolean() })),
    leases: z.object({
      live: z.number(),
      stuck: z.number(),
      isMinimum: z.boolean().openapi({ description: 'There are more than were counted.' }),
    }),
    frozen: z.boolean(),
  })
  .openapi('Health');

export const stampedSchema = z
  .object({
    groups: z.number(),
    rules: z.array(
      z.object({
        target: targetSchema,
        ruleId: name,
        text,
        description: z.string(),
        proven: z.boolean().openapi({ description: 'Its code fits this group and rule: we made it.' }),
        until: instant,
      }),
    ),
    notListed: z.array(z.object({ target: targetSchema, code: z.string(), message: z.string() })),
  })
  .openapi('Stamped');
