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
import type { Described } from '../../functions/console/later.ts';
import type { meSchema } from '../../functions/console/me.ts';
import type { planSchema } from '../../functions/console/plan-answers.ts';

// What the API answers, from the very schemas that its document is made of. Types alone: no schema is loaded here.

export type Problem = Described<typeof problemSchema>;
export type Lease = Described<typeof leaseSchema>;
export type LeaseList = Described<typeof leaseListSchema>;
export type LeaseStory = Described<typeof storySchema>;
export type Taken = Described<typeof takenSchema>;
export type Health = Described<typeof healthSchema>;
export type Me = Described<typeof meSchema>;
export type Freeze = Described<typeof freezeSchema>;
export type Drift = Described<typeof driftSchema>;
export type GroupRules = Described<typeof groupRulesSchema>;
export type Plan = Described<typeof planSchema>;
export type AuditPage = Described<typeof auditPageSchema>;
export type AuditRow = AuditPage['rows'][number];
export type Verdict = Described<typeof verdictSchema>;
export type Evidence = Described<typeof evidenceSchema>;
export type Target = Lease['target'];
