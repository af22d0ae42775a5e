import Table, { type TableProps } from 'antd/es/table';
import { useMemo } from 'react';
import type { AuditRow } from '../../api/answers.ts';
import { useTexts } from '../../app/preferences.tsx';
import { addressOf } from '../../app/route.ts';
import { Instant } from '../../parts/instant.tsx';
import type { Texts } from '../../texts/en.ts';

const plainMax = 60;
const heightPx = 560;

export function AuditTable({ rows }: { readonly rows: readonly AuditRow[] }) {
  const t = useTexts();
  const columns = useMemo(() => columnsOf(t), [t]);
  const isLong = rows.length > plainMax;
  return (
    <Table<AuditRow>
      rowKey="n"
      size="small"
      columns={columns}
      dataSource={rows as AuditRow[]}
      pagination={false}
      locale={{ emptyText: t.audit.empty }}
      virtual={isLong}
      scroll={isLong ? { x: 1000, y: heightPx } : { x: 'max-content' }}
    />
  );
}

const columnsOf = ({ audit: { columns }, story }: Texts): NonNullable<TableProps<AuditRow>['columns']> => [
  { key: 'n', title: columns.n, width: 70, render: (_, { n }) => n },
  { key: 'at', title: columns.at, width: 160, render: (_, { at }) => <Instant at={at} /> },
  {
    key: 'kind',
    title: columns.kind,
    width: 230,
    render: (_, { kind }) => (
      <span className="two-lines">
        <span>{story[kind] ?? kind}</span>
        <small>{kind}</small>
      </span>
    ),
  },
  { key: 'actor', title: columns.actor, width: 150, render: (_, { actor }) => actor },
  {
    key: 'lease',
    title: columns.lease,
    width: 100,
    render: (_, { leaseId }) =>
      leaseId && (
        <a href={addressOf('leases', leaseId)} title={leaseId}>
          <code>…{leaseId.slice(-6)}</code>
        </a>
      ),
  },
  {
    key: 'data',
    title: columns.data,
    width: 420,
    render: (_, { data }) => <code className="data">{JSON.stringify(data)}</code>,
  },
];
