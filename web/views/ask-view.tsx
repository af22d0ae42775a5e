import { useMutation, useQueryClient } from '@tanstack/react-query';
import Button from 'antd/es/button';
import { type FormEvent, useMemo, useState } from 'react';
import type { Plan, Taken } from '../api/answers.ts';
import { call } from '../api/call.ts';
import { useGroupRules, usePlan } from '../api/queries.ts';
import { useTexts } from '../app/preferences.tsx';
import { addressOf, go } from '../app/route.ts';
import { newRequestId } from '../browser/new-id.ts';
import { useDebounced } from '../browser/use-debounced.ts';
import { Refused } from '../parts/problem-note.tsx';
import { AskForm } from './ask/ask-form.tsx';
import { PlanCard } from './ask/plan-card.tsx';
import { type Draft, emptyRule, emptySet, gapsOf, requestOf } from './ask/request-of.ts';

const restMs = 350;

/** Asks for a lease, with what would happen beside it while one types. */
export default function AskView({ query }: { readonly query: URLSearchParams }) {
  const t = useTexts();
  const [draft, setDraft] = useState(() => draftFrom(query));
  const gaps = useMemo(() => gapsOf(draft), [draft]);
  const group = useGroupRules(useDebounced(listedIn(draft), restMs));
  const body = useMemo(
    () => (gaps.size === 0 ? requestOf(draft, group.data?.rules ?? []) : undefined),
    [draft, gaps, group.data],
  );
  const plan = usePlan(useDebounced(body, restMs));
  const asking = useAsking();
  // The same words sent again are the same request; other words are another one.
  const id = useMemo(() => (body ? newRequestId() : ''), [body]);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (body && !asking.isPending) asking.mutate({ ...body, id });
  };
  return (
    <>
      <div className="title">
        <div>
          <h1>{t.ask.title}</h1>
          <p className="lead">{t.ask.lead}</p>
        </div>
      </div>
      <form className="columns" onSubmit={submit}>
        <AskForm
          draft={draft}
          onChange={setDraft}
          group={group}
          refusedAt={body ? refusedAt(plan.data, plan.error) : undefined}
        />
        <div className="beside">
          <PlanCard
            action={draft.action}
            isIdle={body === undefined}
            plan={plan.data}
            error={plan.error}
            isStale={plan.isPlaceholderData}
          />
          <Refused error={asking.error} />
          <Button type="primary" size="large" htmlType="submit" block disabled={!body} loading={asking.isPending}>
            {needed(plan.data) > 0 ? t.ask.submitApproval : t.ask.submit}
          </Button>
        </div>
      </form>
    </>
  );
}

function useAsking() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: object) => call<Taken>('/api/leases', { method: 'POST', body }),
    onSuccess: ({ lease }) => {
      void queries.invalidateQueries({ queryKey: ['leases'] });
      go(addressOf('leases', lease.id));
    },
  });
}

const needed = (plan: Plan | undefined): number => (plan?.allowed ? plan.decision.approvals : 0);

/** The field of the request that a refusal is about. */
function refusedAt(plan: Plan | undefined, error: unknown): string | undefined {
  if (error !== null && typeof error === 'object' && 'path' in error) return String(error.path);
  return plan?.refusal?.path;
}

/** The group whose rules are looked at, as its fields name it: while somebody chooses among them. */
function listedIn({ action, cloud, account, regionId, group }: Draft) {
  const isNamed = action !== 'authorize' && regionId.trim() !== '' && group.trim() !== '';
  const given = account.trim() === '' ? {} : { account: account.trim() };
  return isNamed ? { cloud, ...given, regionId: regionId.trim(), securityGroupId: group.trim() } : undefined;
}

function draftFrom(query: URLSearchParams): Draft {
  const of = (name: string, otherwise = '') => query.get(name) ?? otherwise;
  const action = (['modify', 'revoke'] as const).find((one) => one === query.get('action')) ?? 'authorize';
  const rule = { ...emptyRule(0), ports: of('port'), peers: of('from') };
  return {
    ...{ action, named: query.getAll('rule'), set: emptySet },
    ...{ cloud: of('cloud', 'ecs'), account: of('account'), regionId: of('region'), group: of('group') },
    rules: [rule],
    duration: of('duration', 'PT1H'),
    ...{ startsAt: '', reason: of('reason'), ticketSystem: of('ticketSystem'), ticketKey: of('ticket'), ticketUrl: '' },
  };
}
