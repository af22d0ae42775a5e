import type { Lease } from '../../api/answers.ts';
import { isOver } from '../../api/lease-state.ts';
import { useTexts } from '../../app/preferences.tsx';
import { useSentence } from '../../app/use-sentence.ts';
import { ChangedFields } from '../../parts/changed-fields.tsx';
import { RefusalCode } from '../../parts/problem-note.tsx';

/** What is added, changed or removed, rule by rule, as the ledger has it and with what is known of it now. */
export function ChangeLines({ lease }: { readonly lease: Lease }) {
  const isPast = isOver(lease.state);
  return (
    <ul className="change-lines">
      {lease.rules.map((rule) => (
        <li key={rule.text} className="adds">
          <code>{rule.text}</code>
          <Known one={rule} isPast={isPast} />
        </li>
      ))}
      {lease.changes.map((change) => (
        <li key={change.text} className={lease.action === 'revoke' ? 'removes' : 'changes'}>
          <code>{change.text}</code>
          <Known one={change} isPast={isPast} />
          <ChangedFields before={change.before} after={change.after} />
        </li>
      ))}
    </ul>
  );
}

type One = Lease['rules'][number] | Lease['changes'][number];

function Known({ one, isPast }: { readonly one: One; readonly isPast: boolean }) {
  const t = useTexts();
  const sentence = useSentence();
  const presence = one.isPresent ? t.lease.present : isPast ? undefined : t.lease.absent;
  const words = [
    presence,
    one.withdrawn ? t.lease.withdrawn : undefined,
    one.stuck ? t.states.stuck : undefined,
    'borrowed' in one && one.borrowed ? t.borrowed : undefined,
  ].filter((word) => word !== undefined);
  return (
    <small>
      {one.ruleId !== undefined && <code>{one.ruleId}</code>} {words.join(' · ')}
      {one.error && (
        <span className="bad-text">
          {' '}
          {sentence(one.error)} <RefusalCode code={one.error.code} path={one.error.path} />
        </span>
      )}
    </small>
  );
}
