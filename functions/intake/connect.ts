import { connectIntake as connectTaking } from '../../shared/hands/connect-hand.ts';
import { senders } from '../../shared/hands/invoker.ts';
import type { HandDeps } from '../../shared/hands/run-hand.ts';
import type { DeliveryReader } from '../../shared/intake/delivery-reader.ts';
import { HttpDeliveryReader } from '../../shared/intake/http-delivery-reader.ts';
import { HttpInstanceReader } from '../../shared/intake/http-instance-reader.ts';
import type { InstanceReader } from '../../shared/intake/instance-reader.ts';
import type { HookSources } from '../../shared/intake/webhooks.ts';
import { runErrand } from '../../shared/nudge/errand.ts';
import type { Platform } from '../../shared/runtime/platform.ts';
import { fetchEvent } from './fetch-event.ts';

/**
 * DingTalk waits 1.5 s for its answer, a cold start included: forms are fetched by a run of their own. Where none can
 * be asked for, they are fetched while the sender waits, or with the next timer.
 */
const askMs = 500;
const fetchMs = { apart: 5_000, within: 700 };
const pollMs = 5_000;

export type IntakeDeps = Omit<HandDeps, 'sources'> & {
  readonly sources: HookSources;
  /** Where forms are really read; `sources` may have a reader that leaves all of them to a run of their own. */
  readonly instances: InstanceReader;
  /** Asks for that run; absent where nothing can be invoked. Never fails. */
  readonly fetchSoon?: ((source: string) => Promise<void>) | undefined;
  readonly deliveries: DeliveryReader;
};

const leftForLater: InstanceReader = { read: async () => 'away' };
const otherwise = { code: 'FETCH_NOT_BEGUN', message: 'a form is fetched with the next timer' };

/** The real dependencies, with what reads the forms that events leave out. */
export async function connectIntake(platform: Platform): Promise<IntakeDeps> {
  const { secrets, clock } = platform;
  const deps = await connectTaking(platform);
  const fetchSoon = fetchRun(platform);
  const timeoutMs = fetchSoon ? fetchMs.apart : fetchMs.within;
  const instances = new HttpInstanceReader({ secrets, monotonicMs: clock.monotonicMs, timeoutMs });
  const deliveries = new HttpDeliveryReader({ secrets, timeoutMs: pollMs });
  const sources = { ...deps.sources, instances: fetchSoon ? leftForLater : instances };
  return { ...deps, sources, instances, fetchSoon, deliveries };
}

function fetchRun(platform: Platform): IntakeDeps['fetchSoon'] {
  const connect = senders(platform, askMs);
  if (!connect) return undefined;
  const { log, settings } = platform;
  const functionName = `${settings.functionPrefix}intake`;
  return (source) => runErrand({ connect, log }, { functionName, body: fetchEvent(source) }, otherwise);
}
