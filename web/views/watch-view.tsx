import { useMutation, useQueryClient } from '@tanstack/react-query';
import Button from 'antd/es/button';
import Input from 'antd/es/input/Input';
import { useState } from 'react';
import type { Drift, Freeze, Health, Me } from '../api/answers.ts';
import { call } from '../api/call.ts';
import { useDrift, useFreeze, useHealth, useLeases } from '../api/queries.ts';
import { useTexts } from '../app/preferences.tsx';
import { addressOf } from '../app/route.ts';
import { Field } from '../parts/field.tsx';
import { FromNow, Instant } from '../parts/instant.tsx';
import { Loading } from '../parts/loading.tsx';
import { ProblemNote, Refused } from '../parts/problem-note.tsx';
import { LeaseTable } from './open/lease-table.tsx';

/** What is wrong first: stuck leases, drift; then what guarantees that things end. */
export default function WatchView({ me }: { readonly me: Me }) {
  const t = useTexts();
  const health = useHealth();
  const drift = useDrift();
  const freeze = useFreeze();
  const error = health.error ?? drift.error ?? freeze.error;
  if (!health.data || !drift.data || !freeze.data) return error ? <ProblemNote error={error} /> : <Loading />;
  return (
    <>
      <div className="title">
        <div>
          <h1>{t.watch.title}</h1>
          <p className="lead">{t.watch.lead}</p>
        </div>
      </div>
      <Stuck />
      <DriftCard drift={drift.data} />
      <div className="columns even">
        <Sweeps health={health.data} />
        <FreezeCard freeze={freeze.data} mayChange={me.may.administer} />
      </div>
    </>
  );
}

function Stuck() {
  const t = useTexts();
  const stuck = useLeases({ state: 'stuck' });
  const leases = stuck.data?.pages.flatMap((page) => page.leases) ?? [];
  return (
    <section className="card" aria-labelledby="stuck">
      <h2 id="stuck">{t.watch.stuck}</h2>
      {leases.length === 0 ? (
        <p className="fine">{t.watch.noStuck}</p>
      ) : (
        <LeaseTable leases={leases} onNearEnd={() => void stuck.fetchNextPage()} emptyText="" />
      )}
    </section>
  );
}

function DriftCard({ drift: { drift, scannedAt } }: { readonly drift: Drift }) {
  const t = useTexts();
  const [before, after] = t.watch.scanned('\u0000').split('\u0000');
  return (
    <section className="card" aria-labelledby="drift">
      <h2 id="drift">{t.watch.drift}</h2>
      {drift.length === 0 && <p className="fine">{t.watch.noDrift}</p>}
      <ul className="drift">
        {drift.map((one) => (
          <li key={`${one.class} ${one.group} ${one.ruleId ?? one.since}`}>
            <div>
              <strong>{t.drift[one.class] ?? one.class}</strong> <code>{one.group.split('/').at(-1)}</code>{' '}
              {one.ruleId && <code>{one.ruleId}</code>}
            </div>
            <p>{one.message}</p>
            <small>
              <code>{one.class}</code> · {t.watch.repair}: {t.repairs[one.repair] ?? one.repair} ·{' '}
              <FromNow at={one.since} />
              {one.leaseIds.map((id) => (
                <span key={id}>
                  {' · '}
                  <a href={addressOf('leases', id)}>{t.lease.title}</a>
                </span>
              ))}
            </small>
          </li>
        ))}
      </ul>
      <p className="quiet">
        {scannedAt === null ? (
          t.watch.notScanned
        ) : (
          <>
            {before}
            <FromNow at={scannedAt} />
            {after}
          </>
        )}
      </p>
    </section>
  );
}

function Sweeps({ health: { sweeps, ledger } }: { readonly health: Health }) {
  const t = useTexts();
  return (
    <section className="card" aria-labelledby="sweeps">
      <h2 id="sweeps">{t.watch.sweeps}</h2>
      <ul className="sweeps">
        {Object.entries(sweeps).map(([name, { at, isLate }]) => (
          <li key={name}>
            <code>{name}</code>
            <span>{at === null ? t.watch.never : <FromNow at={at} />}</span>
            <span className={`state ${isLate ? 'bad' : 'good'}`}>{isLate ? t.watch.late : t.watch.onTime}</span>
          </li>
        ))}
        <li>
          <code>{t.watch.ledger}</code>
          <Instant at={ledger.time} />
          <span className="state good">{t.watch.reachable}</span>
        </li>
      </ul>
    </section>
  );
}

function FreezeCard({ freeze, mayChange }: { readonly freeze: Freeze; readonly mayChange: boolean }) {
  const t = useTexts();
  const queries = useQueryClient();
  const [reason, setReason] = useState('');
  const { mutate, isPending, error } = useMutation({
    mutationFn: () =>
      freeze.frozen
        ? call('/api/freeze', { method: 'DELETE' })
        : call('/api/freeze', { method: 'PUT', body: reason.trim() === '' ? {} : { reason: reason.trim() } }),
    onSettled: () => queries.invalidateQueries(),
  });
  return (
    <section className="card" aria-labelledby="freeze">
      <h2 id="freeze">{t.watch.freeze}</h2>
      <p>
        {freeze.frozen ? t.attention.frozen(freeze.by ?? '?') : t.watch.notFrozen} {freeze.reason}{' '}
        {freeze.since && <FromNow at={freeze.since} />}
      </p>
      <p className="quiet">{t.watch.freezeText}</p>
      {mayChange && (
        <div className="act">
          {!freeze.frozen && (
            <Field label={t.lease.reason}>
              {(id) => <Input id={id} value={reason} onChange={(event) => setReason(event.target.value)} />}
            </Field>
          )}
          <Button danger={!freeze.frozen} loading={isPending} onClick={() => mutate()}>
            {freeze.frozen ? t.watch.lift : t.watch.freezeDo}
          </Button>
          <Refused error={error} />
        </div>
      )}
    </section>
  );
}
