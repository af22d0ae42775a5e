import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import type { Lease, Plan, Story } from '../../cli/answers.ts';
import type { Client } from '../../cli/client.ts';
import { list } from '../../cli/commands/list.ts';
import { plan } from '../../cli/commands/plan.ts';
import { show } from '../../cli/commands/show.ts';
import { why } from '../../cli/commands/why.ts';
import type { Lang } from '../../cli/context.ts';
import { decidedBy } from '../../cli/decided-by.ts';
import { relative } from '../../cli/durations.ts';
import type { Failure } from '../../cli/failure.ts';
import type { Output } from '../../cli/output.ts';
import { en, type Texts } from '../../cli/texts/en.ts';
import { zh } from '../../cli/texts/zh.ts';
import { leaseStates } from '../../shared/lease/lease.ts';
import { zh as pageZh } from '../../web/texts/zh.ts';

const rule = 'accept tcp 443 from 10.0.0.0/8 priority 7';
const wider = 'accept all from 10.0.0.0/8';
const changed = `change sgr-1 (${rule}): priority 9`;
const cloudsWords = 'the role may not revoke';
const humansWords = 'done early';

/** What stays as it is in every language: names, what people and the cloud wrote, rules, commands, files, fields, codes. */
const kept = [
  ...[changed, rule, wider, cloudsWords, humansWords, 'lin@example.com', 'mei@example.com', 'on-call', 'owners'],
  ...['say-why', 'narrow', 'Forbidden.RAM', 'priority', 'sourceCidrIp', 'Curfew', 'API', 'ID', 'approvesOwn'],
  ...['--action', 'modify', 'revoke', 'authorize', '--group', '--lift', 'AuthorizeSecurityGroup', 'paused'],
  ...['PT8H', 'breakGlass', 'wideningChanges', 'longestLease'],
];
const pattern =
  /\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)|\b\d{26}\b|\b[A-Z]{4,}(?:_[A-Z]+)*\b|\bsgr?-\w+|\bcurfew \w+(?: \w+)?|\b\w+\.(?:yaml|cedar)|\b[0-9a-f]{12}\b/g;

const without = (text: string, parts: readonly string[]): string =>
  parts.reduce((left, part) => left.replaceAll(part, ' '), text);
/** Words of English that a Chinese text has left when all was taken out that stays as it is. */
const englishIn = (text: string): string[] =>
  without(
    text,
    [...stable(text)].sort((a, b) => b.length - a.length),
  ).match(/[A-Za-z]{2,}/g) ?? [];
/** Ids, times, codes, names, commands and files of a text: the same in both languages. */
function stable(text: string): Set<string> {
  const commands = (text.match(pattern) ?? []).map((part) => part.replace(/ (?:shows|lifts|looks)$/, ''));
  return new Set([...commands, ...kept.filter((part) => text.includes(part))]);
}

const id = '10000000000000000000000001';
const ended = '2026-12-01T18:00:00+08:00';
const leaseOf = (change: object = {}): Lease => ({
  ...{ id, requestId: 'r-1', action: 'authorize', state: 'active', borrowed: false, changes: [] },
  target: { cloud: 'ecs', account: 'default', regionId: 'cn-hangzhou', securityGroupId: 'sg-a' },
  rules: [{ text: rule, isPresent: true, borrowed: false, withdrawn: false, stuck: false }],
  ...{ startsAt: '2026-12-01T17:00:00+08:00', endsAt: ended, requester: { id: 'lin@example.com' } },
  ...change,
});
const entry = (kind: string, data: object = {}, actor = 'lin@example.com'): Story[number] => ({
  ...{ at: '2026-12-01T09:00:01.234Z', kind, actor },
  data: data as Story[number]['data'],
});
const approvals = (change: object = {}): Partial<Lease> => ({
  state: 'awaiting-approval',
  approvals: { needed: 1, given: [], expiresAt: '2026-12-01T17:30:00+08:00', digest: 'abc', ...change },
});
const decision = { policies: ['say-why', 'narrow'], version: '0123456789abcdef', approvals: 0, approvers: [] };
const error = (code: string, more: object = {}) => ({ code, message: 'no such luck', path: '', ...more });
const changeOf = (change: object = {}) => [
  { text: changed, isPresent: true, withdrawn: false, stuck: false, before: { priority: 7 }, ...change },
];
const given = [{ by: 'mei@example.com', at: ended }];
const ending = { endReason: 'ended by request', endReasonZh: '按要求结束' };

