import { type Plan, planSchema } from '../answers.ts';
import { type ChangeOptions, changeRequest } from '../change-options.ts';
import type { Context } from '../context.ts';
import { decisionText } from '../decision-text.ts';
import { Failure } from '../failure.ts';
import { differences, imageText } from '../image-text.ts';
import type { Output } from '../output.ts';
import { type OpenOptions, openRequest } from '../request-options.ts';

type PlanOptions = OpenOptions & ChangeOptions & { readonly action: 'authorize' | 'modify' | 'revoke' };

export async function plan({ client, out, lang }: Context, options: PlanOptions): Promise<void> {
  const found = await client('/api/plan', planSchema, { method: 'POST', body: bodyOf(options) });
  if (!found.allowed) {
    for (const change of found.changes) sayChange(out, change);
    const { code = 'REFUSED', message = 'it would be refused', messageZh = message, path } = found.refusal ?? {};
    throw new Failure('refused', code, lang === 'zh' ? messageZh : message, { path, found: { plan: found } });
  }
  sayPlan(out, found);
  out.data(found);
}

function bodyOf(options: PlanOptions): Record<string, unknown> {
  const { action } = options;
  if (action !== 'authorize') return changeRequest(action, options);
  if (!options.rule && !options.set) return openRequest(options);
  throw new Failure(
    'usage',
    'USAGE',
    'to plan a change of a rule that is there, say --action modify or --action revoke',
  );
}

function sayPlan(out: Output, { window, decision, rules, changes, calls, quota, instances }: Plan): void {
  const until = window.expiresAt === undefined ? 'without an end' : `until ${window.expiresAt}`;
  out.say(`${out.paint('green', 'allowed')}  from ${window.startsAt} ${until}`);
  if (decision) out.say(`  ${decisionText(decision)}`);
  for (const rule of rules) sayRule(out, rule);
  for (const change of changes) sayChange(out, change);
  if (quota) out.say(costText(quota));
  out.say(`Instances that the group reaches: ${instances ?? 'not known, the cloud does not tell'}.`);
  out.say(calls.length === 0 ? 'Nothing would be called.' : 'Calls, as they would be sent now:');
  for (const { action, parameters } of calls) {
    out.say(`  ${out.paint('bold', action)}`);
    const text = typeof parameters === 'string' ? parameters : JSON.stringify(parameters, null, 2);
    for (const line of text.split('\n')) out.say(`    ${line}`);
  }
}

function sayRule(out: Output, rule: Plan['rules'][number]): void {
  const { text, alreadyOpen, traffic } = rule;
  out.say(`  ${text}`);
  if (alreadyOpen?.ours === true)
    out.say(`    open already, by another lease, until ${alreadyOpen.until ?? 'its end'}`);
  if (alreadyOpen?.ours === false) {
    out.say('    there already, of somebody else: it would be borrowed, and not removed at the end');
  }
  if (traffic?.openBy && alreadyOpen?.ours !== true) {
    const { permanent, until, ruleId = 'a rule without an id', text: wider } = traffic.openBy;
    out.say(`    already open, ${permanent ? 'permanently' : `until ${until ?? 'its end'}`}, by ${ruleId}: "${wider}"`);
  } else if (traffic?.afterwards === 'all') out.say('    its traffic would pass');
  sayPrecedence(out, rule);
}

function costText({ looks, calls, callsAtEnd, rulesInGroup, rulesAdded }: NonNullable<Plan['quota']>): string {
  const rules =
    rulesAdded === 0 ? `${rulesInGroup} rules as now` : `${rulesInGroup + rulesAdded} rules instead of ${rulesInGroup}`;
  return `Calls that it takes: ${looks} to look, ${calls} to change now, ${callsAtEnd} at the end. The group would have ${rules}.`;
}

function sayChange(out: Output, change: Plan['changes'][number]): void {
  const { text, before, after, widens } = change;
  out.say(`  ${text}`);
  if (before && after) for (const line of differences(before, after)) out.say(`    ${line}`);
  else if (before) out.say(`    it is ${imageText(before)}`);
  if (widens) out.say(out.paint('yellow', '    lets more through than before'));
  sayPrecedence(out, change);
}

const drops = {
  everything: 'would drop all of its traffic: no accept rule wins over it',
  part: 'would drop only a part: accept rules of a lower number win over it',
  nothing: 'would drop nothing: an accept rule of a lower number lets all of it through',
};

function sayPrecedence(out: Output, { dropShadow, dropEffect }: Precedence): void {
  if (dropShadow) {
    const how = dropShadow.covers === 'whole' ? 'would let nothing through' : 'would let only a part through';
    out.say(out.paint('yellow', `    ${how}: "${dropShadow.text}" takes precedence`));
  }
  if (!dropEffect) return;
  const line = `    ${drops[dropEffect.drops]}`;
  out.say(dropEffect.drops === 'everything' ? line : out.paint('yellow', line));
  for (const { text, covers } of dropEffect.losesTo) out.say(`      loses ${share[covers]} to "${text}"`);
  for (const { text, covers } of dropEffect.shadows) out.say(`      shadows ${share[covers]} of "${text}"`);
}

type Precedence = Pick<Plan['rules'][number], 'dropShadow' | 'dropEffect'>;
const share = { whole: 'all', part: 'a part' };
