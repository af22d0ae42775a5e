import { describe, expect, it } from 'vitest';
import type { AcceptDeps } from '../../shared/reconcile/accepting.ts';
import { Secret } from '../../shared/runtime/secret.ts';
import { runCurfew, startConsole, token } from './curfew.ts';

const meisToken = 'a-token-of-mei-0123456789';
const tokens = [
  { name: 'lin', token: new Secret(token) },
  { name: 'mei', token: new Secret(meisToken) },
];
const policy: AcceptDeps['policy'] = async () => (question) => ({
  ...{ policies: [], version: '', approvers: [] },
  approvals: question.action === 'authorize' && !question.isBreakGlass ? 1 : 0,
});

describe('curfew approve and reject', () => {
  it('let somebody else decide, and say what is waited for', async () => {
    const { url, curfew, openLease } = await startConsole({ policy, tokens });
    const mei = (...args: string[]) => runCurfew(args, { env: { CURFEW_SERVER: url, CURFEW_TOKEN: meisToken } });
    const id = await openLease();

    const own = await curfew('approve', id);
    const waiting = await curfew('why', id);
    const approved = await mei('approve', id, '--reason', 'agreed in OPS-1');
    const again = await mei('reject', id);

    expect(own).toMatchObject({ status: 1, err: expect.stringContaining('[OWN_REQUEST]') });
    expect(waiting.out).toContain('It waits until somebody other than its requester has approved it.');
    expect(approved).toMatchObject({ status: 0, out: expect.stringMatching(/^active/) });
    expect(approved.out).toContain('approvals: 1 of 1 (mei)');
    expect(again).toMatchObject({ status: 1, err: expect.stringContaining('[NOT_AWAITING_APPROVAL]') });
  });

  it('let an emergency through, which somebody else reviews', async () => {
    const { url, curfew, openLease } = await startConsole({ policy, tokens });
    const mei = (...args: string[]) => runCurfew(args, { env: { CURFEW_SERVER: url, CURFEW_TOKEN: meisToken } });
    const id = await openLease('--break-glass', '--reason', 'the index is full');

    expect((await curfew('list', '--review')).out).toMatch(new RegExp(`${id}.*\\(emergency\\)`));
    expect((await curfew('review', id, '--reason', 'mine')).err).toContain('[OWN_REQUEST]');
    expect(await mei('review', id, '--reason', 'seen')).toMatchObject({
      status: 0,
      out: expect.stringContaining('emergency: reviewed by mei: seen'),
    });
    expect((await curfew('list', '--review')).out).toContain('There are no');
  });
});
