import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type Cell, decide, type Situation } from '../../../shared/reconcile/decide.ts';
import type { Operation, RuleRow } from '../../../shared/reconcile/ledger-rows.ts';
import { group } from '../../fakes/world.ts';

const now = 1_800_000_000_000;
const minute = 60_000;
const row: RuleRow = {
  key: 'k',
  target: group,
  rule: {
    direction: 'ingress',
    ipProtocol: 'tcp',
    portRange: '22/22',
    policy: 'accept',
    priority: 1,
    nicType: 'intranet',
  },
  isPresent: false,
  isMaybePresent: false,
  attempts: 0,
  isStuck: false,
  dueMs: {},
};
const ours = [{ ruleId: 'sgr-1', description: '' }];
const foreign = { ruleId: 'sgr-2', description: 'theirs' };
const stamp = { operationId: 'op', intendedAtMs: now - minute, endsAtMs: now + minute };
const present: RuleRow = { ...row, isPresent: true, ruleId: 'sgr-1', stamp };
const operation = (kind: Operation['kind'], change: Partial<Operation> = {}): Operation => ({
  id: 'op',
  kind,
  purpose: kind === 'revoke' ? 'undo' : 'apply',
  target: group,
  direction: 'ingress',
  ruleKeys: ['k'],
  request: '{}',
  nonce: 'n',
  clientToken: 't',
  state: 'open',
  isPartlySettled: false,
  intendedAtMs: now - minute,
  lastSentAtMs: now - 1_000,
  sends: 1,
  answers: 0,
  ...change,
});
const done = { kind: 'done' } as const;
const base: Situation = {
  want: true,
  wantEndMs: now + minute,
  row,
  ours: [],
  nowMs: now,
  readLagMs: 5_000,
  canModify: true,
  hasRuleIds: true,
};

const cells: readonly [Cell, string, Partial<Situation>][] = [
  ['open', 'ours is listed with the right end', { row: present, ours }],
  [
    'open',
    'ours is listed with another end on a cloud that cannot modify',
    { row: present, ours, wantEndMs: now + 1, canModify: false },
  ],
  ['restamp', 'ours is listed with another end', { row: present, ours, wantEndMs: now + 2 * minute }],
  ['missing', 'ours is not listed for the first time', { row: present }],
  ['missing', 'ours was missed four seconds ago', { row: { ...present, missingSinceMs: now - 4_000 } }],
  ['missing', 'somebody else has the same rule now', { row: present, foreign }],
  ['withdrawn', 'ours was missed five seconds ago', { row: { ...present, missingSinceMs: now - 5_000 } }],
  [
    'withdrawn',
    'a removal may still land, and names another id',
    { row: { ...present, missingSinceMs: now - 5_000, seenAtMs: now - 6_000, lateRemovalUntilMs: now } },
  ],
  [
    'withdrawn',
    'it was seen after all removals had landed, on a cloud without ids',
    {
      row: { ...present, missingSinceMs: now - 5_000, seenAtMs: now - 6_000, lateRemovalUntilMs: now - 6_000 },
      hasRuleIds: false,
    },
  ],
  ['borrowed', 'a foreign rule is listed', { foreign }],
  [
    'borrowed',
    'one of another priority is listed after an answered authorize',
    { near: foreign, operation: operation('authorize', { answer: done, lastSentAtMs: now - 6_000 }) },
  ],
  ['authorize', 'nothing is listed', {}],
  ['authorize', 'only one of another priority is listed', { near: foreign }],
  [
    'authorize',
    'the open operation is ten minutes old',
    { operation: operation('authorize', { intendedAtMs: now - 10 * minute }) },
  ],
  [
    'authorize',
    'an answered authorize is not listed after a minute',
    { operation: operation('authorize', { answer: done, lastSentAtMs: now - minute }) },
  ],
  [
    'authorize',
    'a removal that named attributes may have taken ours since it was seen',
    {
      row: { ...present, missingSinceMs: now - 5_000, seenAtMs: now - 6_000, lateRemovalUntilMs: now },
      hasRuleIds: false,
    },
  ],
  [
    'authorize',
    'one that is still open may have, too',
    {
      row: { ...present, missingSinceMs: now - 5_000, seenAtMs: now - 6_000 },
      hasRuleIds: false,
      operation: operation('revoke', { lastSentAtMs: now - 10 * minute }),
    },
  ],
  ['authorize', 'only a revocation is open', { operation: operation('revoke') }],
  ['authorize-again', 'an operation has no answer', { operation: operation('authorize') }],
  ['await-listing', 'an authorize was answered just now', { operation: operation('authorize', { answer: done }) }],
  ['revoke', 'ours is listed and not wanted', { want: false, row: present, ours }],
  [
    'revoke',
    'an answered revocation is still listed after the lag',
    { want: false, row: present, ours, operation: operation('revoke', { answer: done, lastSentAtMs: now - 5_000 }) },
  ],
  ['revoke', 'an authorize is still open', { want: false, row: present, ours, operation: operation('authorize') }],
  [
    'revoke',
    'the open revocation is ten minutes old',
    { want: false, row: present, ours, operation: operation('revoke', { intendedAtMs: now - 10 * minute }) },
  ],
  ['revoke-again', 'a revocation has no answer', { want: false, row: present, ours, operation: operation('revoke') }],
  [
    'await-removal',
    'a revocation was answered just now',
    { want: false, row: present, ours, operation: operation('revoke', { answer: done }) },
  ],
  [
    'await-proof',
    'nothing is listed four seconds after an authorize',
    { want: false, row: { ...row, lastAuthorizeAtMs: now - 4_000 } },
  ],
  [
    'watch',
    'nothing is listed while an unanswered request may land',
    { want: false, row: { ...row, lastAuthorizeAtMs: now - minute, hotUntilMs: now + 1 } },
  ],
  ['gone', 'nothing is listed and nothing is under way', { want: false }],
  ['gone', 'only a foreign rule is listed', { want: false, foreign }],
];

describe('the decision table', () => {
  it.each(cells)('says %s when %s', (cell, _when, change) => {
    expect(decide({ ...base, ...change })).toBe(cell);
  });

  it('names in the docs exactly the cells that are tested here', () => {
    const text = readFileSync(new URL('../../../docs/decision-table.md', import.meta.url), 'utf8');

    const [openings = ''] = text.split('# The table for changes');
    const documented = [...openings.matchAll(/^\| `([a-z-]+)` \|/gm)].map((match) => match[1]);

    expect(new Set(documented)).toEqual(new Set(cells.map(([cell]) => cell)));
  });
});
