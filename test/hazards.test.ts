import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const simulation = readdirSync('test/sim')
  .map((file) => readFileSync(`test/sim/${file}`, 'utf8'))
  .join('\n');

type Hazard = { readonly id: string; readonly covered: string };

function hazardsOf(text: string): readonly Hazard[] {
  const rows = [...text.matchAll(/^\| (H\d\d) \| .+? \| (.+) \|$/gm)];
  return rows.map(([, id = '', covered = '']) => ({ id, covered }));
}

/** Each file with the names of its tests, as the table has them. */
function testsOf(covered: string): readonly (readonly [file: string, name: string])[] {
  const parts = [...covered.matchAll(/`([\w./-]+)`((?:,? \*[^*]+\*)+)/g)];
  return parts.flatMap(([, file = '', names = '']) =>
    [...names.matchAll(/\*([^*]+)\*/g)].map(([, name = '']) => [file, name] as const),
  );
}

function isThere([file, name]: readonly [string, string]): boolean {
  if (file === 'sim') return simulation.includes(`'${name}'`);
  const path = [`test/${file}.test.ts`, `test/${file}.ts`].find((one) => existsSync(one));
  // A quote within a name is escaped where it is written.
  return path !== undefined && readFileSync(path, 'utf8').replaceAll("\\'", "'").includes(name);
}

/** What is wrong with the table, a sentence each. */
function troubles(text: string): readonly string[] {
  const hazards = hazardsOf(text);
  const all = Array.from({ length: 84 }, (_, index) => `H${String(index + 1).padStart(2, '0')}`);
  const isSaid = ({ covered }: Hazard) => /^Not covered:|In part:/.test(covered) || testsOf(covered).length > 0;
  return [
    ...(hazards.map(({ id }) => id).join() === all.join()
      ? []
      : ['the table does not have each hazard once, in order']),
    ...hazards.filter((one) => !isSaid(one)).map(({ id }) => `${id} names no test and does not say that there is none`),
    ...hazards.flatMap(({ id, covered }) =>
      testsOf(covered)
        .filter((one) => !isThere(one))
        .map(([file, name]) => `${id}: there is no "${name}" in ${file}`),
    ),
  ];
}

const table = readFileSync('docs/hazards.md', 'utf8');

it('the table of hazards has every one of them, and every test that it names is there', () => {
  expect(troubles(table)).toEqual([]);
});

it.each([
  ['a renamed test', table.replace('*waits for its start*', '*waits for its end*'), 'H06: there is no'],
  [
    'a file that is gone',
    table.replace('`shared/reconcile/hot-tail`', '`shared/reconcile/cold-tail`'),
    'H22: there is no',
  ],
  ['a fault that is not simulated any more', table.replace('*race-add*', '*race-add-no-more*'), 'H44: there is no'],
  ['a hazard that is missing', table.replace(/^\| H13 .*\n/m, ''), 'the table does not have each hazard'],
  ['a hazard that says nothing', table.replace("Not covered: no call of the clouds'", 'Well, '), 'H40 names no test'],
])('the check of the table would find %s', (_what, planted, found) => {
  expect(planted).not.toBe(table);
  expect(troubles(planted).join('\n')).toContain(found);
});
