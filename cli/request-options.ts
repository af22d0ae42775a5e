import { Failure } from './failure.ts';
import { type RuleOptions, rulesOf } from './rule-options.ts';

export type RequestOptions = RuleOptions & {
  readonly group: string;
  readonly for?: string;
  readonly until?: string;
  readonly startsAt?: string;
  readonly reason?: string;
  readonly ticket?: Ticket;
  readonly region: string;
  readonly account: string;
  readonly cloud: string;
  readonly id?: string;
};
export type Ticket = { readonly system: string; readonly key: string };

/** `jira:OPS-1234`, or a key alone. */
export function readTicket(text: string): Ticket {
  const colon = text.indexOf(':');
  return colon < 1 ? { system: 'ticket', key: text } : { system: text.slice(0, colon), key: text.slice(colon + 1) };
}

/** The body of a request for a lease. */
export function requestOf(options: RequestOptions): Record<string, unknown> {
  const { group: securityGroupId, region: regionId, account, cloud, startsAt, reason, ticket, id } = options;
  return {
    id,
    target: { cloud, account, regionId, securityGroupId },
    rules: rulesOf(options),
    startsAt,
    ...oneEnd(options, '--for'),
    reason,
    ticket,
  };
}

/** Exactly one of a duration and an instant, whatever the option for the first is called. */
export function oneEnd(
  { for: duration, until: expiresAt }: { readonly for?: string; readonly until?: string },
  option: string,
): { duration: string } | { expiresAt: string } {
  if (duration !== undefined && expiresAt === undefined) return { duration };
  if (duration === undefined && expiresAt !== undefined) return { expiresAt };
  const said = duration === undefined ? 'an end is missing: give' : 'two ends: give only one of';
  throw new Failure('usage', 'USAGE', `${said} ${option} 30m or --until 2026-12-01T09:00:00Z`);
}