type Asked = [what: string, lease: Lease, story?: Story];
const states = leaseStates.map((state): Asked => [`the state ${state}`, leaseOf({ state })]);

const reasons: Asked[] = [
  ['a state that is newer than we are', leaseOf({ state: 'paused' })],
  ['active without an end', leaseOf({ endsAt: undefined })],
  ['one approval', leaseOf(approvals())],
  ['two approvals, one of them given', leaseOf(approvals({ needed: 2, given }))],
  ['ended by a person, with a reason', leaseOf({ state: 'ended', endReason: humansWords }), [entry('lease.end')]],
  ['ended by a person, without a reason', leaseOf({ state: 'closing', ...ending }), [entry('lease.end')]],
  ['cut short', leaseOf({ state: 'ended', ...ending, error: error('RULE_WIDENED') })],
  ['cut short by the cloud', leaseOf({ state: 'ended', endReason: cloudsWords, error: error('RULE_WIDENED') })],
  ['made for good', leaseOf({ state: 'ended', endsAt: undefined })],
  ['a decision', leaseOf(), [entry('lease.accepted', { decision })]],
  ['a decision of nobody', leaseOf(), [entry('lease.accepted', { decision: { ...decision, policies: [] } })]],
  ['a decision that needs one', leaseOf(), [entry('lease.accepted', { decision: { ...decision, approvals: 1 } })]],
  [
    'a decision that needs two of a group',
    leaseOf(),
    [entry('lease.accepted', { decision: { ...decision, approvals: 2, approvers: ['on-call', 'owners'] } })],
  ],
  ['an error of ours', leaseOf({ state: 'failed', error: error('NEVER_OPENED') })],
  [
    'an error in the cloud’s words',
    leaseOf({
      state: 'stuck',
      rules: [{ ...leaseOf().rules[0], error: error('Forbidden.RAM', { message: cloudsWords }) }],
    }),
  ],
  ['an error said in both', leaseOf({ error: error('POLICY_DENIED', { messageZh: '策略“narrow”禁止此操作' }) })],
  ['a borrowed rule', leaseOf({ borrowed: true })],
  ['a rule as it was', leaseOf({ rules: [], changes: changeOf() })],
  ['a rule as it was and is', leaseOf({ rules: [], changes: changeOf({ after: { priority: 9, sourceCidrIp: '' } }) })],
  ['a rule that is as it was', leaseOf({ rules: [], changes: changeOf({ after: { priority: 7 } }) })],
  ['a rule that is stuck', leaseOf({ rules: [], changes: changeOf({ stuck: true, after: { priority: 9 } }) })],
  ['an empty field', leaseOf({ rules: [], changes: changeOf({ before: { sourceCidrIp: '' } }) })],
  ['a later refusal', leaseOf(), [entry('message.refused', { id: 'r-2', ...error('LEASE_TOO_LONG') })].map(inBoth)],
  ...['WITHDRAWN', 'RULE_WIDENED', 'STUCK', 'JOURNAL_TAMPERED'].map(
    (code): Asked => [`the alarm ${code}`, leaseOf(), [entry('alarm', error(code), 'curfew')]],
  ),
  [
    'the alarm of an emergency',
    leaseOf({ reason: humansWords }),
    [entry('alarm', error('BREAK_GLASS', { message: `lin@example.com asked in an emergency: ${humansWords}` }))],
  ],
];
/** Guards say both sentences themselves. */
function inBoth(one: Story[number]): Story[number] {
  return { ...one, data: { ...one.data, messageZh: '租约（含延期）最长为 PT8H' } };
}

