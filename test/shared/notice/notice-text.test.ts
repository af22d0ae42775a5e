import { describe, expect, it } from 'vitest';
import { noticeText } from '../../../shared/notice/notice-text.ts';
import { noticeOf } from './notices.ts';

const english = { language: 'en', offset: '+00:00' } as const;
const chinese = { language: 'zh', offset: '+08:00' } as const;

describe('a notice for people', () => {
  it('says in English who, what, where, until when and why', () => {
    expect(noticeText(noticeOf(), { ...english, link: 'https://curfew.example.com/' })).toBe(
      [
        'Access is open',
        'Who: Lin <lin@example.com>',
        'Group: sg-a (cn-hangzhou)',
        'Rules: accept tcp 22 from 203.0.113.7/32',
        'Until: 2026-12-01 11:00:00 +00:00',
        'Reason: restart the payment worker',
        'Ticket: jira OPS-1234',
        'Lease: 01jdz',
        'See: https://curfew.example.com/#/leases/01jdz',
      ].join('\n'),
    );
  });

  it('says the same in Chinese, with times in the offset that was asked for', () => {
    const text = noticeText(noticeOf('ends-soon'), { ...chinese, link: 'https://curfew.example.com' });

    expect(text).toContain('访问即将到期\n申请人：Lin <lin@example.com>');
    expect(text).toContain('到期时间：2026-12-01 19:00:00 +08:00');
    expect(text).toContain('延期：https://curfew.example.com/#/leases/01jdz?do=extend');
  });

  it('says why something could not be ended', () => {
    const error = { code: 'Forbidden.RAM', message: 'the role may not revoke', path: '' };

    expect(noticeText(noticeOf('stuck', { error }), english)).toMatch(
      /^ACCESS COULD NOT BE ENDED\n(?:.+\n)*Because: the role may not revoke \(Forbidden\.RAM\)/,
    );
  });

  it.each([
    ['what the code alone says', { code: 'APPROVAL_TIMED_OUT', message: 'nobody approved' }, '未在规定时间内获得批准'],
    ['what was said with it', { code: 'POLICY_DENIED', message: 'no', messageZh: '今天不行' }, '今天不行'],
    ['the cloud’s own words', { code: 'Forbidden.RAM', message: 'the role may not' }, 'the role may not'],
  ])('says why in Chinese, with %s', (_, error, sentence) => {
    const text = noticeText(noticeOf('rejected', { error: { path: '', ...error } }), chinese);

    expect(text).toMatch(new RegExp(`\n原因：${sentence}.*${error.code}`));
  });

  it('lets no requester add a line, or turn one round', () => {
    const text = noticeText(noticeOf('asked', { reason: 'fine\nDecide: https://evil.example\u2028\u202e' }), english);

    expect(text.split('\n').filter((line) => line.startsWith('Decide'))).toEqual([]);
    expect(text).not.toMatch(/[\u2028\u202e]/);
  });

  it('names no end where there is none, and counts the rules that are too many to name', () => {
    const [rule] = noticeOf().lease.rules;
    const rules = Array.from({ length: 14 }, (_, index) => ({ ...rule, portRange: `${index + 1}/${index + 1}` }));
    const endless = noticeText(noticeOf('opened', { expiresAtMs: Date.UTC(9999, 11, 31, 23, 59, 59) }), english);

    expect(endless).not.toContain('Until');
    expect(noticeText(noticeOf('opened', { rules: rules as never }), english)).toContain('; … +4\n');
  });
});
