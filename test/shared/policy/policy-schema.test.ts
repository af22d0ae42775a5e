import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { configFolder } from '../../../shared/config/config-folder.ts';
import { entitiesSchema } from '../../../shared/config/entities-config.ts';
import { noEndMs } from '../../../shared/lease/lease.ts';
import { type Cedar, loadCedar } from '../../../shared/policy/cedar.ts';
import { checkPolicies } from '../../../shared/policy/check-policies.ts';
import { entityBook } from '../../../shared/policy/entity-book.ts';
import { type PolicyCall, questionCalls, visitCall } from '../../../shared/policy/policy-call.ts';
import { policySchema } from '../../../shared/policy/policy-schema.ts';
import type { Question } from '../../../shared/reconcile/policy-port.ts';
import type { Rule } from '../../../shared/rule/rule.ts';
import { nowMs, question, ssh, target } from './policy-question.ts';

let cedar: Cedar;
beforeAll(async () => {
  cedar = await loadCedar();
});

const book = entityBook(
  entitiesSchema.parse([
    { uid: { type: 'Person', id: 'lin@example.com' }, parents: [{ type: 'Group', id: 'sre' }], tags: { team: 'x' } },
    { uid: { type: 'Group', id: 'sre' }, parents: [{ type: 'Group', id: 'staff' }] },
    { uid: { type: 'Account', id: 'default' }, tags: { env: 'prod' } },
    {
      uid: { type: 'SecurityGroup', id: 'ecs/*/*/*' },
      parents: [{ type: 'System', id: 'web' }],
      tags: { env: 'prod' },
    },
    { uid: { type: 'System', id: 'web' }, tags: { owner: 'x' } },
  ]),
);

/** What the engine says of a call that it holds against the schema; decisions are made without. */
function wrongWith(call: PolicyCall): unknown {
  const policies = { staticPolicies: 'permit(principal, action, resource);' };
  const answer = cedar.isAuthorized({ ...call, policies, schema: policySchema, validateRequest: true });
  return answer.type === 'failure' ? answer.errors : answer.response.diagnostics.errors[0];
}

const { sourceCidrIp: _, ...open } = ssh;
const { portRange: __, ...list } = ssh;
const rules: readonly Rule[] = [
  ssh,
  { ...open, ipv6SourceCidrIp: '2001:db8::/64' },
  { ...open, sourceGroupId: 'sg-other', sourceGroupOwnerId: '1234567890123456' },
  { ...open, sourcePrefixListId: 'pl-1' },
  { ...open, direction: 'egress', destCidrIp: '0.0.0.0/0', ipProtocol: 'all', portRange: '-1/-1', policy: 'drop' },
  { ...list, portRangeListId: 'prl-1' },
];
const questions: readonly [string, Partial<Question>][] = [
  ['every kind of rule', { rules }],
  ['an extension', { action: 'extend' }],
  ['an approval', { action: 'approve', requester: { id: 'jan', groups: ['x'] } }],
  ['a rejection by the requester', { action: 'reject', requester: { id: 'lin@example.com', groups: [] } }],
  ['a reason, a ticket and a hurry', { reason: 'x', ticket: { system: 'jira', key: 'OPS-1' }, isBreakGlass: true }],
  [
    'a change of a rule by its id',
    { action: 'modify', rules: [], changes: [{ ruleId: 'sgr-1', set: { sourceCidrIp: '10.0.0.0/8' } }] },
  ],
  [
    'a change of a rule by its attributes',
    { action: 'modify', rules: [], changes: [{ rule: ssh, set: { description: 'x' } }] },
  ],
  [
    'a removal for good',
    { action: 'revoke', rules: [], changes: [{ ruleId: 'sgr-1' }, { rule: ssh }], expiresAtMs: noEndMs },
  ],
  ['an instant before the epoch', { nowMs: -1, startsAtMs: -86_400_001 }],
];

describe('the published schema', () => {
  it('is the one in schemas/', () => {
    expect(readFileSync('schemas/policy.cedarschema', 'utf8')).toBe(policySchema);
  });

  it('fits what is asked: a visit', () => {
    for (const action of ['view', 'end', 'audit', 'administer'] as const) {
      const visit = { action, person: { id: 'lin@example.com', groups: ['staff'] }, source: 'api', nowMs };
      expect(wrongWith(visitCall(book, visit))).toBeUndefined();
      expect(wrongWith(visitCall(book, { ...visit, target, requester: { id: 'jan', groups: [] } }))).toBeUndefined();
    }
  });

  it.each(questions)('fits what is asked: %s', (_what, more) => {
    const calls = questionCalls(book, question(more));

    expect(calls.length).toBeGreaterThan(0);
    for (const call of calls) expect(wrongWith(call)).toBeUndefined();
  });

  it('would find a request that it does not fit', () => {
    const [call] = questionCalls(book, question());

    expect(wrongWith({ ...(call as PolicyCall), context: { ...call?.context, weather: 'fair' } })).toBeDefined();
  });
});

describe('a check of policies', () => {
  it('finds nothing wrong with the shipped ones', async () => {
    expect(await checkPolicies(readFileSync(`${configFolder({})}/policy.cedar`, 'utf8'))).toEqual([]);
  });

  it('names the place and the policy of what the schema does not know, behind Chinese words too', async () => {
    const text = `// 注释：谁可以做什么\n@id("a")\npermit(principal, action == Action::"authorize", resource)\nwhen { context.lenght < 3 };`;

    expect(await checkPolicies(text)).toEqual([
      { file: 'policy.cedar', line: 4, column: 8, path: '', message: expect.stringMatching(/^a: attribute `lenght`/) },
    ]);
  });

  it.each([
    ['an unknown action', '@id("a") permit(principal, action == Action::"open", resource);'],
    ['an unknown kind of entity', '@id("a") permit(principal is Robot, action, resource);'],
    [
      'an attribute that may be absent, read without asking',
      '@id("a") permit(principal, action == Action::"authorize", resource) when { context.rule.peer.prefix > 8 };',
    ],
    [
      'a tag read without asking',
      '@id("a") forbid(principal, action == Action::"authorize", resource) when { resource.getTag("env") == "prod" };',
    ],
    [
      'a comparison of different things',
      '@id("a") permit(principal, action == Action::"authorize", resource) when { context.duration < 3 };',
    ],
    [
      'a condition that can never hold',
      '@id("a") forbid(principal, action == Action::"authorize", resource) when { context.rule.ports.from == 22 && false };',
    ],
    [
      'an address that is none',
      '@id("a") permit(principal, action == Action::"authorize", resource) when { ip("10.0.0.300") == ip("10.0.0.1") };',
    ],
  ])('finds %s', async (_what, text) => {
    expect(await checkPolicies(text)).not.toEqual([]);
  });
});
