import type { Lease } from './answers.ts';
import type { Context } from './context.ts';
import { relative } from './durations.ts';
import type { Output } from './output.ts';
import { en, type Texts } from './texts/en.ts';
import { textsOf } from './texts/texts-of.ts';

const colours = {
  active: 'green',
  opening: 'yellow',
  scheduled: 'cyan',
  'awaiting-approval': 'yellow',
  closing: 'yellow',
  stuck: 'red',
  failed: 'red',
  rejected: 'red',
  withdrawn: 'red',
} as const;

export const paintState = (out: Output, state: string, text = state): string => {
  const colour = Object.hasOwn(colours, state) ? colours[state as keyof typeof colours] : undefined;
  return colour === undefined ? text : out.paint(colour, text);
};

/** When a lease ends, for people: `in 1h 30m`. */
export const endText = ({ endsAt }: Pick<Lease, 'endsAt'>, { time }: Pick<Texts, 'time'> = en): string =>
  endsAt === undefined ? time.noEnd : relative(endsAt, Date.now(), time);

/** A lease in a few lines: state, id, until when, which rules, and what is special about them. */
export function sayLease({ out, lang }: Saying, lease: Lease): void {
  const texts = textsOf(lang);
  const say: Say = { out, texts, group: lease.target.securityGroupId };
  out.say(`${paintState(out, lease.state, texts.state(lease.state))}  ${lease.id}  ${whenText(lease, texts)}`);
  for (const rule of lease.rules) sayRule(say, rule, [rule.ruleId, rule.borrowed && texts.lease.borrowedMark]);
  for (const change of lease.changes) sayRule(say, change, []);
  if (lease.borrowed) out.say(`  ${texts.lease.borrowed}`);
  if (lease.breakGlass) {
    const { reviewedBy, review } = lease.breakGlass;
    const after = reviewedBy === undefined ? texts.lease.unreviewed : texts.lease.reviewed(reviewedBy, review);
    out.say(`  ${out.paint('red', texts.lease.emergency)}${texts.lease.colon}${after}`);
  }
  if (lease.approvals) sayApprovals(say, lease.approvals);
  if (lease.error) sayError(say, '  ', lease.error);
}

export type Saying = Pick<Context, 'out' | 'lang'>;
type Say = { readonly out: Output; readonly texts: Texts; readonly group: string };

function sayApprovals({ out, texts: { lease } }: Say, approvals: NonNullable<Lease['approvals']>) {
  const { needed, given, rejectedBy, expiresAt, digest } = approvals;
  const names = given.map(({ by }) => by);
  out.say(`  ${lease.approvals(names, needed)}`);
  if (rejectedBy !== undefined) out.say(`  ${lease.rejectedBy(rejectedBy)}`);
  else if (given.length < needed) out.say(`  ${lease.toBeApproved(expiresAt, digest)}`);
}

function whenText(lease: Lease, texts: Texts): string {
  const { state, startsAt, endsAt } = lease;
  if (state === 'awaiting-approval' && lease.approvals?.startsWhenApproved) return texts.lease.fromApproval;
  const until = endsAt === undefined ? texts.lease.noEnd : texts.lease.until(endsAt, endText(lease, texts));
  return state === 'scheduled' ? texts.lease.from(startsAt, until) : until;
}

type Told = (Lease['rules'] | Lease['changes'])[number];

function sayRule(say: Say, rule: Told, marks: readonly (string | false | undefined)[]): void {
  const { out, texts, group } = say;
  const states = [rule.withdrawn && 'withdrawn', rule.stuck && 'stuck'].filter((one) => typeof one === 'string');
  const tail = [...marks, ...states.map(texts.state)].filter(Boolean).join(', ');
  out.say(`  ${group}  ${rule.text}${tail === '' ? '' : `  [${tail}]`}`);
  if (rule.error) sayError(say, '    ', rule.error);
}

const sayError = ({ out, texts }: Say, indent: string, error: NonNullable<Lease['error']>): void =>
  out.say(`${indent}${out.paint('red', error.code)}${texts.lease.colon}${texts.said(error)}`);
