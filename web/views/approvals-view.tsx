import Button from 'antd/es/button';
import { useMemo } from 'react';
import type { Lease } from '../api/answers.ts';
import { useLeases } from '../api/queries.ts';
import { useTexts } from '../app/preferences.tsx';
import { addressOf } from '../app/route.ts';
import { GroupName } from '../parts/group-name.tsx';
import { FromNow } from '../parts/instant.tsx';
import { Loading } from '../parts/loading.tsx';
import { Note } from '../parts/note.tsx';
import { ProblemNote } from '../parts/problem-note.tsx';
import { TicketLink } from '../parts/ticket-link.tsx';
import { ChangeLines } from './lease/change-lines.tsx';

/** What waits for somebody's yes, each with the change that it is about. */
export default function ApprovalsView() {
  const t = useTexts();
  const waiting = useLeases({ state: 'awaiting-approval' });
  const leases = useMemo(() => waiting.data?.pages.flatMap((page) => page.leases) ?? [], [waiting.data]);
  if (!waiting.data) return waiting.error ? <ProblemNote error={waiting.error} /> : <Loading />;
  return (
    <>
      <div className="title">
        <div>
          <h1>{t.approvals.title}</h1>
          <p className="lead">{t.approvals.lead}</p>
        </div>
      </div>
      {leases.length === 0 && (
        <section className="card">
          <Note sign="✓" title={t.approvals.emptyTitle} text={t.approvals.empty} />
        </section>
      )}
      {leases.map((lease) => (
        <Waiting key={lease.id} lease={lease} />
      ))}
      {waiting.hasNextPage && (
        <Button onClick={() => void waiting.fetchNextPage()} loading={waiting.isFetchingNextPage}>
          {t.audit.more}
        </Button>
      )}
    </>
  );
}

function Waiting({ lease }: { readonly lease: Lease }) {
  const t = useTexts();
  const { requester, reason, ticket, createdAt, target, id } = lease;
  return (
    <section className="card waiting" aria-label={reason ?? t.lease.noReason}>
      <div className="card-head">
        <div>
          <h2>{reason ?? t.lease.noReason}</h2>
          <p className="quiet">
            {requester.name ?? requester.id} · <FromNow at={createdAt} />
            {ticket && (
              <>
                {' '}
                · <TicketLink ticket={ticket} />
              </>
            )}
          </p>
        </div>
        <Button type="primary" href={addressOf('leases', id)}>
          {t.approvals.see}
        </Button>
      </div>
      <GroupName target={target} />
      <ChangeLines lease={lease} />
    </section>
  );
}
