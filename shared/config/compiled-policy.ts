import * as z from 'zod/mini';

/** One policy of policy.cedar, read: what a first decision need not find out again. */
export const compiledPolicy = z.strictObject({
  /** Its @id. */
  id: z.string(),
  effect: z.enum(['permit', 'forbid']),
  annotations: z.record(z.string(), z.string()),
  /** As its author wrote it. */
  text: z.string(),
  /** What a person reads, in English and in Chinese. */
  reason: z.optional(z.string()),
  reasonZh: z.optional(z.string()),
  /** How many people who did not ask must agree, and the group that they must be in. */
  approvals: z.number(),
  approvers: z.optional(z.string()),
});

export type Policy = z.infer<typeof compiledPolicy>;
