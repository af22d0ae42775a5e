import Progress from 'antd/es/progress';
import type { Lease } from '../../api/answers.ts';
import { isOver } from '../../api/lease-state.ts';
import { useTexts } from '../../app/preferences.tsx';
import { useNow } from '../../browser/now.ts';
import { Instant } from '../../parts/instant.tsx';
import { countDown } from '../../texts/format.ts';

/** The count-down, large; below it how much of the time is over. */
export function Remaining({ lease }: { readonly lease: Lease }) {
  const t = useTexts();
  const nowMs = useNow();
  const { state, startsAt, openedAt, endsAt, closedAt } = lease;
  if (isOver(state)) {
    return (
      <p className="remaining">
        <span>{t.lease.isOver}</span>
        {closedAt && <Instant at={closedAt} />}
      </p>
    );
  }
  if (state === 'awaiting-approval') return null;
  if (state === 'scheduled') return <Left ms={Date.parse(startsAt) - nowMs} words={t.lease.untilStart} />;
  if (endsAt === undefined) return <p className="remaining">{t.time.noEnd}</p>;
  const [fromMs, toMs] = [Date.parse(openedAt ?? startsAt), Date.parse(endsAt)];
  if (toMs <= nowMs) return <p className="remaining">{t.lease.isClosing}</p>;
  return <Left ms={toMs - nowMs} words={t.lease.remaining} share={(nowMs - fromMs) / (toMs - fromMs)} />;
}

type LeftProps = { readonly ms: number; readonly words: string; readonly share?: number };

function Left({ ms, words, share }: LeftProps) {
  const t = useTexts();
  return (
    <div className="remaining">
      <strong role="timer">{countDown(ms, t)}</strong> <span>{words}</span>
      {share !== undefined && (
        <Progress
          aria-label={t.columns.ends}
          percent={Math.min(100, Math.max(0, share * 100))}
          showInfo={false}
          size="small"
        />
      )}
    </div>
  );
}
