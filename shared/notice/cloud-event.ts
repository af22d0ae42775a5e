import { endOf } from '../lease/lease.ts';
import type { Notice } from '../reconcile/notice.ts';
import { formatInstant } from '../rule/instant.ts';

/** CloudEvents 1.0 (https://github.com/cloudevents/spec): what programs are told. */
type CloudEvent = {
  readonly specversion: '1.0';
  /** The same for the same notice, however often it is sent. */
  readonly id: string;
  readonly source: string;
  /** `curfew.lease.opened`, `.ended`, `.stuck` … */
  readonly type: string;
  readonly time: string;
  readonly subject: string;
  readonly datacontenttype: 'application/json';
  readonly data: Readonly<Record<string, unknown>>;
};

export function cloudEventOf({ id, event, atMs, lease }: Notice): CloudEvent {
  const { target, rules, changes, requester, reason, ticket, state, error } = lease;
  return {
    specversion: '1.0',
    id,
    source: `curfew/${target.account}`,
    type: `curfew.lease.${event}`,
    time: formatInstant(atMs),
    subject: lease.id,
    datacontenttype: 'application/json',
    data: {
      ...{ leaseId: lease.id, requestId: lease.requestId, source: lease.source, action: lease.action, state },
      ...{ target, rules, changes, requester, reason, ticket, error },
      startsAt: formatInstant(lease.startsAtMs),
      expiresAt: formatInstant(endOf(lease)),
    },
  };
}
