import { noEndMs } from '../../shared/lease/lease.ts';
import { type Lease, type Story, storySchema } from '../answers.ts';
import type { Context } from '../context.ts';
import { differences } from '../image-text.ts';
import { type Saying, sayLease } from '../lease-text.ts';
import { textsOf } from '../texts/texts-of.ts';

export async function show(
  { client, out, lang }: Context,
  _options: object,
  [id = '']: readonly string[],
): Promise<void> {
  const found = await client(`/api/leases/${encodeURIComponent(id)}`, storySchema);
  out.data(found);
  const texts = textsOf(lang);
  sayLease({ out, lang }, found.lease);
  for (const { before, after } of found.lease.changes) {
    if (before && after) out.say(`  ${texts.show.changed(differences(before, after, texts).join(texts.comma))}`);
  }
  sayWhy({ out, lang }, found.lease);
  out.say('');
  for (const entry of found.story) out.say(lineOf(entry));
}

function sayWhy({ out, lang }: Saying, lease: Lease): void {
  const { requester, requestId, reason, ticket } = lease;
  const { show, endReason } = textsOf(lang);
  out.say(`  ${show.askedBy(requester.id, requestId, ticket && `${ticket.system} ${ticket.key}`)}`);
  if (reason !== undefined) out.say(`  ${show.because(reason)}`);
  const ending = endReason(lease);
  if (ending !== undefined) out.say(`  ${show.endedEarly(ending)}`);
}

/** What a person wants to know of an entry; `--json` has all of it. */
const told = ['code', 'message', 'reason', 'from', 'to', 'kind', 'rules', 'ruleId', 'operationId'];

function lineOf({ at, kind, actor, data }: Story[number]): string {
  const facts = told.flatMap((name) => {
    const value = data[name];
    if (typeof value !== 'string' && typeof value !== 'number') return [];
    const isInstant = typeof value === 'number' && (name === 'from' || name === 'to');
    return [`${name}=${isInstant ? instantText(value) : value}`];
  });
  return `${at}  ${kind}  ${actor}${facts.length === 0 ? '' : `  ${facts.join(' ')}`}`;
}

const instantText = (ms: number): string => (ms >= noEndMs ? 'no-end' : new Date(ms).toISOString());
