import { instant, windowSchema } from './answers.ts';
import { later } from './later.ts';
import { decisionSchema } from './policy-answers.ts';
import { name, plannedChangeSchema, precedence, refusalSchema, ruleSchema, text } from './rule-answers.ts';
import * as z from './zod.ts';

const passes = later(() => z.enum(['all', 'part', 'none', 'unknown']));

export const trafficSchema = later(() =>
  z
    .object({
      now: passes().openapi({ description: 'What of it passes with the rules that are there.' }),
      afterwards: passes().openapi({ description: 'What of it would pass with this rule beside them.' }),
      openBy: z
        .object({ ruleId: name(), text: text(), permanent: z.boolean(), until: instant().optional() })
        .optional()
        .openapi({ description: 'The rule that lets all of it through already, for good or until a lease ends.' }),
    })
    .openapi({
      description:
        'Of an accept rule: whether its traffic really passes this group, priorities and drop rules considered. part: some of it, or of addresses that are not known here; unknown: no rule is about it, and the kind of group decides.',
    }),
);

const quotaSchema = later(() =>
  z
    .object({
      looks: z.number().openapi({ description: 'Listings of the group, each of one page or more: before and after.' }),
      calls: z.number().openapi({ description: 'Changing calls at the start.' }),
      callsAtEnd: z.number().openapi({ description: 'Changing calls that undo it.' }),
      rulesInGroup: z.number().openapi({ description: 'Rules that the group has now.' }),
      rulesAdded: z.number().openapi({ description: 'Rules that it would have more.' }),
    })
    .openapi({ description: 'What it costs of the quotas of the API and of the group.' }),
);

export const planSchema = later(() =>
  z
    .object({
      action: z.enum(['authorize', 'modify', 'revoke']),
      allowed: z.boolean(),
      refusal: refusalSchema().optional(),
      decision: decisionSchema(),
      window: windowSchema(),
      rules: z.array(
        z.object({
          rule: ruleSchema(),
          text: text(),
          alreadyOpen: z
            .object({ ruleId: name(), ours: z.boolean(), until: instant().optional() })
            .optional()
            .openapi({ description: 'Such a rule is there. Of somebody else it would be borrowed, of ours shared.' }),
          traffic: trafficSchema().optional(),
          ...precedence(),
        }),
      ),
      changes: z
        .array(plannedChangeSchema())
        .openapi({ description: 'What modify and revoke would do to rules there.' }),
      calls: z.array(z.object({ action: z.string(), parameters: z.unknown() })).openapi({
        description: 'The calls as they would be sent now; operation id and code of their stamps are made then.',
      }),
      quota: quotaSchema().optional(),
      instances: z.number().nullable().openapi({
        description: 'How many instances the group has; null: not known, for this cloud does not tell, or did not now.',
      }),
    })
    .openapi('Plan'),
);
