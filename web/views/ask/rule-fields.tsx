import Button from 'antd/es/button';
import Select from 'antd/es/select';
import { useTexts } from '../../app/preferences.tsx';
import { Field } from '../../parts/field.tsx';
import { TextField } from '../../parts/text-field.tsx';
import { type DraftRule, hasPorts } from './request-of.ts';

const protocols = ['tcp', 'udp', 'icmp', 'icmpv6', 'gre', 'all'];

type Props = {
  readonly rule: DraftRule;
  readonly title: string | undefined;
  /** The field that was refused; empty: the rule as a whole. */
  readonly refused: string | undefined;
  readonly onChange: (rule: DraftRule) => void;
  readonly onRemove: () => void;
};

/** One rule as people think of it; several ports or addresses, with commas, become several rules. */
export function RuleFields({ rule, title, refused, onChange, onRemove }: Props) {
  const { ask: t } = useTexts();
  const set = (change: Partial<DraftRule>) => onChange({ ...rule, ...change });
  const isWrong = (field: string) => refused === field || refused === '';
  const directions = { ingress: t.ingress, egress: t.egress };
  const policies = { accept: t.accept, drop: t.drop };
  return (
    <div className="rule">
      {title !== undefined && (
        <div className="card-head">
          <strong>{title}</strong>
          <Button size="small" type="text" onClick={onRemove} aria-label={`${t.removeRule}: ${title}`}>
            {t.removeRule}
          </Button>
        </div>
      )}
      <div className="row">
        <Choice
          label={t.direction}
          value={rule.direction}
          of={directions}
          onChange={(direction) => set({ direction })}
        />
        <Choice label={t.policy} value={rule.policy} of={policies} onChange={(policy) => set({ policy })} />
        <Choice
          label={t.protocol}
          value={rule.protocol}
          of={Object.fromEntries(protocols.map((name) => [name, name.toUpperCase()]))}
          onChange={(protocol) => set({ protocol })}
        />
        {hasPorts(rule.protocol) && (
          <TextField
            label={t.ports}
            value={rule.ports}
            placeholder={t.portsHint}
            isRequired
            isWrong={isWrong('ports')}
            onChange={(ports) => set({ ports })}
          />
        )}
      </div>
      <TextField
        label={rule.direction === 'ingress' ? t.from : t.to}
        value={rule.peers}
        hint={t.peerHint}
        placeholder="203.0.113.7"
        isRequired
        isWrong={isWrong('peers')}
        onChange={(peers) => set({ peers })}
      />
    </div>
  );
}

type ChoiceProps<T extends string> = {
  readonly label: string;
  readonly value: T;
  /** What is shown for each value. */
  readonly of: Readonly<Record<T, string>>;
  readonly onChange: (value: T) => void;
};

export const Choice = <T extends string>({ label, value, of, onChange }: ChoiceProps<T>) => (
  <Field label={label}>
    {(id) => (
      <Select<T>
        id={id}
        value={value}
        onChange={onChange}
        options={Object.entries<string>(of).map(([one, text]) => ({ value: one as T, label: text }))}
      />
    )}
  </Field>
);
