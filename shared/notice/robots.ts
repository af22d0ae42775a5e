import { createHmac } from 'node:crypto';
import { noticeText, type TextOptions } from './notice-text.ts';
import { sentBy } from './post.ts';
import { sentByRobot } from './robot-answer.ts';
import type { SendDeps, SendNotice } from './send-notice.ts';

type Robot = { readonly address: string; readonly secret?: string | undefined; readonly text: TextOptions };

/** DingTalk's custom robot: a text, signed in the query where the robot asks for it. */
export function dingtalkRobot({ post, nowMs }: SendDeps, { address, secret, text }: Robot): SendNotice {
  return async (notice) => {
    const url = new URL(address);
    if (secret !== undefined) {
      const timestamp = String(nowMs());
      url.searchParams.set('timestamp', timestamp);
      url.searchParams.set('sign', hmac(secret, `${timestamp}\n${secret}`));
    }
    const body = { msgtype: 'text', text: { content: noticeText(notice, text) } };
    return sentByRobot(await post(url.href, JSON.stringify(body)), 'errcode');
  };
}

/** Feishu's and Lark's custom bot: a text, signed in the body where the bot asks for it. */
export function feishuRobot({ post, nowMs }: SendDeps, { address, secret, text }: Robot): SendNotice {
  return async (notice) => {
    const timestamp = String(Math.floor(nowMs() / 1000));
    // The text to be signed is the key here, and what is signed is empty: so the vendor has it.
    const proof = secret === undefined ? {} : { timestamp, sign: hmac(`${timestamp}\n${secret}`, '') };
    // `<at user_id="all">` in a reason would call everybody.
    const plain = noticeText(notice, text).replaceAll('<', '＜').replaceAll('>', '＞');
    const body = { ...proof, msg_type: 'text', content: { text: plain } };
    return sentByRobot(await post(address, JSON.stringify(body)), 'code');
  };
}

/** Slack's incoming webhook. */
export function slackWebhook({ post }: SendDeps, { address, text }: Omit<Robot, 'secret'>): SendNotice {
  const escaped: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };
  return async (notice) => {
    const plain = noticeText(notice, text).replaceAll(/[&<>]/g, (mark) => escaped[mark] ?? mark);
    return sentBy(await post(address, JSON.stringify({ text: plain })));
  };
}

const hmac = (key: string, text: string): string => createHmac('sha256', key).update(text).digest('base64');
