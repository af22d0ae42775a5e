import type { Lease } from '../api/answers.ts';
import { isOver } from '../api/lease-state.ts';
import { useTexts } from '../app/preferences.tsx';
import { useNow } from '../browser/now.ts';
import { countDown } from '../texts/format.ts';
import { Instant } from './instant.tsx';

type Times = Pick<Lease, 'state' | 'startsAt' | 'endsAt' | 'closedAt'>;
const soonMs = 5 * 60_000;

/** How long until it goes home, to the second; before its start, until then; afterwards, when it went. */
export function CountDown({ lease }: { readonly lease: Times }) {
  const t = useTexts();
  const { state, startsAt, endsAt, closedAt } = lease;
  if (isOver(state)) return closedAt ? <Instant at={closedAt} /> : <span>–</span>;
  if (state === 'awaiting-approval') return <span>–</span>;
  if (state === 'scheduled') return <Ticking to={startsAt} words={t.time.starts} />;
  if (endsAt === undefined) return <span>{t.time.noEnd}</span>;
  return <Ticking to={endsAt} />;
}

function Ticking({ to, words }: { readonly to: string; readonly words?: (text: string) => string }) {
  const t = useTexts();
  const ms = Date.parse(to) - useNow();
  const text = ms < 0 ? t.time.overdue(countDown(-ms, t)) : (words ?? ((plain) => plain))(countDown(ms, t));
  return <span className={ms < soonMs && !words ? 'ticking soon' : 'ticking'}>{text}</span>;
}
