import { createHmac, randomUUID } from 'node:crypto';
import { localSecrets } from '../../shared/runtime/local-secrets.ts';

/** One message as a ticketing system would send it: Standard Webhooks, signed with the published local secret. */
export function signedWebhook(message: unknown): { readonly headers: Record<string, string>; readonly body: string } {
  const id = `msg_${randomUUID()}`;
  const timestamp = String(Math.floor(Date.now() / 1000));
  const body = JSON.stringify({ type: 'lease.requested', timestamp: new Date().toISOString(), data: message });
  const key = Buffer.from(localSecrets.CURFEW_TICKETS_SECRETS.replace(/^whsec_/, ''), 'base64');
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
  const headers = {
    'content-type': 'application/json',
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': `v1,${signature}`,
  };
  return { headers, body };
}

export async function sendWebhook(hooksUrl: string, message: unknown): Promise<{ status: number; body: unknown }> {
  const response = await fetch(hooksUrl, { method: 'POST', ...signedWebhook(message) });
  const text = await response.text();
  return { status: response.status, body: text === '' ? null : JSON.parse(text) };
}
