import { createCipheriv, createHash, createHmac } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import type { HookRequest } from '../../shared/intake/system.ts';

/** Requests as ticketing systems make them, signed by code that shares nothing with the verifiers. */
const textOf = (body: unknown): string => (typeof body === 'string' ? body : JSON.stringify(body));

const request = (
  body: string,
  headers: Record<string, string> = {},
  query: Record<string, string> = {},
): HookRequest => ({
  headers,
  query,
  rawBody: Buffer.from(body),
});

const hexMac = (secret: string, text: string): string => createHmac('sha256', secret).update(text).digest('hex');

export function fromJira(body: unknown, secret: string, delivery = 'jira-delivery-1'): HookRequest {
  const text = textOf(body);
  const headers = { 'x-hub-signature': `sha256=${hexMac(secret, text)}`, 'x-atlassian-webhook-identifier': delivery };
  return request(text, headers);
}

export function fromGithub(body: unknown, secret: string, event = 'issues', delivery = 'guid-1'): HookRequest {
  const text = textOf(body);
  const headers = {
    'x-hub-signature-256': `sha256=${hexMac(secret, text)}`,
    'x-github-event': event,
    'x-github-delivery': delivery,
  };
  return request(text, headers);
}

export function fromServicenow(body: unknown, base64Key: string): HookRequest {
  const text = textOf(body);
  const mac = createHmac('sha256', Buffer.from(base64Key, 'base64')).update(text).digest('base64');
  return request(text, { 'x-hmac-signature': mac });
}

export const fromGitlab = (body: unknown, token: string): HookRequest =>
  request(textOf(body), { 'x-gitlab-token': token, 'x-gitlab-event-uuid': 'uuid-1' });

export function fromGitlabSigned(body: unknown, secret: string, nowMs: number): HookRequest {
  const text = textOf(body);
  const headers = {
    'webhook-id': 'msg_1',
    'webhook-timestamp': String(Math.floor(nowMs / 1000)),
    'webhook-signature': new Webhook(secret).sign('msg_1', new Date(nowMs), text),
  };
  return request(text, headers);
}

export type FeishuKeys = { readonly encryptKey: string; readonly nowMs: number; readonly isSigned?: boolean };

export function fromFeishu(event: unknown, { encryptKey, nowMs, isSigned = true }: FeishuKeys): HookRequest {
  const iv = Buffer.alloc(16, 7);
  const cipher = createCipheriv('aes-256-cbc', createHash('sha256').update(encryptKey).digest(), iv);
  const encrypt = Buffer.concat([iv, cipher.update(textOf(event)), cipher.final()]).toString('base64');
  const text = JSON.stringify({ encrypt });
  const timestamp = String(Math.floor(nowMs / 1000));
  const nonce = 'a-nonce';
  const signature = createHash('sha256')
    .update(timestamp + nonce + encryptKey + text)
    .digest('hex');
  const signed = {
    'x-lark-request-timestamp': timestamp,
    'x-lark-request-nonce': nonce,
    'x-lark-signature': signature,
  };
  return request(text, isSigned ? signed : {});
}

export type DingtalkKeys = {
  readonly token: string;
  readonly aesKey: string;
  readonly owner: string;
  readonly nowMs: number;
};

export function fromDingtalk(event: unknown, { token, aesKey, owner, nowMs }: DingtalkKeys): HookRequest {
  const key = Buffer.from(`${aesKey}=`, 'base64');
  const text = Buffer.from(textOf(event));
  const length = Buffer.alloc(4);
  length.writeUInt32BE(text.length);
  const plain = Buffer.concat([Buffer.alloc(16, 5), length, text, Buffer.from(owner)]);
  const count = 32 - (plain.length % 32);
  const cipher = createCipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false);
  const encrypt = Buffer.concat([cipher.update(Buffer.concat([plain, Buffer.alloc(count, count)])), cipher.final()]);
  const parts = { timestamp: String(nowMs), nonce: 'n0nce123', encrypt: encrypt.toString('base64') };
  const joined = [token, ...Object.values(parts)].sort().join('');
  const { timestamp, nonce } = parts;
  const signature = createHash('sha1').update(joined).digest('hex');
  return request(JSON.stringify({ encrypt: parts.encrypt }), {}, { signature, timestamp, nonce });
}
