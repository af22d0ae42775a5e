import { storySchema } from '../answers.ts';
import type { Context } from '../context.ts';
import { endText, paintState } from '../lease-text.ts';
import { reasonsOf } from '../reasons.ts';
import { textsOf } from '../texts/texts-of.ts';

export async function why(
  { client, out, lang }: Context,
  _options: object,
  [id = '']: readonly string[],
): Promise<void> {
  const { lease, story } = await client(`/api/leases/${encodeURIComponent(id)}`, storySchema);
  const reasonsIn = (language: Context['lang']) => reasonsOf(lease, story, textsOf(language));
  // Machines are given both, as with every refusal: what they read does not depend on --lang.
  out.data({ lease, reasons: reasonsIn('en'), reasonsZh: reasonsIn('zh') });
  const texts = textsOf(lang);
  const state = paintState(out, lease.state, texts.state(lease.state));
  out.say(`${state}  ${lease.id}  ${texts.action(lease.action)}  ${endText(lease, texts)}`);
  for (const { text } of [...lease.rules, ...lease.changes]) out.say(`  ${lease.target.securityGroupId}  ${text}`);
  for (const reason of reasonsIn(lang)) out.say(`- ${reason}`);
  out.say(texts.wholeStory(lease.id));
}
