import { type Lease, leaseListSchema } from '../answers.ts';
import type { Client } from '../client.ts';
import type { Context } from '../context.ts';
import { endText, paintState } from '../lease-text.ts';
import { table } from '../table.ts';
import { isOver } from '../waiting.ts';

export type ListOptions = {
  readonly all?: boolean;
  readonly stuck?: boolean;
  readonly review?: boolean;
  readonly group?: string;
  readonly requester?: string;
  readonly limit: number;
};

const pageMax = 200;
const header = ['ID', 'STATE', 'GROUP', 'RULES', 'REQUESTER', 'ENDS'];

export async function list({ client, out }: Context, options: ListOptions): Promise<void> {
  const { leases, isCut } = await pages(client, options);
  out.data({ leases, isCut });
  if (leases.length === 0) {
    out.say(options.all ? 'There are no leases.' : 'There are no live leases (--all shows those that are over).');
    return;
  }
  const rows = [header, ...leases.flatMap(rowsOf)];
  const paint = (text: string, column: number, row: number) =>
    row === 0 ? out.paint('bold', text) : column === 1 ? paintState(out, text) : text;
  for (const line of table(rows, paint)) out.say(line.trimEnd());
  if (isCut) out.say(`The newest ${leases.length}; --limit shows more.`);
}

async function pages(client: Client, { all, stuck, review, group, requester, limit }: ListOptions) {
  const leases: Lease[] = [];
  let cursor: string | undefined;
  do {
    const query = new URLSearchParams({ limit: String(Math.min(pageMax, limit - leases.length)) });
    if (!all && !review) query.set('live', 'true');
    if (stuck) query.set('stuck', 'true');
    if (review) query.set('review', 'true');
    for (const [name, value] of Object.entries({ group, requester, cursor })) if (value) query.set(name, value);
    const page = await client(`/api/leases?${query}`, leaseListSchema);
    leases.push(...page.leases);
    cursor = page.cursor;
  } while (cursor !== undefined && leases.length < limit);
  return { leases, isCut: cursor !== undefined };
}

/** A line for each rule; what is said of the lease stands on the first. */
function rowsOf(lease: Lease): string[][] {
  const { id, state, target, requester, endsAt } = lease;
  const ends =
    state === 'awaiting-approval' ? 'not approved yet' : isOver(lease) ? (endsAt ?? 'no end') : endText(lease);
  const [first = '', ...rest] = [...lease.rules, ...lease.changes].map(({ text }) => text);
  const head = [
    id,
    state,
    target.securityGroupId,
    `${first}${lease.borrowed ? ' (borrowed)' : ''}${lease.breakGlass ? ' (emergency)' : ''}`,
    requester.id,
    ends,
  ];
  return [head, ...rest.map((text) => ['', '', '', text, '', ''])];
}
