import { cloudEventOf } from './cloud-event.ts';
import { sentBy } from './post.ts';
import type { SendDeps, SendNotice } from './send-notice.ts';

/** Any address: the CloudEvent as a Standard Webhook, signed with every secret, so that the receiver may rotate. */
export function standardWebhook(
  { post, nowMs }: SendDeps,
  { address, secrets }: { readonly address: string; readonly secrets: readonly string[] },
): SendNotice {
  return async (notice) => {
    // Loaded when something is to be told: most runs tell nobody anything.
    const { Webhook } = await import('standardwebhooks');
    const event = cloudEventOf(notice);
    const sentAt = new Date(nowMs());
    const body = JSON.stringify({ type: event.type, timestamp: event.time, data: event });
    const signatures = secrets.map((secret) => new Webhook(secret).sign(event.id, sentAt, body));
    const headers = {
      'webhook-id': event.id,
      'webhook-timestamp': String(Math.floor(sentAt.getTime() / 1000)),
      'webhook-signature': signatures.join(' '),
    };
    return sentBy(await post(address, body, headers));
  };
}
