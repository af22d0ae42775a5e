import { later } from './later.ts';
import { name } from './rule-answers.ts';
import * as z from './zod.ts';

const names = later(() => z.array(z.string()));

/** What the policies say of a question. */
export const decisionSchema = later(() =>
  z
    .object({
      allowed: z.boolean(),
      code: name().openapi({ example: 'POLICY_DENIED' }),
      reason: name().openapi({ description: 'Why not.' }),
      reasonZh: name().openapi({ description: 'The same in Chinese.' }),
      policies: names().openapi({ description: 'The policies that made the decision, by their @id.' }),
      version: z.string().openapi({ description: 'A digest of the policies and entities that were asked.' }),
      approvals: z.number().openapi({ description: 'How many people who did not ask must agree.' }),
      approvers: names().openapi({ description: 'Groups: each of those people must be in every one of them.' }),
    })
    .openapi('Decision'),
);

export const policySchema = later(() =>
  z
    .object({
      version: z.string().openapi({ description: 'A digest of policies and entities: decisions name it.' }),
      policies: z.array(
        z.object({
          id: z.string(),
          effect: z.enum(['permit', 'forbid']),
          annotations: z.record(z.string(), z.string()),
          text: z.string().openapi({ description: 'As its author wrote it, in Cedar.' }),
        }),
      ),
    })
    .openapi('Policies'),
);

export const testedSchema = later(() =>
  z
    .object({
      version: z.string(),
      failed: z.number().openapi({ description: 'How many were decided otherwise than expected.' }),
      results: z.array(
        z.object({
          name: z.string(),
          decision: decisionSchema(),
          mismatches: names()
            .optional()
            .openapi({ description: 'What was expected otherwise; absent where nothing was expected.' }),
        }),
      ),
    })
    .openapi('PolicyTestResults'),
);
