import { later } from './later.ts';
import * as z from './zod.ts';

// What the API answers about the audit trail.

const instant = later(() => z.string().openapi({ format: 'date-time' }));
const instants = later(() => z.array(instant()));

const rowSchema = later(() =>
  z
    .object({
      n: z.number(),
      at: instant(),
      kind: z.string(),
      leaseId: z.string().optional(),
      actor: z.string(),
      data: z.record(z.string(), z.unknown()),
      hash: z.string(),
    })
    .openapi('AuditRow'),
);

export const verdictSchema = later(() =>
  z
    .object({
      ok: z.boolean(),
      rows: z.number().openapi({ description: 'How many follow from each other, from the first one on.' }),
      firstBad: z.number().optional(),
      reason: z.enum(['row', 'anchor', 'head']).optional(),
      hash: z.string().openapi({ description: 'Of the last good row. Keep `rows:hash` elsewhere: it is an anchor.' }),
      isKeyed: z.boolean().openapi({ description: 'Without a key whoever writes to the database could make it anew.' }),
      anchors: z
        .object({
          kept: z.number().openapi({ description: 'Heads that the store has; every one was held against the trail.' }),
          newestAt: instant().optional(),
          error: z.string().optional().openapi({ description: 'Why the store could not be read: then none was.' }),
        })
        .optional()
        .openapi({ description: 'Absent where no store is configured (CURFEW_AUDIT_ANCHOR).' }),
    })
    .openapi('AuditVerdict'),
);

export const auditPageSchema = later(() =>
  z.object({
    rows: z.array(rowSchema()),
    cursor: z.string().optional().openapi({ description: 'Ask for the next page with it; absent on the last.' }),
  }),
);

const lookSchema = later(() => z.object({ at: instant(), ruleId: z.string().optional(), rule: z.string().optional() }));

export const evidenceSchema = later(() =>
  z
    .object({
      leaseId: z.string(),
      state: z.string(),
      request: z.object({
        id: z.string(),
        source: z.string(),
        proof: z.string().openapi({ description: 'How it was known who asked.' }),
        digest: z.string().optional().openapi({ description: 'SHA-256 of the message as canonical JSON (RFC 8785).' }),
        at: instant(),
        requester: z.string(),
        reason: z.string().optional(),
        ticket: z.string().optional(),
        rules: z.array(z.string()),
      }),
      decision: z.object({ at: instant(), kind: z.string(), by: z.string(), data: z.record(z.string(), z.unknown()) }),
      calls: z.array(
        z.object({
          operationId: z.string(),
          kind: z.string(),
          intendedAt: instant(),
          repeatedAt: instants(),
          clientToken: z.string().optional(),
          requestSha256: z.string().optional(),
          answers: z.array(
            z.object({
              at: instant(),
              kind: z.string(),
              code: z.string().optional(),
              requestId: z.string().optional().openapi({ description: "The cloud's, to be found in its own trail." }),
            }),
          ),
        }),
      ),
      looks: z.object({ open: z.array(lookSchema()), gone: z.array(lookSchema()) }),
      latencies: z.object({
        openedMs: z.number().optional().openapi({ description: 'From its start, or its acceptance, to being seen.' }),
        goneMs: z.number().optional().openapi({ description: 'From its end to the look that proved it.' }),
        callsMs: z.array(z.number()).openapi({ description: 'From each intent to its last answer.' }),
      }),
      rows: z.array(rowSchema()).openapi({ description: 'Every row of the trail that this was made of.' }),
    })
    .openapi('Evidence'),
);
