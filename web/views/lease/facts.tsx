import type { Lease } from '../../api/answers.ts';
import { useTexts } from '../../app/preferences.tsx';
import { useSentence } from '../../app/use-sentence.ts';
import { placeOf } from '../../parts/group-name.tsx';
import { Instant } from '../../parts/instant.tsx';
import { TicketLink } from '../../parts/ticket-link.tsx';

/** Who, where, when, why; what is not known is not mentioned. */
export function Facts({ lease }: { readonly lease: Lease }) {
  const t = useTexts();
  const sentence = useSentence();
  const { state, target, requester, ticket, startsAt, endsAt, expiresAt, source, id, requestId, approvals } = lease;
  const { endReason, endReasonZh } = lease;
  const facts = [
    [t.lease.requester, requester.name ? `${requester.name} (${requester.id})` : requester.id],
    [t.lease.ticket, ticket && <TicketLink ticket={ticket} />],
    [
      t.lease.group,
      <span key="group">
        <code>{target.securityGroupId}</code> {placeOf(target)}
      </span>,
    ],
    [
      t.lease.window,
      <span key="window">
        <Instant at={startsAt} /> – {endsAt ? <Instant at={endsAt} /> : t.time.noEnd}
        {expiresAt && endsAt && endsAt !== expiresAt && (
          <del>
            {' '}
            <Instant at={expiresAt} />
          </del>
        )}
        {state === 'awaiting-approval' && approvals?.startsWhenApproved && <small> ({t.lease.floats})</small>}
      </span>,
    ],
    [t.lease.endReason, endReason && sentence({ message: endReason, messageZh: endReasonZh })],
    [t.lease.digest, approvals && <code>{approvals.digest}</code>],
    [t.lease.source, source],
    [t.lease.id, <code key="id">{id}</code>],
    [t.lease.requestId, <code key="request">{requestId}</code>],
  ] as const;
  return (
    <dl className="facts">
      {facts
        .filter(([, fact]) => fact !== undefined && fact !== null)
        .map(([name, fact]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{fact}</dd>
          </div>
        ))}
    </dl>
  );
}
