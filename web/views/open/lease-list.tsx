import Search from 'antd/es/input/Search';
import Segmented from 'antd/es/segmented';
import { useDeferredValue, useMemo, useState } from 'react';
import type { Lease } from '../../api/answers.ts';
import { useLeases } from '../../api/queries.ts';
import { useTexts } from '../../app/preferences.tsx';
import { Icon } from '../../parts/icon.tsx';
import { Loading } from '../../parts/loading.tsx';
import { Note } from '../../parts/note.tsx';
import { countText } from '../../texts/format.ts';
import { LeaseTable } from './lease-table.tsx';

type Live = ReturnType<typeof useLeases>;
type Which = 'live' | 'over';

/** The leases themselves: live ones, or those that are over, narrowed by a word. */
export function LeaseList({ live, leases }: { readonly live: Live; readonly leases: readonly Lease[] }) {
  const t = useTexts();
  const [which, setWhich] = useState<Which>('live');
  const [word, setWord] = useState('');
  return (
    <section className="card" aria-labelledby="leases">
      <div className="card-head">
        <h2 id="leases">{t.open.list}</h2>
        <div className="card-tools">
          <Search
            allowClear
            aria-label={t.open.filter}
            placeholder={t.open.filter}
            onChange={(event) => setWord(event.target.value)}
          />
          <Segmented<Which>
            aria-label={t.open.show}
            value={which}
            onChange={setWhich}
            options={[
              { value: 'live', label: t.open.live },
              { value: 'over', label: t.open.over },
            ]}
          />
        </div>
      </div>
      {which === 'live' ? <Listed pages={live} leases={leases} word={word} which={which} /> : <Over word={word} />}
    </section>
  );
}

function Over({ word }: { readonly word: string }) {
  const over = useLeases({ live: 'false' });
  const leases = useMemo(() => over.data?.pages.flatMap((page) => page.leases) ?? [], [over.data]);
  return over.data ? <Listed pages={over} leases={leases} word={word} which="over" /> : <Loading />;
}

type Props = { readonly pages: Live; readonly leases: readonly Lease[]; readonly word: string; readonly which: Which };

function Listed({ pages, leases, word, which }: Props) {
  const t = useTexts();
  const sought = useDeferredValue(word.trim().toLowerCase());
  const shown = useMemo(
    () => (sought === '' ? leases : leases.filter((lease) => textOf(lease).includes(sought))),
    [leases, sought],
  );
  if (leases.length === 0) {
    const [title, text] =
      which === 'live' ? [t.open.emptyTitle, t.open.empty] : [t.states.ended ?? '', t.open.emptyOver];
    return <Note sign={<Icon />} title={title} text={text} />;
  }
  const more = () => {
    if (pages.hasNextPage && !pages.isFetching) void pages.fetchNextPage();
  };
  return (
    <>
      <LeaseTable leases={shown} onNearEnd={more} emptyText={t.open.noMatch} />
      {pages.hasNextPage && <p className="quiet">{t.open.newest(countText(leases.length, t))}</p>}
    </>
  );
}

const textOf = ({ target, requester, reason, ticket, rules, changes }: Lease): string =>
  [
    target.securityGroupId,
    requester.id,
    requester.name,
    reason,
    ticket?.key,
    ...[...rules, ...changes].map(({ text }) => text),
  ]
    .join(' ')
    .toLowerCase();
