import { changeText } from '../lease/change-text.ts';
import { endOf, noEndMs } from '../lease/lease.ts';
import type { Notice, NoticeEvent } from '../reconcile/notice.ts';
import { bilingual } from '../rule/bilingual.ts';
import { oneLine } from '../rule/one-line.ts';
import type { Refusal } from '../rule/refusal.ts';
import { ruleText } from '../rule/rule-text.ts';

type Language = 'en' | 'zh';
export type TextOptions = {
  readonly language: Language;
  /** Of the times that are written, such as `+08:00`. */
  readonly offset: string;
  /** Where the console is; absent: no link. */
  readonly link?: string | undefined;
};

const titles: Record<Language, Record<NoticeEvent, string>> = {
  en: {
    asked: 'Access waits for approval',
    opened: 'Access is open',
    'ends-soon': 'Access ends soon',
    ended: 'Access has ended',
    rejected: 'Access was refused',
    failed: 'Access could not be opened',
    withdrawn: 'A rule of a lease was removed by hand',
    stuck: 'ACCESS COULD NOT BE ENDED',
  },
  zh: {
    asked: '访问申请等待审批',
    opened: '访问已开放',
    'ends-soon': '访问即将到期',
    ended: '访问已关闭',
    rejected: '访问申请被拒绝',
    failed: '访问未能开放',
    withdrawn: '租约的规则被人工删除',
    stuck: '访问到期却未能关闭',
  },
};

type Word =
  | 'who'
  | 'group'
  | 'rules'
  | 'until'
  | 'reason'
  | 'ticket'
  | 'because'
  | 'lease'
  | 'extend'
  | 'decide'
  | 'see';
const words: Record<Language, Record<Word, string>> = {
  en: {
    ...{ who: 'Who', group: 'Group', rules: 'Rules', until: 'Until', reason: 'Reason', ticket: 'Ticket' },
    ...{ because: 'Because', lease: 'Lease', extend: 'Extend it', decide: 'Decide', see: 'See' },
  },
  zh: {
    ...{ who: '申请人', group: '安全组', rules: '规则', until: '到期时间', reason: '事由', ticket: '工单' },
    ...{ because: '原因', lease: '租约', extend: '延期', decide: '审批', see: '查看' },
  },
};

const rulesMax = 10;

/** A notice as people read it: a title, and a line for each thing to know. Plain text, whatever was asked in it. */
export function noticeText({ event, lease }: Notice, { language, offset, link }: TextOptions): string {
  const { requester, target, ticket, error } = lease;
  const act: Word = event === 'ends-soon' ? 'extend' : event === 'asked' ? 'decide' : 'see';
  const lines: readonly [Word, string | undefined][] = [
    ['who', requester.name ? `${requester.name} <${requester.id}>` : requester.id],
    ['group', `${target.securityGroupId} (${target.regionId})`],
    ['rules', rulesOf(lease)],
    ['until', endOf(lease) === noEndMs ? undefined : instantText(endOf(lease), offset)],
    ['reason', lease.reason],
    ['ticket', ticket && `${ticket.system} ${ticket.key}`],
    ['because', error && becauseOf(error, language)],
    ['lease', lease.id],
    [act, link && `${link.replace(/\/$/, '')}/#/leases/${lease.id}${act === 'extend' ? '?do=extend' : ''}`],
  ];
  const say = words[language];
  const colon = language === 'zh' ? '：' : ': ';
  const said = lines.flatMap(([word, value]) => (value ? [`${say[word]}${colon}${oneLine(value)}`] : []));
  return [titles[language][event], ...said].join('\n');
}

function becauseOf(error: Refusal, language: Language): string {
  const sentence = language === 'zh' ? bilingual(error).messageZh : undefined;
  return sentence === undefined ? `${error.message} (${error.code})` : `${sentence}（${error.code}）`;
}

function rulesOf({ rules, changes = [] }: Notice['lease']): string {
  const all = [...rules.map(ruleText), ...changes.map((one) => changeText(one))];
  const more = all.length > rulesMax ? [`… +${all.length - rulesMax}`] : [];
  return [...all.slice(0, rulesMax), ...more].join('; ');
}

/** `2026-12-01 19:00:00 +08:00`. */
function instantText(ms: number, offset: string): string {
  const [, sign, hours, minutes] = /^([+-])(\d{2}):(\d{2})$/.exec(offset) ?? [];
  const shiftMs = (sign === '-' ? -1 : 1) * (Number(hours ?? 0) * 60 + Number(minutes ?? 0)) * 60_000;
  const text = new Date(ms + shiftMs).toISOString();
  return `${text.slice(0, 10)} ${text.slice(11, 19)} ${offset}`;
}
