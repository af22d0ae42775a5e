import type { UseQueryResult } from '@tanstack/react-query';
import Select from 'antd/es/select';
import type { GroupRules } from '../../api/answers.ts';
import { useTexts } from '../../app/preferences.tsx';
import { Field } from '../../parts/field.tsx';
import { Refused } from '../../parts/problem-note.tsx';
import { TextField } from '../../parts/text-field.tsx';
import type { FormProps } from './ask-form.tsx';
import { type DraftSet, nameOf } from './request-of.ts';
import { Choice } from './rule-fields.tsx';

export type ChangeProps = FormProps & { readonly group: UseQueryResult<GroupRules> };

/** Rules that are there, chosen from the group's listing or named by their ids; of modify, what is set of them. */
export function ChangeFields({ draft, onChange, refusedAt, group }: ChangeProps) {
  const { ask: t } = useTexts();
  const rules = group.data?.rules ?? [];
  return (
    <div className="rule">
      <Field
        label={t.named}
        hint={group.isError ? t.namedTyped : t.namedHint}
        isRequired
        isWrong={refusedAt?.startsWith('/rules') ?? false}
      >
        {(id, hintId) => (
          <Select<string[]>
            id={id}
            // Whoever cannot see what is there has to know the ids.
            mode={group.isError ? 'tags' : 'multiple'}
            aria-required
            aria-describedby={hintId}
            value={[...draft.named]}
            loading={group.isFetching}
            placeholder="sgr-…"
            tokenSeparators={[',']}
            onChange={(named) => onChange({ ...draft, named })}
            showSearch={{
              filterOption: (typed, option) =>
                String(option?.search).toLowerCase().includes(typed.trim().toLowerCase()),
            }}
            options={rules.map((one) => ({
              value: nameOf(one),
              title: nameOf(one),
              search: `${one.text} ${nameOf(one)} ${one.description}`,
              label: (
                <span className="choice">
                  <code>{one.text}</code> <small>{[one.ruleId, one.ours ? t.ours : one.description].join(' ')}</small>
                </span>
              ),
            }))}
          />
        )}
      </Field>
      <Refused error={group.error} />
      {draft.action === 'modify' && (
        <SetFields
          set={draft.set}
          isRefused={refusedAt?.startsWith('/rules') ?? false}
          onChange={(set) => onChange({ ...draft, set })}
        />
      )}
    </div>
  );
}

type SetProps = {
  readonly set: DraftSet;
  readonly isRefused: boolean;
  readonly onChange: (set: DraftSet) => void;
};

function SetFields({ set, isRefused, onChange }: SetProps) {
  const { ask: t } = useTexts();
  const field = (name: keyof DraftSet) => ({
    value: set[name],
    placeholder: t.unchanged,
    isWrong: isRefused,
    onChange: (value: string) => onChange({ ...set, [name]: value }),
  });
  const policies = { '': t.unchanged, accept: t.accept, drop: t.drop };
  return (
    <fieldset className="row">
      <legend>{t.setTo}</legend>
      <TextField label={t.ports} {...field('ports')} />
      <TextField label={t.peer} {...field('peer')} />
      <Choice label={t.policy} value={set.policy} of={policies} onChange={(policy) => onChange({ ...set, policy })} />
      <TextField label={t.priority} {...field('priority')} />
      <TextField label={t.description} {...field('description')} />
    </fieldset>
  );
}
