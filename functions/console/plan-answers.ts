import { z } from '@hono/zod-openapi';
import { instant, windowSchema } from './answers.ts';
import { name, plannedChangeSchema, precedence, refusalSchema, ruleSchema, text } from './rule-answers.ts';

export const planSchema = z
  .object({
    action: z.enum(['authorize', 'modify', 'revoke']),
    allowed: z.boolean(),
    refusal: refusalSchema.optional(),
    window: windowSchema,
    rules: z.array(
      z.object({
        rule: ruleSchema,
        text,
        alreadyOpen: z
          .object({ ruleId: name, ours: z.boolean(), until: instant.optional() })
          .optional()
          .openapi({ description: 'Such a rule is there. Of somebody else it would be borrowed, of ours shared.' }),
        ...precedence,
      }),
    ),
    changes: z.array(plannedChangeSchema).openapi({ description: 'What modify and revoke would do to rules there.' }),
    calls: z.array(z.object({ action: z.string(), parameters: z.unknown() })).openapi({
      description: 'The calls as they would be sent now; operation id and code of their stamps are made then.',
    }),
  })
  .openapi('Plan');
