import Timeline from 'antd/es/timeline';
import { bilingual } from '../../../shared/rule/bilingual.ts';
import type { AuditRow, Lease, LeaseStory } from '../../api/answers.ts';
import { toneOf } from '../../api/lease-state.ts';
import { useEvidence } from '../../api/queries.ts';
import { useTexts } from '../../app/preferences.tsx';
import { useSentence } from '../../app/use-sentence.ts';
import { Instant } from '../../parts/instant.tsx';
import type { Texts } from '../../texts/en.ts';

type Props = { readonly lease: Lease; readonly story: LeaseStory['story']; readonly mayAudit: boolean };
type Row = Pick<AuditRow, 'n' | 'at' | 'kind' | 'actor' | 'data'>;

/** Everything that was written down about it, oldest first; auditors see the cloud's answers between. */
export function Story({ lease, story, mayAudit }: Props) {
  const t = useTexts();
  const evidence = useEvidence(lease.id, lease.state, mayAudit);
  const rows = merged(story, evidence.data?.rows ?? []);
  return (
    <section className="card story" aria-labelledby="story">
      <h2 id="story">{t.lease.story}</h2>
      <Timeline
        items={rows.map((row) => ({
          key: row.n,
          color: `var(--tone-${toneOfRow(row)})`,
          content: <Entry row={row} />,
        }))}
      />
      {!mayAudit && <p className="quiet">{t.lease.proofOff}</p>}
    </section>
  );
}

/** The evidence was read once and the story is read again and again: each row once, in the order of the chain. */
function merged(story: readonly Row[], evidence: readonly Row[]): readonly Row[] {
  const byNumber = new Map([...evidence, ...story].map((row) => [row.n, row]));
  return [...byNumber.values()].sort((a, b) => a.n - b.n);
}

function Entry({ row }: { readonly row: Row }) {
  const t = useTexts();
  const sentence = useSentence();
  return (
    <div className="entry">
      <div>
        <strong>{titleOf(row, t)}</strong> <Instant at={row.at} />
      </div>
      <small>
        {row.actor !== 'curfew' && <span>{row.actor}</span>}
        {detailsOf(row).map(([name, value]) => (
          <span key={name}>
            {name} <code>{name === 'message' ? sentence(saidIn(row, value)) : value}</code>
          </span>
        ))}
      </small>
    </div>
  );
}

function titleOf({ kind, data }: Row, t: Texts): string {
  const state = kind === 'lease.state' ? t.states[String(data.to)] : undefined;
  return state ?? t.story[kind] ?? kind;
}

/** What tells most, in this order; the rest is in the audit. */
const told = [
  'reason',
  'requestId',
  'clientToken',
  'ruleId',
  'code',
  'message',
  'policies',
  'version',
  'digest',
] as const;

const detailsOf = ({ data }: Row): (readonly [string, string])[] =>
  told.flatMap((name) => {
    const value = data[name];
    if (value === undefined || value === null || value === '') return [];
    return [[name, Array.isArray(value) ? value.join(', ') : String(value)] as const];
  });

/** The trail has what was said as it was said; what is known in Chinese by its code alone is not in it. */
const saidIn = ({ data: { code, messageZh } }: Row, message: string) =>
  typeof messageZh === 'string' ? { message, messageZh } : bilingual({ code: String(code), message, path: '' });

function toneOfRow({ kind, data }: Row): string {
  if (kind === 'lease.state') return toneOf(String(data.to));
  if (kind === 'rule.seen-open' || kind === 'change.seen-made') return 'good';
  if (/refused|withdrawn|abandoned|rejected/.test(kind) || data.kind === 'refused') return 'bad';
  return kind.startsWith('operation.') ? 'busy' : 'quiet';
}
