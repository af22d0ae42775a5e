import { later } from './later.ts';
import * as z from './zod.ts';

// What the API answers of rules and of changes to them.

export const name = later(() => z.string().optional());
export const refusalSchema = later(() =>
  z
    .object({
      ...{ code: z.string(), message: z.string(), path: z.string() },
      messageZh: name().openapi({
        description: 'The sentence in Chinese; absent of what only machines or the cloud said.',
      }),
    })
    .openapi('Refusal'),
);
export const ruleSchema = later(() =>
  z
    .object({
      direction: z.enum(['ingress', 'egress']),
      ipProtocol: z.string(),
      portRange: name(),
      portRangeListId: name(),
      sourcePortRange: name(),
      policy: z.enum(['accept', 'drop']),
      priority: z.number(),
      nicType: z.string(),
      sourceCidrIp: name(),
      ipv6SourceCidrIp: name(),
      sourceGroupId: name(),
      sourceGroupOwnerAccount: name(),
      sourceGroupOwnerId: name(),
      sourcePrefixListId: name(),
      destCidrIp: name(),
      ipv6DestCidrIp: name(),
      destGroupId: name(),
      destGroupOwnerAccount: name(),
      destGroupOwnerId: name(),
      destPrefixListId: name(),
      description: name(),
    })
    .openapi('CanonicalRule', { description: 'A rule in canonical form: explicit, lower case, masked.' }),
);
export const text = later(() =>
  z.string().openapi({ description: 'The rule for people.', example: 'accept tcp 22 from 203.0.113.7/32' }),
);

export const leaseRuleSchema = later(() =>
  z
    .object({
      rule: ruleSchema(),
      text: text(),
      ruleId: z.string().optional().openapi({ description: "The cloud's id of our rule, while it is there." }),
      isPresent: z.boolean().openapi({ description: 'Our rule was seen, and not yet seen to be gone.' }),
      borrowed: z.boolean().openapi({ description: "It was there already and is somebody else's: never removed." }),
      withdrawn: z.boolean().openapi({ description: 'Somebody removed ours by hand: never opened again.' }),
      stuck: z.boolean().openapi({ description: 'It could not be removed yet, and is still being tried.' }),
      error: refusalSchema().optional(),
    })
    .openapi('LeaseRule'),
);

/** What `modify` sets; the values of these fields in a rule in canonical form. */
const setSchema = later(() => ruleSchema().omit({ direction: true, nicType: true }).partial().openapi('RuleSet'));

const named = later(() => ({
  securityGroupRuleId: name().openapi({ description: 'The rule that is changed, where it was named by its id.' }),
  rule: ruleSchema().optional().openapi({ description: 'The rule that is changed, where it was named by attributes.' }),
  set: setSchema().optional().openapi({ description: 'What modify sets.' }),
  text: z.string().openapi({ description: 'The change for people.', example: 'change sgr-1: priority 9' }),
}));
const beforeAndAfter = later(() => ({
  before: ruleSchema().optional().openapi({ description: 'The rule before it was touched: what the end puts back.' }),
  after: ruleSchema().optional().openapi({ description: 'The rule as modify makes it; absent where it is removed.' }),
}));
const images = later(() => ({
  ruleId: name().openapi({ description: "The cloud's id of the rule." }),
  ...beforeAndAfter(),
}));
const isDone = later(() => z.boolean().openapi({ description: 'Made, and nothing of it is to be undone.' }));
/** Of a rule that is changed. */
export const changeImages = later(() =>
  z.object({ set: setSchema().optional(), ...beforeAndAfter(), isDone: isDone() }),
);

export const leaseChangeSchema = later(() =>
  z
    .object({
      ...named(),
      ...images(),
      isPresent: z.boolean().openapi({ description: 'The change was seen to be made, and not yet to be undone.' }),
      isDone: isDone(),
      withdrawn: z.boolean().openapi({ description: 'Somebody removed the changed rule by hand.' }),
      stuck: z.boolean().openapi({ description: 'It could not be put back yet, and is still being tried.' }),
      error: refusalSchema().optional(),
    })
    .openapi('LeaseChange'),
);

const covers = later(() => z.enum(['whole', 'part']));
const other = later(() => z.object({ ruleId: name(), text: text(), covers: covers() }));

export const precedence = later(() => ({
  dropShadow: other()
    .optional()
    .openapi({ description: 'A drop rule there takes precedence over the whole of this accept rule, or part of it.' }),
  dropEffect: z
    .object({
      drops: z.enum(['everything', 'part', 'nothing']).openapi({ description: 'What of its traffic it would drop.' }),
      shadows: z.array(other()).openapi({ description: 'Accept rules there that it takes precedence over.' }),
      losesTo: z.array(other()).openapi({ description: 'Accept rules there, of a lower number, that win over it.' }),
    })
    .optional()
    .openapi({ description: 'Of a drop rule. The lower number wins; of equal numbers drop wins.' }),
}));

export const plannedChangeSchema = later(() =>
  z
    .object({
      ...named(),
      ...images(),
      possible: z.boolean().openapi({ description: 'Nothing is in the way of it as far as can be seen now.' }),
      refusal: refusalSchema().optional(),
      widens: z.boolean().optional().openapi({ description: 'It lets more through; unknown where no rule was found.' }),
      ...precedence(),
    })
    .openapi('PlannedChange'),
);
