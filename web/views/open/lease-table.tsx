import Table, { type TableProps } from 'antd/es/table';
import { type UIEvent, useMemo } from 'react';
import type { Lease } from '../../api/answers.ts';
import { useTexts } from '../../app/preferences.tsx';
import { CountDown } from '../../parts/count-down.tsx';
import { GroupName } from '../../parts/group-name.tsx';
import { StateTag } from '../../parts/state-tag.tsx';
import { TicketLink } from '../../parts/ticket-link.tsx';
import { What } from '../../parts/what.tsx';
import type { Texts } from '../../texts/en.ts';

/** Up to so many are a plain table; beyond, only the rows in sight are drawn. */
const plainMax = 60;
const heightPx = 560;
/** Before its end is reached, the next page is asked for. */
const nearEndPx = 4_000;

type Props = { readonly leases: readonly Lease[]; readonly onNearEnd: () => void; readonly emptyText: string };

export function LeaseTable({ leases, onNearEnd, emptyText }: Props) {
  const t = useTexts();
  const columns = useMemo(() => columnsOf(t), [t]);
  const isLong = leases.length > plainMax;
  const onScroll = ({ currentTarget: { scrollTop, scrollHeight, clientHeight } }: UIEvent<HTMLDivElement>) => {
    if (scrollHeight - scrollTop - clientHeight < nearEndPx) onNearEnd();
  };
  return (
    <Table<Lease>
      rowKey="id"
      className="leases"
      columns={columns}
      dataSource={leases as Lease[]}
      pagination={false}
      locale={{ emptyText }}
      virtual={isLong}
      scroll={isLong ? { x: 900, y: heightPx } : { x: 'max-content' }}
      onScroll={onScroll}
    />
  );
}

const columnsOf = ({ columns }: Texts): NonNullable<TableProps<Lease>['columns']> => [
  { key: 'state', title: columns.state, width: 150, render: (_, lease) => <StateTag lease={lease} /> },
  { key: 'what', title: columns.what, width: 330, render: (_, lease) => <What lease={lease} /> },
  { key: 'group', title: columns.group, width: 190, render: (_, { target }) => <GroupName target={target} /> },
  { key: 'who', title: columns.who, width: 290, render: (_, lease) => <Who lease={lease} /> },
  { key: 'ends', title: columns.ends, width: 140, align: 'right', render: (_, lease) => <CountDown lease={lease} /> },
];

const Who = ({ lease: { requester, reason, ticket } }: { readonly lease: Lease }) => (
  <span className="two-lines">
    <span>{requester.name ?? requester.id}</span>
    <small title={reason}>
      {ticket && (
        <>
          <TicketLink ticket={ticket} />{' '}
        </>
      )}
      {reason}
    </small>
  </span>
);
