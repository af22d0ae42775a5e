import type { HookSource } from '../config/sources-config.ts';
import type { ProvedEvent } from './read-hook.ts';

/** A source that never sends an event twice by itself. */
export type PolledSource = Extract<HookSource, { readonly kind: 'github' }>;
export type MissedDelivery = ProvedEvent & { readonly atMs: number };

export interface DeliveryReader {
  /**
   * What a source tried to send since then and was not thanked for, oldest first, each once; `away` when that could
   * not be learned now. Only reads.
   */
  missedSince(source: PolledSource, sinceMs: number): Promise<readonly MissedDelivery[] | 'away'>;
}
