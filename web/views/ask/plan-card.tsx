import Spin from 'antd/es/spin';
import type { ReactNode } from 'react';
import type { Plan } from '../../api/answers.ts';
import { ApiProblem } from '../../api/problem.ts';
import { useTexts } from '../../app/preferences.tsx';
import { useSentence } from '../../app/use-sentence.ts';
import { useNowEvery } from '../../browser/now.ts';
import { ChangedFields } from '../../parts/changed-fields.tsx';
import { Instant } from '../../parts/instant.tsx';
import { RefusalCode, Refused } from '../../parts/problem-note.tsx';
import type { Texts } from '../../texts/en.ts';
import { instantText } from '../../texts/format.ts';

type Props = {
  readonly action: Plan['action'];
  /** Too little is filled in to be asked about. */
  readonly isIdle: boolean;
  readonly plan: Plan | undefined;
  readonly error: unknown;
  readonly isStale: boolean;
};

/** What the request beside it would do, as the console says. Announced when it changes, not at every letter. */
export function PlanCard({ action, isIdle, plan, error, isStale }: Props) {
  const t = useTexts();
  return (
    <section className={`card plan${isStale && !isIdle ? ' stale' : ''}`} aria-labelledby="plan" aria-live="polite">
      <h2 id="plan">{t.plan.title}</h2>
      {isIdle ? (
        <p className="quiet">{action === 'authorize' ? t.plan.idle : t.plan.idleChange}</p>
      ) : (
        <Answer plan={plan} error={error} />
      )}
    </section>
  );
}

function Answer({ plan, error }: Pick<Props, 'plan' | 'error'>) {
  const t = useTexts();
  const sentence = useSentence();
  if (error instanceof ApiProblem && error.status >= 400 && error.status < 500) {
    return (
      <Verdict tone="bad" title={t.plan.wrong} text={sentence(error)}>
        <RefusalCode code={error.code} path={error.path} />
      </Verdict>
    );
  }
  if (error) return <Refused error={error} />;
  if (!plan) return <Spin aria-label={t.loading} />;
  return (
    <>
      <PlanVerdict plan={plan} />
      <Policies plan={plan} />
      <dl className="facts pairs">
        <dt>{t.plan.window}</dt>
        <dd>
          <Instant at={plan.window.startsAt} /> –{' '}
          {plan.window.expiresAt ? <Instant at={plan.window.expiresAt} /> : t.time.noEnd}
        </dd>
        {plan.quota && (
          <>
            <dt>{t.plan.quota}</dt>
            <dd>{t.plan.quotaText(plan.quota.calls, plan.quota.callsAtEnd, plan.quota.rulesInGroup)}</dd>
          </>
        )}
        {(plan.allowed || plan.instances !== null) && (
          <>
            <dt>{t.plan.reaches}</dt>
            <dd>{t.plan.instances(plan.instances)}</dd>
          </>
        )}
      </dl>
      <PlannedRules plan={plan} />
      <PlannedChanges plan={plan} />
      {plan.calls.length > 0 && (
        <details>
          <summary>{t.plan.calls(plan.calls.length)}</summary>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keys */}
          <pre tabIndex={0}>
            {plan.calls.map((one) => `${one.action} ${JSON.stringify(one.parameters, null, 2)}`).join('\n\n')}
          </pre>
        </details>
      )}
    </>
  );
}

type VerdictProps = {
  readonly tone: 'good' | 'waits' | 'bad';
  readonly title: string;
  readonly text: string;
  readonly children?: ReactNode;
};

const Verdict = ({ tone, title, text, children }: VerdictProps) => (
  <div className={`verdict ${tone}`}>
    <strong>{title}</strong>
    <p>{text}</p>
    {children}
  </div>
);

