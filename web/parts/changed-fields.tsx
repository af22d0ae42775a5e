import type { Lease } from '../api/answers.ts';

type Image = Lease['changes'][number]['before'];

/** Both forms of a rule, only where they differ. */
export function ChangedFields({ before, after }: { readonly before: Image; readonly after: Image }) {
  if (!before || !after) return null;
  const names = Object.keys({ ...before, ...after }) as (keyof NonNullable<Image>)[];
  const changed = names.filter((name) => before[name] !== after[name]);
  return (
    <dl className="facts images">
      {changed.map((name) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>
            <del>{String(before[name] ?? '–')}</del> → <ins>{String(after[name] ?? '–')}</ins>
          </dd>
        </div>
      ))}
    </dl>
  );
}
