import { type Plan, planSchema } from '../answers.ts';
import { type ChangeOptions, changeRequest } from '../change-options.ts';
import type { Context } from '../context.ts';
import { decisionText } from '../decision-text.ts';
import { Failure } from '../failure.ts';
import { differences, imageText } from '../image-text.ts';
import type { Output } from '../output.ts';
import { type OpenOptions, openRequest } from '../request-options.ts';
import type { Texts } from '../texts/en.ts';
import { textsOf } from '../texts/texts-of.ts';

type PlanOptions = OpenOptions & ChangeOptions & { readonly action: 'authorize' | 'modify' | 'revoke' };
type Voice = { readonly out: Output; readonly texts: Texts };

export async function plan({ client, out, lang }: Context, options: PlanOptions): Promise<void> {
  const texts = textsOf(lang);
  const voice = { out, texts };
  const found = await client('/api/plan', planSchema, { method: 'POST', body: bodyOf(options, texts) });
  if (!found.allowed) {
    for (const change of found.changes) sayChange(voice, change);
    const { refusal } = found;
    const sentence = refusal ? texts.said(refusal) : texts.plan.refused;
    throw new Failure('refused', refusal?.code ?? 'REFUSED', sentence, { path: refusal?.path, found: { plan: found } });
  }
  sayPlan(voice, found);
  out.data(found);
}

function bodyOf(options: PlanOptions, { plan }: Texts): Record<string, unknown> {
  const { action } = options;
  if (action !== 'authorize') return changeRequest(action, options);
  if (!options.rule && !options.set) return openRequest(options);
  throw new Failure('usage', 'USAGE', plan.wrongAction);
}

function sayPlan(voice: Voice, { window, decision, rules, changes, calls, quota, instances }: Plan): void {
  const { out, texts } = voice;
  const { plan } = texts;
  out.say(`${out.paint('green', plan.allowed)}  ${plan.window(window.startsAt, window.expiresAt)}`);
  if (decision) out.say(`  ${decisionText(decision, texts)}`);
  for (const rule of rules) sayRule(voice, rule);
  for (const change of changes) sayChange(voice, change);
  if (quota) out.say(plan.cost(quota));
  out.say(plan.instances(instances));
  out.say(calls.length === 0 ? plan.noCalls : plan.calls);
  for (const { action, parameters } of calls) {
    out.say(`  ${out.paint('bold', action)}`);
    const text = typeof parameters === 'string' ? parameters : JSON.stringify(parameters, null, 2);
    for (const line of text.split('\n')) out.say(`    ${line}`);
  }
}

function sayRule(voice: Voice, rule: Plan['rules'][number]): void {
  const { out, texts } = voice;
  const { text, alreadyOpen, traffic } = rule;
  out.say(`  ${text}`);
  if (alreadyOpen?.ours === true) out.say(`    ${texts.plan.openByLease(alreadyOpen.until)}`);
  if (alreadyOpen?.ours === false) out.say(`    ${texts.plan.borrowed}`);
  if (traffic?.openBy && alreadyOpen?.ours !== true) out.say(`    ${texts.plan.openBy(traffic.openBy)}`);
  else if (traffic?.afterwards === 'all') out.say(`    ${texts.plan.passes}`);
  sayPrecedence(voice, rule);
}

function sayChange(voice: Voice, change: Plan['changes'][number]): void {
  const { out, texts } = voice;
  const { text, before, after, widens } = change;
  out.say(`  ${text}`);
  if (before && after) for (const line of differences(before, after, texts)) out.say(`    ${line}`);
  else if (before) out.say(`    ${texts.plan.itIs(imageText(before, texts))}`);
  if (widens) out.say(out.paint('yellow', `    ${texts.plan.widens}`));
  sayPrecedence(voice, change);
}

function sayPrecedence({ out, texts: { plan } }: Voice, { dropShadow, dropEffect }: Precedence): void {
  if (dropShadow) out.say(out.paint('yellow', `    ${plan.shadowed(dropShadow.covers, dropShadow.text)}`));
  if (!dropEffect) return;
  const line = `    ${plan.drops[dropEffect.drops]}`;
  out.say(dropEffect.drops === 'everything' ? line : out.paint('yellow', line));
  for (const { text, covers } of dropEffect.losesTo) out.say(`      ${plan.losesTo(covers, text)}`);
  for (const { text, covers } of dropEffect.shadows) out.say(`      ${plan.shadows(covers, text)}`);
}

type Precedence = Pick<Plan['rules'][number], 'dropShadow' | 'dropEffect'>;
