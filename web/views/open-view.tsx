import Button from 'antd/es/button';
import { useDeferredValue, useMemo } from 'react';
import type { Lease, Me } from '../api/answers.ts';
import { useLeases } from '../api/queries.ts';
import { useTexts } from '../app/preferences.tsx';
import { FromNow } from '../parts/instant.tsx';
import { Loading } from '../parts/loading.tsx';
import { ProblemNote } from '../parts/problem-note.tsx';
import { countText } from '../texts/format.ts';
import { Attention } from './open/attention.tsx';
import { LeaseList } from './open/lease-list.tsx';
import { TimeLine } from './open/time-line.tsx';

/** The first view: what is wrong, what is open, until when. */
export function OpenView({ me }: { readonly me: Me }) {
  const t = useTexts();
  const live = useLeases({ live: 'true' });
  const leases = useMemo(() => live.data?.pages.flatMap((page) => page.leases) ?? [], [live.data]);
  // Drawn after the list, and not while somebody scrolls.
  const drawn = useDeferredValue(leases);
  if (!live.data) return live.error ? <ProblemNote error={live.error} /> : <Loading />;
  return (
    <>
      <div className="title">
        <div>
          <h1>{t.open.title}</h1>
          <Summary leases={leases} isAll={!live.hasNextPage} />
        </div>
        {me.may.ask && (
          <Button type="primary" size="large" href="#/ask">
            {t.nav.ask}
          </Button>
        )}
      </div>
      <Attention />
      {leases.length > 0 && <TimeLine leases={drawn} />}
      <LeaseList live={live} leases={leases} />
    </>
  );
}

function Summary({ leases, isAll }: { readonly leases: readonly Lease[]; readonly isAll: boolean }) {
  const t = useTexts();
  const waiting = leases.filter(({ state }) => state === 'awaiting-approval').length;
  const next = soonestEnd(leases);
  return (
    <p className="lead">
      {t.open.summary(`${countText(leases.length, t)}${isAll ? '' : '+'}`, waiting)}{' '}
      {next !== undefined && <Next at={next} />}
    </p>
  );
}

function Next({ at }: { readonly at: string }) {
  const t = useTexts();
  const [before, after] = t.open.next('\u0000').split('\u0000');
  return (
    <>
      {before}
      <FromNow at={at} />
      {after}
    </>
  );
}

/** The API gives all of them in one form, by the second and in UTC: as texts they have the order of the instants. */
function soonestEnd(leases: readonly Lease[]): string | undefined {
  let soonest: string | undefined;
  for (const { state, endsAt } of leases) {
    if (state === 'active' && endsAt !== undefined && (soonest === undefined || endsAt < soonest)) soonest = endsAt;
  }
  return soonest;
}
