import Button from 'antd/es/button';
import TextArea from 'antd/es/input/TextArea';
import Radio from 'antd/es/radio';
import { useState } from 'react';
import { useTexts } from '../../app/preferences.tsx';
import { Field } from '../../parts/field.tsx';
import { TextField } from '../../parts/text-field.tsx';
import { lengthOf } from '../../texts/format.ts';
import { ChangeFields, type ChangeProps } from './change-fields.tsx';
import { type Draft, type DraftRule, emptyRule, refusedField } from './request-of.ts';
import { RuleFields } from './rule-fields.tsx';
import { WhereFields } from './where-fields.tsx';

export type FormProps = {
  readonly draft: Draft;
  readonly onChange: (draft: Draft) => void;
  /** JSON Pointer to what was refused. */
  readonly refusedAt: string | undefined;
};
type Props = FormProps & Pick<ChangeProps, 'group'>;

/** The request in four questions: where, what, when, why. */
export function AskForm({ draft, onChange, refusedAt, group }: Props) {
  const t = useTexts();
  const set = (change: Partial<Draft>) => onChange({ ...draft, ...change });
  return (
    <div className="card form">
      <WhereFields draft={draft} onChange={onChange} refusedAt={refusedAt} />
      <fieldset>
        <legend>{t.ask.what}</legend>
        <Radio.Group
          aria-label={t.ask.action}
          optionType="button"
          value={draft.action}
          onChange={(event) => set({ action: event.target.value as Draft['action'] })}
          options={(['authorize', 'modify', 'revoke'] as const).map((value) => ({ value, label: t.ask.acts[value] }))}
        />
        {draft.action === 'authorize' ? (
          <OpenedRules draft={draft} onChange={onChange} refusedAt={refusedAt} />
        ) : (
          <ChangeFields draft={draft} onChange={onChange} refusedAt={refusedAt} group={group} />
        )}
      </fieldset>
      <WhenFields draft={draft} onChange={onChange} refusedAt={refusedAt} />
      <fieldset>
        <legend>{t.ask.why}</legend>
        <Field label={t.ask.reason} hint={t.ask.reasonHint} isWrong={refusedAt === '/reason'}>
          {(id, hintId) => (
            <TextArea
              id={id}
              aria-describedby={hintId}
              maxLength={2000}
              autoSize={{ minRows: 2, maxRows: 8 }}
              value={draft.reason}
              onChange={(event) => set({ reason: event.target.value })}
            />
          )}
        </Field>
        <div className="row">
          <TextField label={t.ask.ticketKey} value={draft.ticketKey} onChange={(ticketKey) => set({ ticketKey })} />
          <TextField
            label={t.ask.ticketSystem}
            value={draft.ticketSystem}
            isWrong={refusedAt === '/ticket/system'}
            onChange={(ticketSystem) => set({ ticketSystem })}
          />
          <TextField
            label={t.ask.ticketUrl}
            value={draft.ticketUrl}
            placeholder="https://"
            isWrong={refusedAt === '/ticket/url'}
            onChange={(ticketUrl) => set({ ticketUrl })}
          />
        </div>
      </fieldset>
    </div>
  );
}

function OpenedRules({ draft, onChange, refusedAt }: FormProps) {
  const t = useTexts();
  const set = (rules: readonly DraftRule[]) => onChange({ ...draft, rules });
  const refused = refusedField(draft, refusedAt);
  const newId = Math.max(...draft.rules.map(({ id }) => id)) + 1;
  return (
    <>
      {draft.rules.map((rule, index) => (
        <RuleFields
          key={rule.id}
          rule={rule}
          title={draft.rules.length > 1 ? t.ask.rule(index + 1) : undefined}
          refused={refused?.id === rule.id ? refused.field : undefined}
          onChange={(next) => set(draft.rules.map((one) => (one.id === next.id ? next : one)))}
          onRemove={() => set(draft.rules.filter(({ id }) => id !== rule.id))}
        />
      ))}
      <Button type="dashed" onClick={() => set([...draft.rules, emptyRule(newId)])}>
        + {t.ask.addRule}
      </Button>
    </>
  );
}

const minuteMs = 60_000;
const durations = [
  ['PT30M', 30],
  ['PT1H', 60],
  ['PT2H', 120],
  ['PT4H', 240],
  ['PT8H', 480],
  ['P1D', 1440],
] as const;
const custom = 'custom';
/** A change may be for good: then nothing is put back. */
const endless = '';

function WhenFields({ draft, onChange, refusedAt }: FormProps) {
  const t = useTexts();
  const [isCustom, setCustom] = useState(![...durations.map(([value]) => value), endless].includes(draft.duration));
  const mayBeEndless = draft.action !== 'authorize';
  const choose = (value: string) => {
    setCustom(value === custom);
    if (value !== custom) onChange({ ...draft, duration: value });
  };
  const options = durations.map(([value, minutes]) => ({
    value: value as string,
    label: lengthOf(minutes * minuteMs, t),
  }));
  return (
    <fieldset>
      <legend>{t.ask.when}</legend>
      <Radio.Group
        aria-label={t.ask.duration}
        optionType="button"
        value={isCustom ? custom : draft.duration}
        onChange={(event) => choose(String(event.target.value))}
        options={[
          ...options,
          { value: custom, label: t.ask.custom },
          ...(mayBeEndless ? [{ value: endless, label: t.time.noEnd }] : []),
        ]}
      />
      <div className="row">
        {isCustom && (
          <TextField
            label={t.ask.duration}
            hint={t.ask.durationHint}
            value={draft.duration}
            isWrong={refusedAt === '/duration'}
            onChange={(duration) => onChange({ ...draft, duration })}
          />
        )}
        <TextField
          label={t.ask.startAt}
          hint={t.ask.startHint}
          type="datetime-local"
          value={draft.startsAt}
          isWrong={refusedAt === '/startsAt'}
          onChange={(startsAt) => onChange({ ...draft, startsAt })}
        />
      </div>
    </fieldset>
  );
}