async function asked(answer: unknown, lang: Lang, run: (context: never) => Promise<void>): Promise<string> {
  const lines: string[] = [];
  const client: Client = Object.assign(
    async (_path: string, schema: { parse: (value: unknown) => unknown }) => schema.parse(answer) as never,
    { text: async () => ({ text: '', headers: new Headers() }) },
  );
  const out: Output = {
    ...{ isJson: false, note: () => undefined, data: () => undefined },
    say: (line) => void lines.push(line),
    paint: (_colour, text) => text,
  };
  await run({ client, out, lang } as never);
  return lines.join('\n');
}
const toldWhy = (lease: Lease, story: Story, lang: Lang) =>
  asked({ lease, story }, lang, (context) => why(context, {}, [lease.id]));

function expectTheSame(english: string, chinese: string): void {
  expect(englishIn(chinese)).toEqual([]);
  expect([...stable(chinese)].sort()).toEqual(expect.arrayContaining([...stable(english)].sort()));
  expect(chinese).toMatch(/\p{Script=Han}/u);
}

describe('curfew why in Chinese', () => {
  it.each<Asked>([...states, ...reasons])(
    'has no word of English and all that the English has: %s',
    async (_, lease, story = []) => {
      const [english, chinese] = [await toldWhy(lease, story, 'en'), await toldWhy(lease, story, 'zh')];

      expect(chinese).toMatch(new RegExp(`^(?:\\S+（${lease.state}）|${lease.state}) `));
      expectTheSame(english.replace(/^\S+/, ''), chinese.replace(/^\S+/, ''));
      expect(chinese.split('\n')).toHaveLength(english.split('\n').length);
    },
  );

  it.each([...Object.keys(en.decidedBy.codes), 'WIDENING_REFUSED', 'LEASE_TOO_LONG', 'BREAK_GLASS_OFF', 'Acme.Code'])(
    'says who decided: %s',
    (code) => {
      expectTheSame(decidedBy(code, en), decidedBy(code, zh));
    },
  );

  it('puts the words of the page before what machines call a state and an action', () => {
    for (const [state, name] of Object.entries(pageZh.states)) expect(zh.state(state)).toBe(`${name}（${state}）`);
    for (const [action, name] of Object.entries(pageZh.actions)) expect(zh.action(action)).toBe(`${name}（${action}）`);
  });

  it.each([
    ['2026-12-01T10:30:00Z', 'in 1h 30m', '1 小时 30 分钟后'],
    ['2026-11-29T06:00:00Z', '2d 3h ago', '2 天 3 小时前'],
    ['2026-12-01T09:00:07Z', 'in 7s', '7 秒后'],
    ['2026-12-01T09:00:00Z', 'now', '现在'],
  ])('counts the time that is left: %s', (at, english, chinese) => {
    const nowMs = Date.parse('2026-12-01T09:00:00Z');

    expect([relative(at, nowMs, en.time), relative(at, nowMs, zh.time)]).toEqual([english, chinese]);
  });
});

