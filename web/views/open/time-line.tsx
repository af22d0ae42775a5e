import Segmented from 'antd/es/segmented';
import { memo, useMemo, useState } from 'react';
import type { Lease } from '../../api/answers.ts';
import { toneOf } from '../../api/lease-state.ts';
import { useTexts } from '../../app/preferences.tsx';
import { addressOf } from '../../app/route.ts';
import { useNowEvery } from '../../browser/now.ts';
import { placeOf } from '../../parts/group-name.tsx';
import { instantText } from '../../texts/format.ts';
import { type Lane, lanesByGroup } from './lanes.ts';

const hourMs = 3_600_000;
const spansMs = { hour: hourMs, shift: 8 * hourMs, day: 24 * hourMs, week: 168 * hourMs } as const;
type Span = keyof typeof spansMs;
/** What has been is of less interest than what comes. */
const pastShare = 0.12;
const ticks = [0, 0.25, 0.5, 0.75, 1];

/** Who is in which group until when, a lane a lease. */
export const TimeLine = memo(function TimeLine({ leases }: { readonly leases: readonly Lease[] }) {
  const t = useTexts();
  const nowMs = useNowEvery(15_000);
  const [chosen, choose] = useState<Span>();
  const fitting = useMemo(() => fittingSpan(leases, nowMs), [leases, nowMs]);
  const span = chosen ?? fitting;
  const window = useMemo(() => {
    const fromMs = nowMs - spansMs[span] * pastShare;
    return { fromMs, toMs: nowMs + spansMs[span] };
  }, [span, nowMs]);
  const { groups, hidden } = useMemo(() => lanesByGroup(leases, window), [leases, window]);
  return (
    <section className="card" aria-labelledby="time-line">
      <div className="card-head">
        <h2 id="time-line">{t.open.timeline}</h2>
        <Segmented<Span>
          aria-label={t.open.span}
          value={span}
          onChange={choose}
          options={(Object.keys(spansMs) as Span[]).map((value) => ({ value, label: t.open.spans[value] }))}
        />
      </div>
      <div className="time-line">
        {groups.map(({ key, target, lanes, more }) => (
          <div className="lanes" key={key}>
            <div className="lanes-name">
              <code>{target.securityGroupId}</code>
              <small>{placeOf(target)}</small>
            </div>
            <ul>
              {lanes.map((lane) => (
                <Bar key={lane.lease.id} lane={lane} nowMs={nowMs} />
              ))}
              {more > 0 && <li className="lanes-more">{t.open.more(more)}</li>}
            </ul>
          </div>
        ))}
        <Axis window={window} nowMs={nowMs} />
      </div>
      {hidden > 0 && <p className="quiet">{t.open.moreGroups(hidden)}</p>}
    </section>
  );
});

function Bar({ lane: { lease, left, width, isCut }, nowMs }: { readonly lane: Lane; readonly nowMs: number }) {
  const t = useTexts();
  const until = lease.endsAt === undefined ? t.time.noEnd : instantText(lease.endsAt, t, nowMs);
  const what = [...lease.rules, ...lease.changes].map(({ text }) => text).join('; ');
  const label = `${lease.requester.name ?? lease.requester.id} · ${what}`;
  return (
    <li>
      <a
        href={addressOf('leases', lease.id)}
        className={`bar ${toneOf(lease.state)}${isCut ? ' cut' : ''}`}
        style={{ marginInlineStart: `${left}%`, width: `${width}%` }}
        title={`${label} → ${until}`}
      >
        <span>
          {label} → {until}
        </span>
      </a>
    </li>
  );
}

function Axis({ window: { fromMs, toMs }, nowMs }: { readonly window: Window; readonly nowMs: number }) {
  const t = useTexts();
  const isDays = toMs - fromMs > 30 * hourMs;
  const format = useMemo(
    () =>
      new Intl.DateTimeFormat(
        t.locale,
        isDays ? { weekday: 'short', day: 'numeric' } : { hour: '2-digit', minute: '2-digit' },
      ),
    [t.locale, isDays],
  );
  const nowShare = (nowMs - fromMs) / (toMs - fromMs);
  return (
    <div className="axis" aria-hidden="true">
      <div>
        {ticks.map((share) => (
          <span key={share} style={{ insetInlineStart: `${(nowShare + share * (1 - nowShare)) * 100}%` }}>
            {share === 0 ? t.time.now : format.format(nowMs + share * (toMs - nowMs))}
          </span>
        ))}
        <i style={{ insetInlineStart: `${nowShare * 100}%` }} />
      </div>
    </div>
  );
}

type Window = { readonly fromMs: number; readonly toMs: number };

/** The shortest span in which three quarters of the leases end. */
function fittingSpan(leases: readonly Lease[], nowMs: number): Span {
  const ends = leases.flatMap(({ endsAt }) => (endsAt === undefined ? [] : [Date.parse(endsAt) - nowMs]));
  const far = ends.sort((a, b) => a - b)[Math.floor((ends.length - 1) * 0.75)] ?? 0;
  const names = Object.keys(spansMs) as Span[];
  return names.find((name) => spansMs[name] >= far) ?? 'week';
}
