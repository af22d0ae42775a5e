import type { Lease } from './answers.ts';
import { relative } from './durations.ts';
import type { Output } from './output.ts';

const colours = {
  active: 'green',
  opening: 'yellow',
  scheduled: 'cyan',
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

/** A lease in a few lines: state, id, until when, which rules, and what is special about them. */
export function sayLease(out: Output, lease: Lease): void {
  const { state, id, endsAt, target } = lease;
  const when = state === 'scheduled' ? `from ${lease.startsAt} until ${endsAt}` : `until ${endsAt}`;
  out.say(`${paintState(out, state)}  ${id}  ${when} (${relative(endsAt, Date.now())})`);
  for (const rule of lease.rules) {
    const marks = [rule.ruleId, rule.borrowed && 'borrowed', rule.withdrawn && 'withdrawn', rule.stuck && 'stuck'];
    const tail = marks.filter(Boolean).join(', ');
    out.say(`  ${target.securityGroupId}  ${rule.text}${tail === '' ? '' : `  [${tail}]`}`);
    if (rule.error) out.say(`    ${out.paint('red', rule.error.code)}: ${rule.error.message}`);
  }
  if (lease.borrowed) {
    out.say('  borrowed: the rule was there already and is somebody else’s; it will not be removed at the end');
  }
  if (lease.error) out.say(`  ${out.paint('red', lease.error.code)}: ${lease.error.message}`);
}
