import { connectHand } from '../../shared/hands/connect-hand.ts';
import { WarmMemory } from '../../shared/reconcile/warm-memory.ts';
import type { Platform } from '../../shared/runtime/platform.ts';
import type { RevokeDeps } from './revoke.ts';

/** The real dependencies, and a memory that lives as long as the instance. */
export async function connectRevoke(platform: Platform): Promise<RevokeDeps> {
  return { ...(await connectHand(platform)), memory: new WarmMemory() };
}
