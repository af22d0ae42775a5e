import { useInfiniteQuery } from '@tanstack/react-query';
import Button from 'antd/es/button';
import { type FormEvent, useMemo, useState } from 'react';
import type { AuditPage } from '../api/answers.ts';
import { call } from '../api/call.ts';
import { useTexts } from '../app/preferences.tsx';
import { addressOf, go } from '../app/route.ts';
import { Loading } from '../parts/loading.tsx';
import { ProblemNote } from '../parts/problem-note.tsx';
import { TextField } from '../parts/text-field.tsx';
import { countText } from '../texts/format.ts';
import { AuditTable } from './audit/audit-table.tsx';
import { Export } from './audit/export.tsx';
import { type AuditFilter, auditAddress, filterFrom, queryOf } from './audit/filter.ts';
import { Verify } from './audit/verify.tsx';

/** The whole trail, narrowed by time, lease, kind or person; to be taken away and to be verified. */
export default function AuditView({ query }: { readonly query: URLSearchParams }) {
  const t = useTexts();
  const filter = filterFrom(query);
  const pages = useInfiniteQuery({
    queryKey: ['audit', filter],
    queryFn: ({ pageParam, signal }) => call<AuditPage>(auditAddress(filter, pageParam), { signal }),
    initialPageParam: '',
    getNextPageParam: ({ cursor }) => cursor,
    // Reading the trail is written into it: it is read when somebody asks, not by itself.
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
  const rows = useMemo(() => pages.data?.pages.flatMap((page) => page.rows) ?? [], [pages.data]);
  return (
    <>
      <div className="title">
        <div>
          <h1>{t.audit.title}</h1>
          <p className="lead">{t.audit.lead}</p>
        </div>
      </div>
      <section className="card">
        <Search filter={filter} />
        <div className="buttons">
          <Export filter={filter} />
          <Verify />
        </div>
      </section>
      {pages.error && <ProblemNote error={pages.error} />}
      {pages.isPending && <Loading />}
      {pages.data && (
        <section className="card">
          <AuditTable rows={rows} />
          <div className="buttons">
            <span className="quiet" role="status">
              {(pages.hasNextPage ? t.audit.loaded : t.audit.end)(countText(rows.length, t))}
            </span>
            {pages.hasNextPage && (
              <Button onClick={() => void pages.fetchNextPage()} loading={pages.isFetchingNextPage}>
                {t.audit.more}
              </Button>
            )}
          </div>
        </section>
      )}
    </>
  );
}

function Search({ filter }: { readonly filter: AuditFilter }) {
  const { audit: t } = useTexts();
  const [draft, setDraft] = useState(filter);
  const set = (change: Partial<AuditFilter>) => setDraft({ ...draft, ...change });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    go(`${addressOf('audit')}?${queryOf(draft)}`);
  };
  return (
    <form className="row search" onSubmit={submit}>
      <TextField label={t.from} type="datetime-local" value={draft.from} onChange={(from) => set({ from })} />
      <TextField label={t.to} type="datetime-local" value={draft.to} onChange={(to) => set({ to })} />
      <TextField label={t.lease} placeholder={t.leaseHint} value={draft.lease} onChange={(lease) => set({ lease })} />
      <TextField label={t.text} placeholder={t.textHint} value={draft.text} onChange={(text) => set({ text })} />
      <Button type="primary" htmlType="submit">
        {t.search}
      </Button>
    </form>
  );
}