describe('curfew show in Chinese', () => {
  const marked = { ...leaseOf().rules[0], borrowed: true, withdrawn: true, stuck: true, error: error('Forbidden.RAM') };
  const inChinese = { message: 'no such luck', messageZh: '运气不好' };
  const leases: Asked[] = [
    ['without an end', leaseOf({ endsAt: undefined })],
    ['that waits, with an end of its own', leaseOf(approvals({ needed: 2, given, startsWhenApproved: true }))],
    ['that somebody rejected', leaseOf(approvals({ rejectedBy: 'mei@example.com' }))],
    ['that is borrowed', leaseOf({ borrowed: true })],
    ['with a rule that has every mark', leaseOf({ rules: [{ ...marked, error: error('STUCK', inChinese) }] })],
    ['that nobody reviewed', leaseOf({ breakGlass: {} })],
    ['that was reviewed', leaseOf({ breakGlass: { reviewedBy: 'mei@example.com', review: humansWords } })],
    ['with a ticket and a reason', leaseOf({ reason: humansWords, ticket: { system: 'jira', key: 'OPS-7' } })],
    ['that we ended', leaseOf({ state: 'ended', ...ending, error: error('NEVER_OPENED', inChinese) })],
    ['that a person ended', leaseOf({ state: 'ended', endReason: humansWords })],
    ['that changes a rule', leaseOf({ rules: [], changes: changeOf({ after: { priority: 9, sourceCidrIp: '' } }) })],
  ];

  it.each<Asked>([...states, ...leases])(
    'has no word of English and all that the English has: %s',
    async (_, lease) => {
      const told = (lang: Lang) => asked({ lease, story: [] }, lang, (context) => show(context, {}, [lease.id]));
      const [english, chinese] = [await told('en'), await told('zh')];

      expect(chinese).toMatch(new RegExp(`^(?:\\S+（${lease.state}）|${lease.state}) `));
      const words = chinese.replace(/^\S+/, '').replace(/（(?:withdrawn|stuck)）|\br-1\b|jira OPS-7|abc/g, '');
      expectTheSame(english.replace(/^\S+/, ''), words);
      expect(chinese.split('\n')).toHaveLength(english.split('\n').length);
    },
  );
});

describe('what a command says of a failure in Chinese', () => {
  it.each([
    ['not open yet', (texts: Texts) => texts.lease.notOpenYet(id)],
    ['failed', (texts: Texts) => texts.lease.became(id, 'paused', undefined)],
    ['failed, with a reason', (texts: Texts) => texts.lease.became(id, 'paused', humansWords)],
    ['abandoned', (texts: Texts) => texts.abandoned],
    ['nothing to end', (texts: Texts) => texts.ended.nothing],
    ['not ended', (texts: Texts) => texts.ended.refused(id)],
    ['stuck', (texts: Texts) => texts.ended.stuck(id)],
    ['not gone yet', (texts: Texts) => texts.ended.notYet(id)],
  ])('has no word of English and all that the English has: %s', (_, sentence) => {
    expectTheSame(sentence(en), sentence(zh));
  });
});

describe('curfew list in Chinese', () => {
  const told = (leases: readonly Lease[], lang: Lang, options: object = {}) =>
    asked({ leases }, lang, (context) => list(context, { limit: 50, ...options }));

  it.each(['', 'all'])('says that there is none: %s', async (all) => {
    const [english, chinese] = [await told([], 'en', { all }), await told([], 'zh', { all })];

    expectTheSame(english, chinese.replace('--all', ''));
  });

  it('keeps its columns below each other, however wide a sign is', async () => {
    const leases = [
      leaseOf({ borrowed: true }),
      leaseOf({ ...approvals(), breakGlass: {} }),
      leaseOf({ state: 'ended', endsAt: undefined }),
    ];
    const lines = (await told(leases, 'zh')).split('\n');

    const columnOf = (line: string, text: string) => stringWidth(line.slice(0, line.indexOf(text)));
    expect(new Set(lines.slice(1).map((line) => columnOf(line, 'sg-a'))).size).toBe(1);
    expect(new Set(lines.slice(1).map((line) => columnOf(line, 'lin@')))).toEqual(
      new Set([columnOf(lines[0] ?? '', '申请人')]),
    );
    const words = lines.join('\n').replace(/（(?:active|awaiting-approval|ended)）/g, '');
    expect(englishIn(words)).toEqual([]);
  });
});

