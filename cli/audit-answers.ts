import * as z from 'zod/mini';

// What the command line reads of the audit trail. Loose: a console may be newer and say more.

const maybe = z.optional(z.string());

export const verdictSchema = z.looseObject({
  ok: z.boolean(),
  rows: z.number(),
  firstBad: z.optional(z.number()),
  reason: maybe,
  hash: z.string(),
  isKeyed: z.boolean(),
  anchors: z.optional(z.looseObject({ kept: z.number(), newestAt: maybe, error: maybe })),
});

export type Verdict = z.infer<typeof verdictSchema>;

const rowSchema = z.looseObject({
  n: z.number(),
  at: z.string(),
  kind: z.string(),
  leaseId: maybe,
  actor: z.string(),
  data: z.record(z.string(), z.unknown()),
  hash: z.string(),
});

const look = z.looseObject({ at: z.string(), ruleId: maybe });
export const evidenceSchema = z.looseObject({
  leaseId: z.string(),
  state: z.string(),
  request: z.looseObject({
    id: z.string(),
    source: z.string(),
    proof: z.string(),
    digest: maybe,
    at: z.string(),
    requester: z.string(),
    reason: maybe,
    ticket: maybe,
    rules: z.array(z.string()),
  }),
  decision: z.looseObject({ at: z.string(), kind: z.string(), by: z.string() }),
  calls: z.array(
    z.looseObject({
      operationId: z.string(),
      kind: z.string(),
      intendedAt: z.string(),
      answers: z.array(z.looseObject({ at: z.string(), kind: z.string(), code: maybe, requestId: maybe })),
    }),
  ),
  looks: z.looseObject({ open: z.array(look), gone: z.array(look) }),
  latencies: z.looseObject({ openedMs: z.optional(z.number()), goneMs: z.optional(z.number()) }),
  rows: z.array(rowSchema),
});
export type Evidence = z.infer<typeof evidenceSchema>;
