import { storySchema } from '../answers.ts';
import type { Context } from '../context.ts';
import { endText, paintState } from '../lease-text.ts';
import { reasonsOf } from '../reasons.ts';

export async function why({ client, out }: Context, _options: object, [id = '']: readonly string[]): Promise<void> {
  const { lease, story } = await client(`/api/leases/${encodeURIComponent(id)}`, storySchema);
  const reasons = reasonsOf(lease, story);
  out.data({ lease, reasons });
  out.say(`${paintState(out, lease.state)}  ${lease.id}  ${lease.action}  ${endText(lease)}`);
  for (const { text } of [...lease.rules, ...lease.changes]) out.say(`  ${lease.target.securityGroupId}  ${text}`);
  for (const reason of reasons) out.say(`- ${reason}`);
  out.say(`The whole story: curfew show ${lease.id}`);
}