const planned = (change: object = {}): Plan => ({
  ...{ allowed: true, window: { startsAt: '2026-12-01T17:00:00+08:00' }, rules: [], changes: [], calls: [] },
  ...change,
});
const ruled = (change: object): Plan => planned({ rules: [{ text: rule, ...change }] });
const openBy = (change: object): Plan =>
  ruled({ traffic: { now: 'all', afterwards: 'all', openBy: { text: wider, permanent: false, ...change } } });
const quota = { looks: 1, calls: 2, callsAtEnd: 3, rulesInGroup: 4, rulesAdded: 0 };
const dropEffect = (drops: string) => ({
  dropEffect: { drops, losesTo: [{ text: wider, covers: 'whole' }], shadows: [{ text: wider, covers: 'part' }] },
});

describe('curfew plan in Chinese', () => {
  const plans: (readonly [string, Plan])[] = [
    ['nothing to call, without an end', planned()],
    [
      'an end and a call',
      planned({
        window: { startsAt: ended, expiresAt: ended },
        calls: [{ action: 'AuthorizeSecurityGroup', parameters: '1' }],
      }),
    ],
    ['a decision', planned({ decision: { ...decision, approvals: 2, approvers: ['on-call'] } })],
    ['open by another lease', ruled({ alreadyOpen: { ours: true, until: ended } })],
    ['open by another lease, without an end', ruled({ alreadyOpen: { ours: true } })],
    ['borrowed', ruled({ alreadyOpen: { ours: false } })],
    ['open by a wider rule', openBy({ permanent: true, ruleId: 'sgr-1' })],
    ['open by a wider rule for a time', openBy({ until: ended })],
    ['open by a wider rule until its end', openBy({ ruleId: 'sgr-1' })],
    ['traffic that would pass', ruled({ traffic: { now: 'none', afterwards: 'all' } })],
    ['its cost', planned({ quota, instances: 3 })],
    ['its cost with rules more', planned({ quota: { ...quota, rulesAdded: 5 }, instances: null })],
    [
      'a change',
      planned({
        changes: [{ text: changed, possible: true, before: { priority: 7 }, after: { priority: 9 }, widens: true }],
      }),
    ],
    ['a removal', planned({ changes: [{ text: changed, possible: true, before: { priority: 7, sourceCidrIp: '' } }] })],
    ['a rule that a drop shadows', ruled({ dropShadow: { text: wider, covers: 'whole' } })],
    ['a rule that a drop shadows in part', ruled({ dropShadow: { text: wider, covers: 'part' } })],
    ...['everything', 'part', 'nothing'].map((drops) => [`a drop of ${drops}`, ruled(dropEffect(drops))] as const),
  ];
  const options = {
    action: 'authorize',
    protocol: 'tcp',
    policy: 'accept',
    priority: 1,
    group: 'sg-a',
    from: ['203.0.113.7'],
    port: ['22'],
    for: 'PT1H',
  } as never;
  const toldPlan = (answer: Plan, lang: Lang, more: object = {}) =>
    asked(answer, lang, (context) => plan(context, Object.assign({}, options, more)));
  const numbers = (text: string) => (text.match(/\d+/g) ?? []).sort();

  it.each(plans)('has no word of English and all that the English has: %s', async (_, answer) => {
    const [english, chinese] = [await toldPlan(answer, 'en'), await toldPlan(answer, 'zh')];

    expectTheSame(english, chinese);
    expect(numbers(chinese)).toEqual(numbers(english));
  });

  it.each([
    ['that it would be refused', planned({ allowed: false }), {}, 'REFUSED'],
    ['why it would be refused', planned({ allowed: false, refusal: error('FROZEN') }), {}, 'FROZEN'],
    ['that the action is wrong', planned(), { rule: ['sgr-1'] }, 'USAGE'],
  ])('says %s', async (_, answer, more, code) => {
    const failure: Failure = await toldPlan(answer, 'zh', more).then(
      () => undefined as never,
      (failed) => failed,
    );

    expect(failure.code).toBe(code);
    expect(englishIn(failure.message)).toEqual([]);
  });
});
