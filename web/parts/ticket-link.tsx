import type { Lease } from '../api/answers.ts';

/** A ticket; a link only where its address is one of the web, for it comes from whoever asked. */
export function TicketLink({ ticket }: { readonly ticket: NonNullable<Lease['ticket']> }) {
  const isWeb = ticket.url !== undefined && /^https?:\/\//i.test(ticket.url);
  if (!isWeb) return <span className="ticket">{ticket.key}</span>;
  return (
    <a className="ticket" href={ticket.url} target="_blank" rel="noreferrer noopener">
      {ticket.key}
    </a>
  );
}
