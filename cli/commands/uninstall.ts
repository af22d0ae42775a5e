import { endedSchema, freezeSchema, leaseListSchema, type Stamped, stampedSchema } from '../answers.ts';
import type { Client } from '../client.ts';
import type { Context } from '../context.ts';
import { Failure } from '../failure.ts';
import { waitUntil } from '../waiting.ts';

const waitMs = 120_000;
const reason = 'uninstall';

/** Leaves nothing behind: no new lease, no live one, and no rule of ours in any known group, as the clouds show them. */
export async function uninstall({ client, out }: Context, { yes }: { readonly yes?: boolean }): Promise<void> {
  if (!yes) {
    const sentence = 'this freezes new leases, ends every live one, and looks for rules left behind: say so with --yes';
    throw new Failure('usage', 'USAGE', sentence);
  }
  const { frozen } = await client('/api/freeze', freezeSchema);
  if (!frozen) await client('/api/freeze', freezeSchema, { method: 'PUT', body: { reason } });
  out.note('frozen: nothing new is taken');
  const { ended, failed } = await client('/api/leases/end', endedSchema, {
    method: 'POST',
    body: { all: true, reason },
  });
  out.note(`${ended.length} told to end; waiting until they are gone`);
  const live = await waitUntil(
    () => liveIds(client),
    (ids) => ids.length === 0,
    waitMs,
  );
  out.note('looking into every known group');
  const stamped = await client('/api/stamped', stampedSchema);
  const found = { ended, failed, live, stamped };
  const left = leftOf(live, stamped);
  if (left.length > 0) throw new Failure('refused', 'LEFT_BEHIND', `not clean: ${left.join('; ')}`, { found });
  out.say(`${out.paint('green', 'clean')}: ${ended.length} ended, no rule of ours in ${stamped.groups} groups`);
  out.say('New leases stay frozen. What remains are the functions and the ledger: s remove, then drop the database.');
  out.data(found);
}

const liveIds = async (client: Client): Promise<string[]> =>
  (await client('/api/leases?live=true&limit=200', leaseListSchema)).leases.map((lease) => lease.id);

function leftOf(live: readonly string[], { rules, notListed }: Stamped): string[] {
  return [
    ...live.map((id) => `lease ${id} is still live`),
    ...rules.map(({ target, text, ruleId, proven }) => {
      const whose = proven ? '' : ', whose stamp is not proven: look at it and remove it by hand';
      return `${target.securityGroupId} still has ${ruleId ?? 'a rule'} (${text})${whose}`;
    }),
    ...notListed.map(({ target, message }) => `${target.securityGroupId} could not be looked at: ${message}`),
  ];
}
