import { useTexts } from '../app/preferences.tsx';
import { Note } from './note.tsx';

export function NotFound() {
  const { problem } = useTexts();
  return (
    <Note sign="∅" title={problem.notFound} text={problem.notFoundText}>
      <a href="#/">{problem.home}</a>
    </Note>
  );
}