function PlanVerdict({ plan }: { readonly plan: Plan }) {
  const t = useTexts();
  const sentence = useSentence();
  const { allowed, refusal, decision } = plan;
  if (!allowed) {
    const code = refusal?.code ?? decision.code;
    return (
      <Verdict tone="bad" title={t.plan.refused} text={refusal ? sentence(refusal) : ''}>
        {code !== undefined && <RefusalCode code={code} path={refusal?.path ?? ''} />}
      </Verdict>
    );
  }
  if (decision.approvals > 0) {
    const who = decision.approvers.join(' + ') || t.plan.anybody;
    return <Verdict tone="waits" title={t.plan.approval(decision.approvals)} text={t.plan.approvers(who)} />;
  }
  return <Verdict tone="good" title={t.plan.allowed} text={t.plan.allowedText} />;
}

function Policies({ plan: { decision } }: { readonly plan: Plan }) {
  const t = useTexts();
  if (decision.policies.length === 0) return null;
  return (
    <p className="policies">
      {t.plan.policies}{' '}
      {decision.policies.map((name) => (
        <code key={name}>{name}</code>
      ))}
      <small title={decision.version}>{t.plan.version(decision.version.slice(0, 8))}</small>
    </p>
  );
}

function PlannedRules({ plan }: { readonly plan: Plan }) {
  const t = useTexts();
  const nowMs = useNowEvery(60_000);
  if (plan.rules.length === 0) return null;
  return (
    <ul className="change-lines" aria-label={t.plan.rules}>
      {plan.rules.map((planned) => (
        <li key={JSON.stringify(planned.rule)} className="adds">
          <code>{planned.text}</code>
          {remarksOn(planned, t, nowMs).map((remark) => (
            <small key={remark}>{remark}</small>
          ))}
        </li>
      ))}
    </ul>
  );
}

/** Each rule that is there as it is and as it would be, and why that may not be. */
function PlannedChanges({ plan: { action, changes } }: { readonly plan: Plan }) {
  const t = useTexts();
  const sentence = useSentence();
  if (changes.length === 0) return null;
  return (
    <ul className="change-lines" aria-label={t.plan.rules}>
      {changes.map((change) => (
        <li key={change.text} className={action === 'revoke' ? 'removes' : 'changes'}>
          <code>{change.text}</code>
          {change.refusal && <small className="bad-text">{sentence(change.refusal)}</small>}
          {change.widens && <small>{t.plan.widens}</small>}
          {dropRemarks(change.dropEffect, t).map((remark) => (
            <small key={remark}>{remark}</small>
          ))}
          <ChangedFields before={change.before} after={change.after} />
        </li>
      ))}
    </ul>
  );
}

function remarksOn(
  { alreadyOpen, traffic, dropShadow, dropEffect }: Plan['rules'][number],
  t: Texts,
  nowMs: number,
): string[] {
  const remarks: string[] = [];
  const until = alreadyOpen?.until;
  if (alreadyOpen?.ours) {
    remarks.push(until ? t.plan.alreadyOurs(instantText(until, t, nowMs)) : t.plan.alreadyOursPlain);
  } else if (alreadyOpen) remarks.push(t.plan.alreadyForeign(alreadyOpen.ruleId ?? '?'));
  else if (traffic?.openBy) remarks.push(t.plan.openBy(traffic.openBy.text, traffic.openBy.ruleId ?? '?'));
  if (dropShadow)
    remarks.push((dropShadow.covers === 'whole' ? t.plan.shadowed : t.plan.shadowedPart)(dropShadow.text));
  return [...remarks, ...dropRemarks(dropEffect, t)];
}

/** What a drop rule would do to the rules that let traffic in: to block is what it is asked for, so it should. */
function dropRemarks(effect: Plan['rules'][number]['dropEffect'], t: Texts): string[] {
  if (!effect) return [];
  const blocked = effect.shadows.map(({ text, ruleId, covers }) => t.plan.blocks(text, ruleId ?? '?', covers));
  const winners = effect.losesTo.map(({ text, ruleId }) => t.plan.losesTo(text, ruleId ?? '?'));
  return [t.plan.drops[effect.drops], ...blocked, ...winners];
}
