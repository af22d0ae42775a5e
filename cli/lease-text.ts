import type { Lease } from './answers.ts';
import { relative } from './durations.ts';
import type { Output } from './output.ts';
import { en, type Texts } from './texts/en.ts';

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
export function sayLease(out: Output, lease: Lease): void {
  const { state, id, target } = lease;
  out.say(`${paintState(out, state)}  ${id}  ${whenText(lease)}`);
  for (const rule of lease.rules) {
    sayRule(out, target.securityGroupId, rule, [rule.ruleId, rule.borrowed && 'borrowed']);
  }
  for (const change of lease.changes) sayRule(out, target.securityGroupId, change, []);
  if (lease.borrowed) {
    out.say('  borrowed: the rule was there already and is somebody else’s; it will not be removed at the end');
  }
  if (lease.breakGlass) {
    const { reviewedBy, review } = lease.breakGlass;
    const after = reviewedBy === undefined ? 'nobody has reviewed it yet' : `reviewed by ${reviewedBy}: ${review}`;
    out.say(`  ${out.paint('red', 'emergency')}: ${after}`);
  }
  if (lease.approvals) sayApprovals(out, lease.approvals);
  if (lease.error) out.say(`  ${out.paint('red', lease.error.code)}: ${lease.error.message}`);
}

function sayApprovals(out: Output, { needed, given, rejectedBy, expiresAt, digest }: NonNullable<Lease['approvals']>) {
  const names = given.map(({ by }) => by).join(', ');
  out.say(`  approvals: ${given.length} of ${needed}${names === '' ? '' : ` (${names})`}`);
  if (rejectedBy !== undefined) out.say(`  rejected by ${rejectedBy}`);
  else if (given.length < needed) out.say(`  to be approved until ${expiresAt}, digest ${digest}`);
}

function whenText(lease: Lease): string {
  const { state, startsAt, endsAt } = lease;
  if (state === 'awaiting-approval' && lease.approvals?.startsWhenApproved) return 'from its approval';
  const until = endsAt === undefined ? '(no end)' : `until ${endsAt} (${endText(lease)})`;
  return state === 'scheduled' ? `from ${startsAt} ${until}` : until;
}

type Told = (Lease['rules'] | Lease['changes'])[number];

function sayRule(out: Output, group: string, rule: Told, marks: readonly (string | false | undefined)[]): void {
  const tail = [...marks, rule.withdrawn && 'withdrawn', rule.stuck && 'stuck'].filter(Boolean).join(', ');
  out.say(`  ${group}  ${rule.text}${tail === '' ? '' : `  [${tail}]`}`);
  if (rule.error) out.say(`    ${out.paint('red', rule.error.code)}: ${rule.error.message}`);
}
