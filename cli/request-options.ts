import { Failure } from './failure.ts';
import { type RuleOptions, rulesOf } from './rule-options.ts';

/** What every request for a lease may say. */
export type CommonOptions = {
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
  readonly breakGlass?: boolean;
};
export type OpenOptions = CommonOptions & RuleOptions;
export type Ticket = { readonly system: string; readonly key: string };

/** `jira:OPS-1234`, or a key alone. */
export function readTicket(text: string): Ticket {
  const colon = text.indexOf(':');
  return colon < 1 ? { system: 'ticket', key: text } : { system: text.slice(0, colon), key: text.slice(colon + 1) };
}

/** The body of a request to open rules. */
export const openRequest = (options: OpenOptions): Record<string, unknown> => ({
  ...commonRequest(options),
  rules: rulesOf(options),
  ...oneEnd(options, '--for'),
});

/** What the bodies of all requests have in common. */
export function commonRequest(options: CommonOptions): Record<string, unknown> {
  const {
    group: securityGroupId,
    region: regionId,
    account,
    cloud,
    startsAt,
    reason,
    ticket,
    id,
    breakGlass,
  } = options;
  return {
    id,
    ...(breakGlass && { breakGlass }),
    target: { cloud, account, regionId, securityGroupId },
    startsAt,
    reason,
    ticket,
  };
}

type Ends = { readonly for?: string; readonly until?: string };
type End = { duration: string } | { expiresAt: string };

/** Exactly one of a duration and an instant, whatever the option for the first is called. */
export function oneEnd(ends: Ends, option: string): End {
  const end = someEnd(ends, option);
  if (end !== undefined) return end;
  throw new Failure('usage', 'USAGE', `an end is missing: give ${formsOf(option)}`);
}

/** At most one of them. */
export function someEnd({ for: duration, until: expiresAt }: Ends, option: string): End | undefined {
  if (duration !== undefined && expiresAt !== undefined) {
    throw new Failure('usage', 'USAGE', `two ends: give only one of ${formsOf(option)}`);
  }
  if (duration !== undefined) return { duration };
  return expiresAt === undefined ? undefined : { expiresAt };
}

const formsOf = (option: string): string => `${option} 30m or --until 2026-12-01T09:00:00Z`;
