import { createHmac } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { eventBus } from '../../../shared/notice/event-bus.ts';
import { post } from '../../../shared/notice/post.ts';
import { dingtalkRobot, feishuRobot, slackWebhook } from '../../../shared/notice/robots.ts';
import type { SendNotice } from '../../../shared/notice/send-notice.ts';
import { standardWebhook } from '../../../shared/notice/standard-webhook.ts';
import { startReceiver } from '../../support/receiver.ts';
import { noticeOf } from './notices.ts';

let receiver: Awaited<ReturnType<typeof startReceiver>>;
const nowMs = Date.now();
const deps = { post, nowMs: () => nowMs };
const text = { language: 'en', offset: '+00:00' } as const;
const webhookSecret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const hmac = (key: string, what: string) => createHmac('sha256', key).update(what).digest('base64');

beforeEach(async () => {
  receiver = await startReceiver();
});
afterEach(() => receiver.close());

const robots = {
  dingtalk: () => dingtalkRobot(deps, { address: `${receiver.url}/robot/send?access_token=t`, secret: 'SEC1', text }),
  feishu: () => feishuRobot(deps, { address: `${receiver.url}/hook/1`, secret: 'fs1', text }),
};
const bus = (securityToken?: string) =>
  eventBus({
    bus: 'curfew',
    endpoint: receiver.url,
    credentials: () => ({ accessKeyId: 'local', accessKeySecret: 'local-secret', securityToken }),
  });
const all: Record<string, { send: () => SendNotice; ok: string }> = {
  dingtalk: { send: robots.dingtalk, ok: '{"errcode":0,"errmsg":"ok"}' },
  feishu: { send: robots.feishu, ok: '{"code":0,"msg":"success","data":{}}' },
  slack: { send: () => slackWebhook(deps, { address: `${receiver.url}/services/T/B/x`, text }), ok: 'ok' },
  webhook: { send: () => standardWebhook(deps, { address: receiver.url, secrets: [webhookSecret] }), ok: '' },
  eventbridge: { send: bus, ok: '{"RequestId":"r","FailedEntryCount":0,"EntryList":[{"EventId":"e"}]}' },
};

describe.each(Object.entries(all))('the channel %s', (_, { send, ok }) => {
  it('is done when the receiver says so', async () => {
    receiver.answer.body = ok;

    expect(await send()(noticeOf())).toEqual({ kind: 'done' });
    expect(receiver.received).toHaveLength(1);
  });

  it.each([500, 503, 429])('does not know after %i', async (status) => {
    Object.assign(receiver.answer, { status, body: '{"code":"Busy"}' });

    expect(await send()(noticeOf())).toMatchObject({ kind: 'unknown' });
  });

  it('does not know when nobody answers, and says no address', async () => {
    receiver.answer.isSilent = true;

    const sent = await send()(noticeOf());

    expect(sent).toMatchObject({ kind: 'unknown' });
    expect(JSON.stringify(sent)).not.toContain('127.0.0.1');
  });
});

describe.each(['slack', 'webhook'])('the channel %s', (name) => {
  it.each([302, 400, 404, 410])('is refused by %i, and follows nobody elsewhere', async (status) => {
    Object.assign(receiver.answer, { status, headers: { location: `${receiver.url}/elsewhere` } });

    expect(await all[name]?.send()(noticeOf())).toEqual({ kind: 'refused', code: `HTTP_${status}` });
    expect(receiver.received).toHaveLength(1);
  });
});

describe('DingTalk’s robot', () => {
  it('is signed in the query and told a plain text', async () => {
    await robots.dingtalk()(noticeOf());

    const [{ url = '', body = '' } = {}] = receiver.received;
    const query = new URL(url, receiver.url).searchParams;
    expect(query.get('access_token')).toBe('t');
    expect(query.get('sign')).toBe(hmac('SEC1', `${query.get('timestamp')}\nSEC1`));
    expect(JSON.parse(body)).toMatchObject({ msgtype: 'text', text: { content: /^Access is open/ } });
  });

  it('refuses with a code in an answer of 200', async () => {
    receiver.answer.body = '{"errcode":310000,"errmsg":"sign not match"}';

    expect(await robots.dingtalk()(noticeOf())).toEqual({ kind: 'refused', code: 'ERRCODE_310000' });
  });
});

describe('Feishu’s bot', () => {
  it('is signed in the body, with the text as the key', async () => {
    await robots.feishu()(noticeOf());

    const body = JSON.parse(receiver.received[0]?.body ?? '');
    expect(body.sign).toBe(hmac(`${body.timestamp}\nfs1`, ''));
    expect(body.msg_type).toBe('text');
  });

  it('calls nobody by a reason', async () => {
    await robots.feishu()(noticeOf('asked', { reason: '<at user_id="all">all</at>' }));

    expect(receiver.received[0]?.body).not.toContain('<at');
  });
});

it('a reason is no mark-up in Slack', async () => {
  await all.slack?.send()(noticeOf('asked', { reason: '<!channel> & <https://evil.example|here>' }));

  expect(JSON.parse(receiver.received[0]?.body ?? '').text).toContain('&lt;!channel&gt; &amp; &lt;https://evil');
});

describe('a webhook to any address', () => {
  it('is a CloudEvent that the reference library verifies under each secret', async () => {
    const older = `whsec_${Buffer.alloc(24, 9).toString('base64')}`;
    await standardWebhook(deps, { address: receiver.url, secrets: [webhookSecret, older] })(noticeOf());

    const [{ body = '', headers = {} } = {}] = receiver.received;
    for (const secret of [webhookSecret, older]) {
      expect(new Webhook(secret).verify(body, headers as Record<string, string>)).toMatchObject({
        type: 'curfew.lease.opened',
        timestamp: '2026-12-01T09:00:00Z',
        data: { specversion: '1.0', id: 'b'.repeat(64), subject: '01jdz', source: 'curfew/default' },
      });
    }
  });
});

describe('EventBridge', () => {
  it.each([undefined, 'sts-token'])('gets one event for the bus, signed by the vendor’s client (%s)', async (token) => {
    receiver.answer.body = all.eventbridge?.ok ?? '';
    await bus(token)(noticeOf('stuck'));

    const [{ url, body = '', headers = {} } = {}] = receiver.received;
    expect(url).toBe('/openapi/putEvents');
    expect(headers.authorization).toMatch(/^acs:local:/);
    expect(headers['x-acs-security-token']).toBe(token);
    expect(headers['content-type']).toContain('application/cloudevents-batch+json');
    expect(JSON.parse(body)).toEqual([
      expect.objectContaining({
        specversion: '1.0',
        type: 'curfew.lease.stuck',
        aliyuneventbusname: 'curfew',
        data: expect.objectContaining({ leaseId: '01jdz', expiresAt: '2026-12-01T11:00:00Z' }),
      }),
    ]);
  });

  it('says which code an entry was refused with', async () => {
    receiver.answer.body =
      '{"RequestId":"r","FailedEntryCount":1,"EntryList":[{"ErrorCode":"EventBusNotExist","ErrorMessage":"no"}]}';

    expect(await bus()(noticeOf())).toEqual({ kind: 'refused', code: 'EventBusNotExist' });
  });

  it('takes no page of somebody else’s for an answer', async () => {
    receiver.answer.body = '<html>';

    expect(await bus()(noticeOf())).toMatchObject({ kind: 'unknown' });
  });
});
