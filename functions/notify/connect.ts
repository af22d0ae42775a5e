import { loadConfig } from '../../shared/config/config.ts';
import { configFolder } from '../../shared/config/config-folder.ts';
import { connectKeyless } from '../../shared/hands/connect-looking.ts';
import { noticeChannels } from '../../shared/hands/notice-channels.ts';
import { parseDuration } from '../../shared/lease/duration.ts';
import type { NoticeDeps } from '../../shared/reconcile/send-notices.ts';
import type { Platform } from '../../shared/runtime/platform.ts';

/** The ledger, and the channels of notices.yaml: made once an instance. */
export async function connectNotify(platform: Platform): Promise<NoticeDeps> {
  const [{ ledger, audit, ids, log }, { notices }] = await Promise.all([
    connectKeyless(platform),
    loadConfig(configFolder(platform.settings)),
  ]);
  const endsSoonMs = notices.endsSoon === undefined ? undefined : parseDuration(notices.endsSoon);
  return { ledger, audit, ids, log, channels: noticeChannels(platform, notices), endsSoonMs };
}
