import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { checkExpressions } from '../../../shared/config/check-expressions.ts';
import { bare, evaluate, expressionProblem } from '../../../shared/config/expression.ts';

describe('an expression', () => {
  it.each([
    'toString',
    'constructor',
    'a.toString',
    'a.hasOwnProperty',
    'list.length',
    'a.__proto__',
    '$headers.toString',
  ])('finds only what a document holds itself, and not %s', (text) => {
    expect(evaluate(text, bare({ a: { b: 1 }, list: [1] }), { headers: {} })).toBeNull();
  });

  it('finds Jira’s field toString where it is', () => {
    const items: object[] = [{ field: 'status', toString: 'Done' }, { field: 'status' }];

    expect(evaluate("items[?toString == 'Done']", bare({ items }), {})).toHaveLength(1);
  });

  it('has variables beside the document', () => {
    expect(evaluate('$headers."x-a" || b', bare({ b: 2 }), { headers: { 'x-a': '1' } })).toBe('1');
    expect(evaluate('$.b', bare({ b: 2 }), { headers: {} })).toBe(2);
  });

  it.each([
    ['a ==', 'is no JMESPath expression'],
    ['foo(a)', 'calls foo(), which JMESPath does not have'],
    ['$instance.a', 'names $instance; there is $headers'],
    ['let $x = a in $x', undefined],
    ["contains(a, 'b') && !c", undefined],
  ])('is checked: %s', (text, expected) => {
    const found = expressionProblem(text, ['headers']);

    if (expected === undefined) expect(found).toBeUndefined();
    else expect(found).toContain(expected);
  });
});

describe('a folder', () => {
  const folderWith = (change: (text: string) => string): string => {
    const folder = mkdtempSync(join(tmpdir(), 'curfew-expressions-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    cpSync(new URL('../../../config', import.meta.url), folder, { recursive: true });
    const examples = readFileSync(join(folder, 'examples/sources.yaml'), 'utf8');
    writeFileSync(join(folder, 'sources.yaml'), change(examples));
    return folder;
  };

  it('with the example sources has nothing wrong', async () => {
    expect(await checkExpressions(folderWith((text) => text))).toEqual([]);
  });

  it('is told every expression that is wrong, with its place', async () => {
    const wrong = (text: string) =>
      text
        .replace("(approval.value || approval) == 'rejected'", 'is_rejected(approval)')
        .replace('reason: issue.title', 'reason: issue[');
    const problems = await checkExpressions(folderWith(wrong));
    const lineOf = (part: string) =>
      wrong(readFileSync(new URL('../../../config/examples/sources.yaml', import.meta.url), 'utf8'))
        .split('\n')
        .findIndex((line) => line.includes(part)) + 1;

    expect(problems).toMatchObject([
      {
        file: 'sources.yaml',
        line: lineOf('is_rejected'),
        path: '/sources/servicenow/events/1/when',
        message: expect.stringContaining('is_rejected()'),
      },
      {
        file: 'sources.yaml',
        line: lineOf('reason: issue['),
        path: '/sources/github/fields/reason',
        message: expect.stringContaining('JMESPath'),
      },
    ]);
  });
});
