import type { ReactNode } from 'react';

type Props = {
  readonly title: string;
  readonly text?: ReactNode;
  /** What one sees first: a sign of what this is about. */
  readonly sign: ReactNode;
  readonly role?: 'alert' | 'status';
  readonly children?: ReactNode;
};

/** A whole view, or a whole card, that has nothing else to say: empty, away, forbidden. */
export const Note = ({ title, text, sign, role, children }: Props) => (
  <div className="note" role={role}>
    <span className="sign" aria-hidden="true">
      {sign}
    </span>
    <h2>{title}</h2>
    {text !== undefined && <p>{text}</p>}
    {children}
  </div>
);
