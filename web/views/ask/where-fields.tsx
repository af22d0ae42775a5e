import AutoComplete from 'antd/es/auto-complete';
import type { Target } from '../../api/answers.ts';
import { useGroups } from '../../api/queries.ts';
import { useTexts } from '../../app/preferences.tsx';
import { Field } from '../../parts/field.tsx';
import { placeOf } from '../../parts/group-name.tsx';
import { TextField } from '../../parts/text-field.tsx';
import type { FormProps } from './ask-form.tsx';
import { Choice } from './rule-fields.tsx';

/** Which group: one that Curfew knows, picked with all that belongs to it, or any other, spelled out. */
export function WhereFields({ draft, onChange, refusedAt }: FormProps) {
  const { ask: t } = useTexts();
  const known = useGroups().data?.groups ?? [];
  const set = (change: Partial<typeof draft>) => onChange({ ...draft, ...change });
  const pick = (group: string) => onChange({ ...draft, group, ...placeOfGroup(known, group) });
  return (
    <fieldset>
      <legend>{t.where}</legend>
      <Field label={t.group} isRequired isWrong={refusedAt === '/target/securityGroupId'}>
        {(id) => (
          <AutoComplete
            id={id}
            value={draft.group}
            onChange={pick}
            placeholder="sg-…"
            aria-required
            showSearch={{ filterOption: (typed, option) => String(option?.value).includes(typed.trim()) }}
            options={known.map((target) => ({
              value: target.securityGroupId,
              label: (
                <span className="choice">
                  <code>{target.securityGroupId}</code> <small>{placeOf(target)}</small>
                </span>
              ),
            }))}
          />
        )}
      </Field>
      <div className="row">
        <Choice
          label={t.cloud}
          value={draft.cloud as keyof typeof t.clouds}
          of={t.clouds}
          onChange={(cloud) => set({ cloud })}
        />
        <TextField
          label={t.region}
          value={draft.regionId}
          placeholder="cn-hangzhou"
          isRequired
          isWrong={refusedAt === '/target/regionId'}
          onChange={(regionId) => set({ regionId })}
        />
        <TextField
          label={t.account}
          value={draft.account}
          placeholder="default"
          isWrong={refusedAt === '/target/account'}
          onChange={(account) => set({ account })}
        />
      </div>
    </fieldset>
  );
}

/** Where a known group is; nothing for one that is not known, or known in several places. */
function placeOfGroup(known: readonly Target[], group: string) {
  const [target, other] = known.filter(({ securityGroupId }) => securityGroupId === group);
  return target && !other ? { cloud: target.cloud, account: target.account, regionId: target.regionId } : {};
}
