import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type ChangeCell, type ChangeSituation, decideChange } from '../../../shared/reconcile/decide-change.ts';
import type { ChangeState, Operation, RuleRow } from '../../../shared/reconcile/ledger-rows.ts';
import type { Rule } from '../../../shared/rule/rule.ts';
import { operation as anyOperation } from '../../contract/ledger-samples.ts';
import { group } from '../../fakes/world.ts';

const now = 1_800_000_000_000;
const minute = 60_000;
const before: Rule = {
  direction: 'ingress',
  ipProtocol: 'tcp',
  portRange: '22/22',
  policy: 'accept',
  priority: 5,
  nicType: 'intranet',
  sourceCidrIp: '10.0.0.0/8',
  description: 'theirs',
};
const after: Rule = { ...before, priority: 9 };
const other: Rule = { ...before, priority: 50 };
const listed = (rule: Rule) => ({ ruleId: 'sgr-1', rule, description: rule.description ?? '' });
const state = (action: ChangeState['action'], change: Partial<ChangeState> = {}): ChangeState => ({
  action,
  ruleId: 'sgr-1',
  isDone: false,
  ...change,
});
const row = (change: ChangeState, more: Partial<RuleRow> = {}): RuleRow => ({
  key: 'k',
  target: group,
  rule: before,
  change,
  isPresent: false,
  isMaybePresent: false,
  attempts: 0,
  isStuck: false,
  dueMs: {},
  ...more,
});
const operation = (purpose: Operation['purpose'], change: Partial<Operation> = {}): Operation => ({
  ...anyOperation('op', []),
  purpose,
  intendedAtMs: now - minute,
  lastSentAtMs: now - 1_000,
  answer: undefined,
  ...change,
});
const done = { answer: { kind: 'done' } } as const;
const known = { before, after };
const taken = row(state('revoke', known), { isPresent: true });
const sent = row(state('revoke', known), { isMaybePresent: true });
const modified = row(state('modify', known), { isPresent: true });
const modifying = row(state('modify', known), { isMaybePresent: true });
const hot = { hotUntilMs: now + 1 };

