import type { Notices } from '../config/notices-config.ts';
import { matchesTarget } from '../config/target-pattern.ts';
import { eventBus } from '../notice/event-bus.ts';
import { post } from '../notice/post.ts';
import { dingtalkRobot, feishuRobot, slackWebhook } from '../notice/robots.ts';
import type { SendNotice } from '../notice/send-notice.ts';
import { standardWebhook } from '../notice/standard-webhook.ts';
import type { NoticeChannel } from '../reconcile/send-notices.ts';
import { AppError } from '../runtime/app-error.ts';
import type { Platform } from '../runtime/platform.ts';
import { parseSecretReference } from '../runtime/secret-reference.ts';

type Channel = Notices['channels'][string];

/** The channels of notices.yaml. Secrets are read at every notice: a rotated one must count without a restart. */
export function noticeChannels(platform: Platform, { channels, link }: Notices): readonly NoticeChannel[] {
  return Object.entries(channels).map(([name, channel]) => ({
    name,
    wants: ({ event, lease }) =>
      (channel.events?.includes(event) ?? true) &&
      (channel.targets?.some((pattern) => matchesTarget(pattern, lease.target)) ?? true),
    send: async (notice) => {
      try {
        return await (await senderOf(platform, channel, link))(notice);
      } catch (error) {
        // A secret that cannot be read, or an address that is none.
        return { kind: 'unknown', code: error instanceof AppError ? error.code : 'CHANNEL_NOT_USABLE' };
      }
    },
  }));
}

async function senderOf(platform: Platform, channel: Channel, link: string | undefined): Promise<SendNotice> {
  const deps = { post, nowMs: platform.clock.nowMs };
  if (channel.kind === 'eventbridge') {
    const endpoint = channel.endpoint ?? `${platform.accountId}.eventbridge.${platform.region}.aliyuncs.com`;
    return eventBus({ bus: channel.bus, endpoint, credentials: platform.credentials });
  }
  const address = await readOne(platform, channel.address);
  if (channel.kind === 'webhook') {
    const secrets = await platform.secrets.read(channel.secrets.map(parseSecretReference));
    return standardWebhook(deps, { address, secrets: secrets.map((secret) => secret.reveal()) });
  }
  const text = { language: channel.language, offset: channel.offset, link };
  if (channel.kind === 'slack') return slackWebhook(deps, { address, text });
  const secret = channel.secret === undefined ? undefined : await readOne(platform, channel.secret);
  return { dingtalk: dingtalkRobot, feishu: feishuRobot }[channel.kind](deps, { address, secret, text });
}

async function readOne({ secrets }: Platform, reference: string): Promise<string> {
  const [first] = await secrets.read([parseSecretReference(reference)]);
  if (!first) throw new AppError('SECRET_MISSING', `${reference} is not set or empty`);
  return first.reveal();
}
