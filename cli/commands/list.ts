import { type Lease, leaseListSchema } from '../answers.ts';
import type { Client } from '../client.ts';
import type { Context } from '../context.ts';
import { endText, paintState } from '../lease-text.ts';
import { table } from '../table.ts';
import type { Texts } from '../texts/en.ts';
import { textsOf } from '../texts/texts-of.ts';
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

export async function list({ client, out, lang }: Context, options: ListOptions): Promise<void> {
  const { leases, isCut } = await pages(client, options);
  out.data({ leases, isCut });
  const texts = textsOf(lang);
  if (leases.length === 0) {
    out.say(options.all ? texts.list.none : texts.list.noneLive);
    return;
  }
  const rows = [texts.list.header, ...leases.flatMap((lease) => rowsOf(lease, texts))];
  const states = new Map(leases.map(({ state }) => [texts.state(state), state]));
  const paint = (text: string, column: number, row: number) =>
    row === 0 ? out.paint('bold', text) : column === 1 ? paintState(out, states.get(text) ?? text, text) : text;
  for (const line of table(rows, paint)) out.say(line.trimEnd());
  if (isCut) out.say(texts.list.isCut(leases.length));
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
function rowsOf(lease: Lease, texts: Texts): string[][] {
  const { id, state, target, requester, endsAt } = lease;
  const { list, time } = texts;
  const ends =
    state === 'awaiting-approval' ? list.notApproved : isOver(lease) ? (endsAt ?? time.noEnd) : endText(lease, texts);
  const [first = '', ...rest] = [...lease.rules, ...lease.changes].map(({ text }) => text);
  const head = [
    id,
    texts.state(state),
    target.securityGroupId,
    `${first}${lease.borrowed ? list.borrowed : ''}${lease.breakGlass ? list.emergency : ''}`,
    requester.id,
    ends,
  ];
  return [head, ...rest.map((text) => ['', '', '', text, '', ''])];
}
