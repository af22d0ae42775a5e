import Alert from 'antd/es/alert';
import Button from 'antd/es/button';
import { statusOf } from '../api/problem.ts';
import { useLeases } from '../api/queries.ts';
import { passingWords } from '../parts/problem-note.tsx';
import { useTexts } from './preferences.tsx';
import { logInAddress } from './session.ts';

/** What every view asks for again and again, for its count stands beside the way to the approvals. */
export const polledEverywhere = { state: 'awaiting-approval' } as const;

/**
 * What was looked at last stays in view when the console does not answer any more: then it is said to be old. The new
 * log-in has a tab of its own, so that nobody loses what they are writing; this page goes on by itself.
 */
export function Staleness() {
  const { problem: t } = useTexts();
  const { error } = useLeases(polledEverywhere);
  if (!error) return null;
  const isOut = statusOf(error) === 401;
  const { title, text } = isOut ? { title: t.expired, text: t.expiredText } : passingWords(error, t);
  const again = isOut && (
    <Button href={logInAddress()} target="_blank">
      {t.logInDo}
    </Button>
  );
  return (
    <Alert
      className="stale-note"
      type="warning"
      showIcon
      role="alert"
      title={title}
      description={isOut ? text : `${t.stale} ${text}`}
      action={again}
    />
  );
}
