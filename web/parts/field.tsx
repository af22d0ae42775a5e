import { type ReactNode, useId } from 'react';

type Props = {
  readonly label: string;
  readonly hint?: string | undefined;
  readonly isRequired?: boolean;
  readonly isWrong?: boolean;
  readonly className?: string;
  readonly children: (id: string, describedBy: string | undefined) => ReactNode;
};

/** A label, what it is the label of, and a hint that is read out with it. */
export function Field({ label, hint, isRequired = false, isWrong = false, className = '', children }: Props) {
  const id = useId();
  const hintId = hint === undefined ? undefined : `${id}-hint`;
  return (
    <div className={`field ${isWrong ? 'wrong' : ''} ${className}`}>
      <label htmlFor={id}>
        {label}
        {isRequired && <span aria-hidden="true"> *</span>}
      </label>
      {children(id, hintId)}
      {hint !== undefined && <small id={hintId}>{hint}</small>}
    </div>
  );
}
