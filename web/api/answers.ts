import type * as z from 'zod';
import type {
  freezeSchema,
  groupRulesSchema,
  healthSchema,
  leaseListSchema,
  leaseSchema,
  problemSchema,
  storySchema,
  takenSchema,
} from '../../functions/console/answers.ts';
import type { auditPageSchema, evidenceSchema, verdictSchema } from '../../functions/console/audit-answers.ts';
import type { driftSchema } from '../../functions/console/drift.ts';
import type { meSchema } from '../../functions/console/me.ts';
import type { planSchema } from '../../functions/console/plan-answers.ts';

// What the API answers, from the very schemas that its document is made of. Types alone: no schema is loaded here.

export type Problem = z.infer<typeof problemSchema>;
export type Lease = z.infer<typeof leaseSchema>;
export type LeaseList = z.infer<typeof leaseListSchema>;
export type LeaseStory = z.infer<typeof storySchema>;
export type Taken = z.infer<typeof takenSchema>;
export type Health = z.infer<typeof healthSchema>;
export type Me = z.infer<typeof meSchema>;
export type Freeze = z.infer<typeof freezeSchema>;
export type Drift = z.infer<typeof driftSchema>;
export type GroupRules = z.infer<typeof groupRulesSchema>;
export type Plan = z.infer<typeof planSchema>;
export type AuditPage = z.infer<typeof auditPageSchema>;
export type AuditRow = AuditPage['rows'][number];
export type Verdict = z.infer<typeof verdictSchema>;
export type Evidence = z.infer<typeof evidenceSchema>;
export type Target = Lease['target'];