const cells: readonly [ChangeCell, string, Partial<ChangeSituation> & { row: RuleRow }][] = [
  ['take-away', 'the named rule is listed', { row: row(state('revoke')), named: listed(before) }],
  [
    'take-away',
    'an answered revocation is still listed after the lag',
    { row: sent, named: listed(before), operation: operation('apply', { ...done, lastSentAtMs: now - 5_000 }) },
  ],
  [
    'take-away',
    'the open revocation is ten minutes old',
    { row: sent, named: listed(before), operation: operation('apply', { intendedAtMs: now - 10 * minute }) },
  ],
  [
    'take-away-again',
    'a revocation has no answer',
    { row: sent, named: listed(before), operation: operation('apply') },
  ],
  [
    'await-change',
    'a revocation was answered just now',
    { row: sent, named: listed(before), operation: operation('apply', done) },
  ],
  ['changed', 'the named rule is gone after we sent', { row: sent }],
  ['changed', 'it was seen to be gone before', { row: taken }],
  ['not-found', 'there never was such a rule', { row: row(state('revoke')) }],
  ['put-back', 'its end has come', { want: false, row: taken }],
  [
    'put-back',
    'an answered authorize is not listed after a minute',
    { want: false, row: taken, operation: operation('undo', { ...done, lastSentAtMs: now - minute }) },
  ],
  ['put-back', 'a late revocation took it after the end', { want: false, row: row(state('revoke', known), hot) }],
  ['put-back-again', 'an authorize has no answer', { want: false, row: taken, operation: operation('undo') }],
  ['await-undo', 'an authorize was answered just now', { want: false, row: taken, operation: operation('undo', done) }],
  [
    'await-turn',
    'an equal rule of ours is there',
    { want: false, row: taken, equal: { listed: listed(before), isOurs: true } },
  ],
  ...([true, false] as const).map((isOurs): (typeof cells)[number] => [
    isOurs ? 'await-turn' : 'unchanged',
    'the cloud took the one of another priority for it',
    {
      want: false,
      row: taken,
      near: { listed: listed(other), isOurs },
      operation: operation('undo', { ...done, lastSentAtMs: now - 6_000 }),
    },
  ]),
  ['unchanged', 'an equal rule is back', { want: false, row: taken, equal: { listed: listed(before), isOurs: false } }],
  [
    'await-undo',
    'a listing may be older than the revocation',
    { want: false, row: { ...sent, lastAuthorizeAtMs: now - 4_000 }, named: listed(before) },
  ],
  [
    'await-undo',
    'a listing may be older than the modification',
    { want: false, row: { ...modified, lastAuthorizeAtMs: now - 4_000 }, named: listed(before) },
  ],
  [
    'put-back',
    'the tail ran out while every look failed, and the rule is gone',
    { want: false, row: row(state('revoke', known), { hotUntilMs: now - 1 }) },
  ],
  ['unchanged', 'nothing was ever sent', { want: false, row: row(state('revoke', known)) }],
  ['watch-change', 'the revocation may still land', { want: false, row: { ...sent, ...hot }, named: listed(before) }],
  ['change', 'the named rule is listed for the first time', { row: row(state('modify')), named: listed(before) }],
  [
    'change',
    'the rule is as it was, and nothing is under way',
    { row: row(state('modify', known)), named: listed(before) },
  ],
  [
    'change-again',
    'a modification has no answer',
    { row: modifying, named: listed(before), operation: operation('apply') },
  ],
  [
    'await-change',
    'a modification was answered just now',
    { row: modifying, named: listed(before), operation: operation('apply', done) },
  ],
  ['changed', 'the rule is as it should be', { row: modifying, named: listed(after) }],
  [
    'changed-meanwhile',
    'the rule looks like neither image, and ours was never seen',
    { row: modifying, named: listed(other) },
  ],
  ['edited', 'somebody changed the rule while it was ours', { row: modified, named: listed(other) }],
  ['not-found', 'there never was a rule to modify', { row: row(state('modify')) }],
  ['deleted', 'the modified rule is gone', { row: modified }],
  ['restore', 'its end has come', { want: false, row: modified, named: listed(after) }],
  [
    'restore-again',
    'a restoration has no answer',
    { want: false, row: modified, named: listed(after), operation: operation('undo') },
  ],
  [
    'await-undo',
    'a restoration was answered just now',
    { want: false, row: modified, named: listed(after), operation: operation('undo', done) },
  ],
  [
    'edited',
    'somebody changed the rule before it could be put back',
    { want: false, row: modified, named: listed(other) },
  ],
  ['deleted', 'the rule is gone before it could be put back', { want: false, row: modified }],
  [
    'watch-change',
    'the modification may still land',
    { want: false, row: { ...modifying, ...hot }, named: listed(before) },
  ],
  [
    'watch-change',
    'somebody changed the rule after it was restored, while our modification may still land',
    { want: false, row: row(state('modify', known), hot), named: listed(other) },
  ],
  [
    'unchanged',
    'somebody changed the rule after it was restored, and nothing of ours can land any more',
    { want: false, row: row(state('modify', known), { hotUntilMs: now - 1 }), named: listed(other) },
  ],
  ['unchanged', 'the rule is removed after it was restored', { want: false, row: row(state('modify', known), hot) }],
  [
    'deleted',
    'the group is gone and took with it what was to be put back',
    { want: false, row: taken, isGroupGone: true },
  ],
  [
    'unchanged',
    'the group is gone after the rule was put back',
    { want: false, row: row(state('revoke', known), hot), isGroupGone: true },
  ],
  [
    'changed',
    'it was ended while it was made for good, and an empty field that it filled cannot be emptied again',
    {
      want: false,
      row: row(state('modify', { before: { ...before, description: '' }, after }), { isMaybePresent: true }),
      named: listed(after),
    },
  ],
  ['unchanged', 'the rule is as it was', { want: false, row: modified, named: listed(before) }],
  ['changed', 'a scheduled change is done', { row: row(state('modify', { isDone: true })), named: listed(other) }],
  [
    'unchanged',
    'a scheduled change is done and nobody wants it',
    { want: false, row: row(state('revoke', { isDone: true })) },
  ],
];

describe('the decision table for changes', () => {
  it.each(cells)('says %s when %s', (cell, _when, change) => {
    expect(decideChange({ want: true, isGroupGone: false, nowMs: now, readLagMs: 5_000, ...change })).toBe(cell);
  });

  it('names in the docs exactly the cells that are tested here', () => {
    const text = readFileSync(new URL('../../../docs/decision-table.md', import.meta.url), 'utf8');
    const [, changes = ''] = text.split('# The table for changes');

    const documented = [...changes.matchAll(/^\| `([a-z-]+)` \|/gm)].map((match) => match[1]);

    expect(new Set(documented)).toEqual(new Set(cells.map(([cell]) => cell)));
  });
});
