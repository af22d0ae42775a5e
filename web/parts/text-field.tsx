import Input from 'antd/es/input/Input';
import { Field } from './field.tsx';

type Props = {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly hint?: string;
  readonly placeholder?: string;
  readonly type?: string;
  readonly isRequired?: boolean;
  readonly isWrong?: boolean;
  readonly className?: string;
};

export const TextField = ({
  label,
  value,
  onChange,
  hint,
  placeholder,
  type,
  isRequired,
  isWrong,
  className,
}: Props) => (
  <Field
    label={label}
    hint={hint}
    isRequired={isRequired ?? false}
    isWrong={isWrong ?? false}
    className={className ?? ''}
  >
    {(id, describedBy) => (
      <Input
        id={id}
        value={value}
        type={type ?? 'text'}
        placeholder={placeholder ?? ''}
        {...(describedBy !== undefined && { 'aria-describedby': describedBy })}
        aria-required={isRequired ?? false}
        aria-invalid={isWrong ?? false}
        status={isWrong ? 'error' : ''}
        onChange={(event) => onChange(event.target.value)}
      />
    )}
  </Field>
);
