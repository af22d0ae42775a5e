import { type Plan, planSchema } from '../answers.ts';
import type { Context } from '../context.ts';
import { Failure } from '../failure.ts';
import type { Output } from '../output.ts';
import { type RequestOptions, requestOf } from '../request-options.ts';

export async function plan({ client, out }: Context, options: RequestOptions): Promise<void> {
  const found = await client('/api/plan', planSchema, { method: 'POST', body: requestOf(options) });
  if (!found.allowed) {
    const { code = 'REFUSED', message = 'it would be refused', path } = found.refusal ?? {};
    throw new Failure('refused', code, message, { path, found: { plan: found } });
  }
  sayPlan(out, found);
  out.data(found);
}

function sayPlan(out: Output, { window, rules, calls }: Plan): void {
  out.say(`${out.paint('green', 'allowed')}  from ${window.startsAt} until ${window.expiresAt}`);
  for (const { text, alreadyOpen, dropShadow } of rules) {
    out.say(`  ${text}`);
    if (alreadyOpen?.ours === true)
      out.say(`    open already, by another lease, until ${alreadyOpen.until ?? 'its end'}`);
    if (alreadyOpen?.ours === false) {
      out.say('    there already, of somebody else: it would be borrowed, and not removed at the end');
    }
    if (dropShadow) {
      const how = dropShadow.covers === 'whole' ? 'would let nothing through' : 'would let only a part through';
      out.say(out.paint('yellow', `    ${how}: "${dropShadow.text}" takes precedence`));
    }
  }
  out.say(calls.length === 0 ? 'Nothing would be called.' : 'Calls, as they would be sent now:');
  for (const { action, parameters } of calls) {
    out.say(`  ${out.paint('bold', action)}`);
    const text = typeof parameters === 'string' ? parameters : JSON.stringify(parameters, null, 2);
    for (const line of text.split('\n')) out.say(`    ${line}`);
  }
}
