import { describe, expect, it } from 'vitest';
import { type NoticeDeps, sendNotices } from '../../../shared/reconcile/send-notices.ts';
import { FakeChannel } from '../../fakes/fake-channel.ts';
import { makeWorld, request } from '../../fakes/world.ts';

function noticeWorld(more: Partial<NoticeDeps> = {}) {
  const world = makeWorld();
  const chat = new FakeChannel();
  const { ledger, audit, ids, log } = world.deps;
  const deps: NoticeDeps = { ledger, audit, ids, log, channels: [chat], ...more };
  const send = () => sendNotices(deps, () => true);
  const codes = () => world.logged.map(({ fields }) => fields?.code);
  return { ...world, chat, noticeDeps: deps, notify: send, codes };
}
const lease = (id: string, more: object = {}) => request({ id, duration: 'PT30S', ...more });

describe('what became of leases', () => {
  it('is told in its order, from the channel’s first run on', async () => {
    const { send, pass, notify, chat } = noticeWorld();
    await send('grant', lease('before'));
    await notify();

    await send('grant', lease('A', { duration: 'PT20S' }));
    await pass(40);
    const report = await notify();

    expect(chat.told).toEqual(['opened A', 'ended A', 'ended before']);
    expect(report).toEqual({ sent: 3, failed: 0, isBusy: false });
  });

  it('is told once, however often it is asked for', async () => {
    const { send, notify, chat } = noticeWorld();
    await notify();
    await send('grant', lease('A'));

    for (let run = 0; run < 3; run += 1) await notify();

    expect(chat.told).toEqual(['opened A']);
  });

  it('bears the same id when it is sent again', async () => {
    const { send, notify, chat } = noticeWorld();
    await notify();
    await send('grant', lease('A'));
    const tried: string[] = [];
    chat.answer = ({ id }) => {
      tried.push(id);
      return { kind: 'unknown', code: 'NO_ANSWER' };
    };

    await notify();
    await notify();

    expect(new Set(tried).size).toBe(1);
    expect(tried).toHaveLength(2);
  });

  it('waits for a channel that is away, and comes in its order', async () => {
    const { send, pass, notify, chat } = noticeWorld();
    await notify();
    chat.answer = () => ({ kind: 'unknown', code: 'NO_ANSWER' });
    await send('grant', lease('A'));
    await notify();
    await pass(40);
    await notify();
    chat.answer = () => ({ kind: 'done' });

    await notify();

    expect(chat.told).toEqual(['opened A', 'ended A']);
  });

  it('does not wait for another channel', async () => {
    const away = new FakeChannel('away');
    away.answer = () => ({ kind: 'unknown', code: 'NO_ANSWER' });
    const here = new FakeChannel('here');
    const { send, notify } = noticeWorld({ channels: [away, here] });
    await notify();
    await send('grant', lease('A'));

    await notify();

    expect(here.told).toEqual(['opened A']);
    expect(away.told).toEqual([]);
  });

  it('is given up, and said so, where its receiver refuses it for good', async () => {
    const { send, notify, chat, codes } = noticeWorld();
    await notify();
    chat.answer = ({ lease: { requestId } }) =>
      requestId === 'bad' ? { kind: 'refused', code: 'HTTP_400' } : { kind: 'done' };
    await send('grant', lease('bad'));
    await send('grant', lease('good'));

    for (let run = 0; run < 4; run += 1) await notify();
    expect(chat.told).toEqual([]);
    await notify();

    expect(chat.told).toEqual(['opened good']);
    expect(codes().filter((code) => code === 'NOTICE_GIVEN_UP')).toHaveLength(1);
  });

  it('is left out a day later', async () => {
    const { clock, send, notify, chat, codes } = noticeWorld();
    await notify();
    chat.answer = () => ({ kind: 'unknown', code: 'NO_ANSWER' });
    await send('grant', lease('A', { duration: 'P2D' }));
    await notify();
    clock.nowMs += 25 * 3600_000;
    chat.answer = () => ({ kind: 'done' });

    await notify();

    expect(chat.told).toEqual([]);
    expect(codes()).toContain('NOTICES_TOO_OLD');
  });

  it('reaches only who wants it', async () => {
    const { send, pass, notify, chat } = noticeWorld();
    await notify();
    chat.wants = ({ event }) => event === 'ended';
    await send('grant', lease('A'));
    await pass(60);

    await notify();

    expect(chat.told).toEqual(['ended A']);
  });

  it('is told by one run at a time; a run that died holds the next one up for a minute', async () => {
    const { clock, send, notify, chat, noticeDeps } = noticeWorld();
    await notify();
    await send('grant', lease('A', { duration: 'PT1H' }));
    chat.send = () => Promise.reject(new Error('died'));
    const release = noticeDeps.ledger.transaction;
    // Dead: not even the claim is given back.
    await expect(
      sendNotices({ ...noticeDeps, ledger: { transaction: dyingAfter(release, noticeDeps) } }, () => true),
    ).rejects.toThrow();
    chat.send = FakeChannel.prototype.send;

    expect(await notify()).toMatchObject({ isBusy: true });
    clock.nowMs += 61_000;
    await notify();

    expect(chat.told).toEqual(['opened A']);
  });
});

/** A ledger that is away from the first failure on. */
function dyingAfter(transaction: NoticeDeps['ledger']['transaction'], { ledger }: NoticeDeps): typeof transaction {
  let calls = 0;
  return (label, work) => {
    calls += 1;
    if (calls > 3) return Promise.reject(new Error('the process is dead'));
    return transaction.call(ledger, label, work) as ReturnType<typeof work>;
  };
}

describe('a lease whose end is near', () => {
  const world = () => noticeWorld({ endsSoonMs: 10_000 });

  it('is told of once, and again near the end that it was given later', async () => {
    const { send, pass, notify, chat } = world();
    await notify();
    await send('grant', lease('A', { duration: 'PT1M' }));
    await pass(51);
    await notify();
    await notify();
    expect(chat.told).toEqual(['opened A', 'ends-soon A']);

    await send('grant', { version: 1, id: 'A/2', action: 'extend', requestId: 'A', duration: 'PT1M' });
    await notify();
    expect(chat.told).toHaveLength(2);
    await pass(60);
    await notify();

    expect(chat.told).toEqual(['opened A', 'ends-soon A', 'ends-soon A']);
  });

  it('is not told of when it lasts hardly longer than the warning', async () => {
    const { send, pass, notify, chat } = world();
    await notify();
    await send('grant', lease('A', { duration: 'PT15S' }));
    await pass(6);

    await notify();

    expect(chat.told).toEqual(['opened A']);
  });
});
