import { useMutation } from '@tanstack/react-query';
import Alert from 'antd/es/alert';
import Button from 'antd/es/button';
import type { Verdict } from '../../api/answers.ts';
import { call } from '../../api/call.ts';
import { useTexts } from '../../app/preferences.tsx';
import { Refused } from '../../parts/problem-note.tsx';
import { countText } from '../../texts/format.ts';

/** Has the console go through the whole chain. */
export function Verify() {
  const t = useTexts();
  const { mutate, data, isPending, error } = useMutation({ mutationFn: () => call<Verdict>('/api/audit/verify') });
  return (
    <>
      <Button onClick={() => mutate()} loading={isPending}>
        {t.audit.verify}
      </Button>
      {data && (
        <Alert
          className="whole-row"
          showIcon
          role="status"
          type={data.ok ? 'success' : 'error'}
          title={data.ok ? t.audit.verified(countText(data.rows, t)) : t.audit.broken(countText(data.firstBad ?? 0, t))}
          description={
            <>
              <code>
                {data.rows}:{data.hash}
              </code>
              {!data.isKeyed && <p>{t.audit.notKeyed}</p>}
            </>
          }
        />
      )}
      <Refused error={error} />
    </>
  );
}
