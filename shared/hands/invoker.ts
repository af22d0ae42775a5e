import { Fc2Sender } from '../nudge/fc2-nudger.ts';
import { Fc3Sender } from '../nudge/fc3-nudger.ts';
import type { NudgerOptions } from '../nudge/nudger-options.ts';
import type { WakeSender } from '../nudge/send-wakes.ts';
import type { Platform } from '../runtime/platform.ts';

const timeoutMsDefault = 3_000;

/** How our functions are invoked; undefined where nothing was said of it, and the timers do all. */
export function invokerOptions(
  { settings, credentials, accountId, region, log }: Platform,
  timeoutMs = timeoutMsDefault,
): NudgerOptions | undefined {
  const endpoint = settings.endpoints.fc;
  if (endpoint === undefined) return undefined;
  const named = { accountId: accountId || '0', region: region || 'cn-hangzhou' };
  const { functionPrefix } = settings;
  return { endpoint, credentials, ...named, functionPrefix, timeoutMs, log };
}

/** Makes what sends one invocation, through the client of the settings. */
export function senders(platform: Platform, timeoutMs?: number): (() => WakeSender) | undefined {
  const options = invokerOptions(platform, timeoutMs);
  if (!options) return undefined;
  return () => (platform.settings.fcClient === 'fc3' ? new Fc3Sender(options) : new Fc2Sender(options));
}
