import type { Me } from '../api/answers.ts';
import { statusOf } from '../api/problem.ts';
import { useLease } from '../api/queries.ts';
import { useTexts } from '../app/preferences.tsx';
import { useSentence } from '../app/use-sentence.ts';
import { Loading } from '../parts/loading.tsx';
import { Note } from '../parts/note.tsx';
import { ProblemNote, RefusalCode } from '../parts/problem-note.tsx';
import { StateTag } from '../parts/state-tag.tsx';
import { Actions } from './lease/actions.tsx';
import { ChangeLines } from './lease/change-lines.tsx';
import { Facts } from './lease/facts.tsx';
import { Remaining } from './lease/remaining.tsx';
import { Story } from './lease/story.tsx';

type Props = {
  readonly id: string;
  readonly me: Me;
  /** What one came to do: `extend`, `end`. */
  readonly wish: string | null;
};

/** One lease from request to gone: what it does, how long still, what can be done, and everything that happened. */
export default function LeaseView({ id, me, wish }: Props) {
  const t = useTexts();
  const sentence = useSentence();
  const { data, error } = useLease(id);
  if (statusOf(error) === 404) return <Note sign="∅" title={t.lease.notFound} text={t.lease.notFoundText} />;
  if (!data) return error ? <ProblemNote error={error} /> : <Loading />;
  const { lease, story } = data;
  return (
    <>
      <div className="title">
        <div>
          <p className="crumb">
            <StateTag lease={lease} /> <code>{lease.target.securityGroupId}</code>
          </p>
          <h1>{lease.reason ?? t.lease.noReason}</h1>
        </div>
        <Remaining lease={lease} />
      </div>
      {lease.error && (
        <div className="verdict bad">
          <strong>{sentence(lease.error)}</strong>
          <RefusalCode code={lease.error.code} path={lease.error.path} />
        </div>
      )}
      <div className="columns">
        <div>
          <section className="card" aria-labelledby="change">
            <h2 id="change">{t.lease.change}</h2>
            <ChangeLines lease={lease} />
            <Facts lease={lease} />
          </section>
          <Actions lease={lease} me={me} wish={wish} />
        </div>
        <Story lease={lease} story={story} mayAudit={me.may.audit} />
      </div>
    </>
  );
}
