import { connectIntake as connectTaking } from '../../shared/hands/connect-hand.ts';
import type { HandDeps } from '../../shared/hands/run-hand.ts';
import type { DeliveryReader } from '../../shared/intake/delivery-reader.ts';
import { HttpDeliveryReader } from '../../shared/intake/http-delivery-reader.ts';
import { HttpInstanceReader } from '../../shared/intake/http-instance-reader.ts';
import type { HookSources } from '../../shared/intake/webhooks.ts';
import type { Platform } from '../../shared/runtime/platform.ts';

/** DingTalk waits 1.5 s for its answer, a cold start included; what takes longer is fetched with the next timer. */
const fetchMs = 700;
const pollMs = 5_000;

export type IntakeDeps = Omit<HandDeps, 'sources'> & {
  readonly sources: HookSources;
  readonly deliveries: DeliveryReader;
};

/** The real dependencies, with what reads the forms that events leave out. */
export async function connectIntake(platform: Platform): Promise<IntakeDeps> {
  const { secrets, clock } = platform;
  const deps = await connectTaking(platform);
  const instances = new HttpInstanceReader({ secrets, monotonicMs: clock.monotonicMs, timeoutMs: fetchMs });
  const deliveries = new HttpDeliveryReader({ secrets, timeoutMs: pollMs });
  return { ...deps, sources: { ...deps.sources, instances }, deliveries };
}
