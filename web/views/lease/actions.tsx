import { useMutation, useQueryClient } from '@tanstack/react-query';
import Button from 'antd/es/button';
import Input from 'antd/es/input/Input';
import Radio from 'antd/es/radio';
import { useState } from 'react';
import type { Lease, Me, Taken } from '../../api/answers.ts';
import { call } from '../../api/call.ts';
import { canEnd, canMove } from '../../api/lease-state.ts';
import { useTexts } from '../../app/preferences.tsx';
import { newRequestId } from '../../browser/new-id.ts';
import { Field } from '../../parts/field.tsx';
import { Refused } from '../../parts/problem-note.tsx';
import { lengthOf } from '../../texts/format.ts';
import { Decide } from './decide.tsx';

export type Act = {
  readonly isPending: boolean;
  readonly error: unknown;
  /** Sends it, with an id of its own, and looks at the lease again. */
  readonly send: (verb: Verb, body: object) => void;
};
type Verb = 'extend' | 'end' | 'approve' | 'reject';

/** What can be done to a lease in its state. */
export function Actions({ lease, me, wish }: { readonly lease: Lease; readonly me: Me; readonly wish: string | null }) {
  const t = useTexts();
  const [open, setOpen] = useState(wish);
  const { act, done } = useAct(lease.id, () => setOpen(null));
  const { state, endsAt } = lease;
  const mayExtend = canMove(state) && endsAt !== undefined;
  if (!canEnd(state) && !done && act.error === null) return null;
  return (
    <section className="card" aria-label={t.lease.decide}>
      {state === 'awaiting-approval' && me.may.approve && <Decide lease={lease} me={me} act={act} />}
      {open === null && (
        <div className="buttons">
          {mayExtend && <Button onClick={() => setOpen('extend')}>{t.lease.extend}…</Button>}
          {canEnd(state) && (
            <Button danger onClick={() => setOpen('end')}>
              {t.lease.end}…
            </Button>
          )}
        </div>
      )}
      {open === 'extend' && mayExtend && <Extend act={act} onCancel={() => setOpen(null)} />}
      {open === 'end' && canEnd(state) && <End act={act} onCancel={() => setOpen(null)} />}
      <p role="status" className="done">
        {done && t.lease.done[done]}
      </p>
      <Refused error={act.error} />
    </section>
  );
}

function useAct(leaseId: string, onDone: () => void) {
  const queries = useQueryClient();
  const [done, setDone] = useState<Verb>();
  const { mutate, isPending, error } = useMutation({
    mutationFn: ({ verb, body }: { verb: Verb; body: object }) =>
      call<Taken>(`/api/leases/${encodeURIComponent(leaseId)}/${verb}`, { method: 'POST', body }),
    onMutate: () => setDone(undefined),
    onSuccess: (_, { verb }) => {
      setDone(verb);
      onDone();
    },
    // Refused or not: somebody else may have changed it meanwhile.
    onSettled: async () => {
      await queries.invalidateQueries({ queryKey: ['lease', leaseId] });
      await queries.invalidateQueries({ queryKey: ['leases'] });
    },
  });
  const send: Act['send'] = (verb, body) => mutate({ verb, body: { ...body, id: newRequestId() } });
  return { act: { isPending, error, send } satisfies Act, done };
}

type FormProps = { readonly act: Act; readonly onCancel: () => void };
const minuteMs = 60_000;
const lengths = [
  ['PT30M', 30],
  ['PT1H', 60],
  ['PT2H', 120],
  ['PT4H', 240],
] as const;

function Extend({ act, onCancel }: FormProps) {
  const t = useTexts();
  const [duration, setDuration] = useState<string>('PT1H');
  const texts = new Map<string, string>(lengths.map(([value, minutes]) => [value, lengthOf(minutes * minuteMs, t)]));
  return (
    <div className="act">
      <Field label={t.lease.extendBy}>
        {(id) => (
          <Radio.Group
            id={id}
            aria-label={t.lease.extendBy}
            optionType="button"
            value={duration}
            onChange={(event) => setDuration(String(event.target.value))}
            options={[...texts].map(([value, label]) => ({ value, label }))}
          />
        )}
      </Field>
      <div className="buttons">
        <Button type="primary" loading={act.isPending} onClick={() => act.send('extend', { duration })}>
          {t.lease.extendDo(texts.get(duration) ?? duration)}
        </Button>
        <Button onClick={onCancel}>{t.lease.cancel}</Button>
      </div>
    </div>
  );
}

function End({ act, onCancel }: FormProps) {
  const t = useTexts();
  const [reason, setReason] = useState('');
  return (
    <div className="act">
      <p>{t.lease.endText}</p>
      <Field label={t.lease.endWhy}>
        {(id) => <Input id={id} value={reason} maxLength={2000} onChange={(event) => setReason(event.target.value)} />}
      </Field>
      <div className="buttons">
        <Button
          type="primary"
          danger
          loading={act.isPending}
          onClick={() => act.send('end', reason.trim() === '' ? {} : { reason: reason.trim() })}
        >
          {t.lease.endDo}
        </Button>
        <Button onClick={onCancel}>{t.lease.cancel}</Button>
      </div>
    </div>
  );
}
