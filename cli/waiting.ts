import { setTimeout as pause } from 'node:timers/promises';
import { type Lease, storySchema } from './answers.ts';
import type { Client } from './client.ts';

const finalStates = new Set(['ended', 'rejected', 'cancelled', 'failed', 'withdrawn']);
export const isOver = ({ state }: Lease): boolean => finalStates.has(state);

const everyMs = 400;

/** Looks again until it is so or the time is up, and returns what was seen last. */
export async function waitUntil<T>(
  look: () => Promise<T>,
  isSo: (seen: T) => boolean,
  limitMs: number,
  pauseMs = everyMs,
): Promise<T> {
  const endMs = performance.now() + limitMs;
  for (;;) {
    const seen = await look();
    if (isSo(seen) || performance.now() >= endMs) return seen;
    await pause(pauseMs);
  }
}

export const lookAt = async (client: Client, id: string): Promise<Lease> =>
  (await client(`/api/leases/${encodeURIComponent(id)}`, storySchema)).lease;
