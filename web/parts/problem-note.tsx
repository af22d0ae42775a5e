import { useQueryClient } from '@tanstack/react-query';
import Alert from 'antd/es/alert';
import Button from 'antd/es/button';
import { useEffect } from 'react';
import { ApiProblem } from '../api/problem.ts';
import { useTexts } from '../app/preferences.tsx';
import { logInAddress } from '../app/session.ts';
import { useSentence } from '../app/use-sentence.ts';
import type { Texts } from '../texts/en.ts';
import { Icon } from './icon.tsx';
import { Note } from './note.tsx';

const againMs = 5_000;

/** Why a whole view cannot be shown, and what to do about it. */
export function ProblemNote({ error }: { readonly error: unknown }) {
  const { problem } = useTexts();
  const status = error instanceof ApiProblem ? error.status : undefined;
  if (status === 401) return <LogIn />;
  if (status === 403) return <Note sign="⊘" title={problem.forbidden} text={problem.forbiddenText} role="alert" />;
  return <Passing error={error} />;
}

export function LogIn() {
  const { problem } = useTexts();
  return (
    <Note sign={<Icon />} title={problem.logIn} text={problem.logInText} role="status">
      <Button type="primary" size="large" href={logInAddress()}>
        {problem.logInDo}
      </Button>
    </Note>
  );
}

/** Something that may be over in a moment: it is tried again, and says so. */
function Passing({ error }: { readonly error: unknown }) {
  const { problem } = useTexts();
  const queries = useQueryClient();
  useEffect(() => {
    const timer = setInterval(() => void queries.refetchQueries({ type: 'active' }), againMs);
    return () => clearInterval(timer);
  }, [queries]);
  const { title, text } = passingWords(error, problem);
  return (
    <Note sign="!" title={title} text={text} role="alert">
      <Button onClick={() => void queries.refetchQueries({ type: 'active' })}>{problem.again}</Button>
    </Note>
  );
}

export function passingWords(error: unknown, words: Texts['problem']): { title: string; text: string } {
  if (!(error instanceof ApiProblem)) return { title: words.fault, text: String(error) };
  if (error.status === 0) return { title: words.unreachable, text: words.unreachableText };
  if (error.status === 502 || error.status === 503) return { title: words.ledger, text: words.ledgerText };
  return { title: words.fault, text: `${error.code}${error.message === '' ? '' : `: ${error.message}`}` };
}

/** Why one thing was not done: the sentence, its code, and the field that it is about. */
export function Refused({ error }: { readonly error: unknown }) {
  const { problem } = useTexts();
  const sentence = useSentence();
  if (error === null || error === undefined) return null;
  const refusal = error instanceof ApiProblem ? error : undefined;
  const words = refusal && refusal.status > 0 && refusal.message !== '' ? undefined : passingWords(error, problem);
  return (
    <Alert
      type="error"
      showIcon
      role="alert"
      title={words?.title ?? (refusal && sentence(refusal))}
      description={refusal ? <RefusalCode code={refusal.code} path={refusal.path} /> : words?.text}
    />
  );
}

export function RefusalCode({ code, path }: { readonly code: string; readonly path: string }) {
  const { problem } = useTexts();
  return (
    <span className="facts-line">
      <code>{code}</code>
      {path !== '' && (
        <span>
          {problem.field} <code>{path}</code>
        </span>
      )}
    </span>
  );
}
