import type { Lease } from '../api/answers.ts';
import { toneOf } from '../api/lease-state.ts';
import { useTexts } from '../app/preferences.tsx';

/** A lease's state in a word, with a dot whose colour only repeats it. */
export function StateTag({ lease: { state, borrowed } }: { readonly lease: Pick<Lease, 'state' | 'borrowed'> }) {
  const t = useTexts();
  return (
    <span className="state-and-more">
      <span className={`state ${toneOf(state)}`}>{t.states[state] ?? state}</span>
      {borrowed && <small>{t.borrowed}</small>}
    </span>
  );
}
