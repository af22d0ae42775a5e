import Button from 'antd/es/button';
import Input from 'antd/es/input/Input';
import { useState } from 'react';
import type { Lease, Me } from '../../api/answers.ts';
import { useTexts } from '../../app/preferences.tsx';
import { Field } from '../../parts/field.tsx';
import { FromNow } from '../../parts/instant.tsx';
import type { Act } from './actions.tsx';

/** Yes or no to exactly the change that stands above: its digest goes with the answer. */
export function Decide({ lease, me, act }: { readonly lease: Lease; readonly me: Me; readonly act: Act }) {
  const t = useTexts();
  const [reason, setReason] = useState('');
  const { approvals } = lease;
  const body = {
    ...(reason.trim() !== '' && { reason: reason.trim() }),
    ...(approvals && { digest: approvals.digest }),
  };
  const isOwn = lease.requester.id === me.person.id;
  const [before, after] = t.lease.approveBy('\u0000').split('\u0000');
  return (
    <div className="act">
      <h2>{t.lease.decide}</h2>
      <p>{isOwn ? t.lease.own : t.lease.decideText}</p>
      {approvals && (
        <p className="quiet">
          {t.lease.approvals(approvals.given.length, approvals.needed)}
          {approvals.expiresAt && (
            <>
              {' · '}
              {before}
              <FromNow at={approvals.expiresAt} />
              {after}
            </>
          )}
        </p>
      )}
      {!isOwn && (
        <>
          <Field label={t.lease.decideWhy}>
            {(id) => (
              <Input id={id} value={reason} maxLength={2000} onChange={(event) => setReason(event.target.value)} />
            )}
          </Field>
          <div className="buttons">
            <Button type="primary" loading={act.isPending} onClick={() => act.send('approve', body)}>
              {t.lease.approve}
            </Button>
            <Button danger loading={act.isPending} onClick={() => act.send('reject', body)}>
              {t.lease.reject}
            </Button>
          </div>
        </>
      )}
    </div>
  );
}
