import { useSyncExternalStore } from 'react';

// The one place of the page that asks what time it is: count-downs follow the server's clock, not the visitor's.

let skewMs = 0;
let tickedMs = Date.now();
let timer: ReturnType<typeof setInterval> | undefined;
const listeners = new Set<() => void>();

/** An answer's `Date` header tells seconds: less than that is no difference. */
export function setServerTime(header: string | null): void {
  const serverMs = Date.parse(header ?? '');
  if (Number.isNaN(serverMs)) return;
  const differenceMs = serverMs - Date.now();
  skewMs = Math.abs(differenceMs) < 2_000 ? 0 : differenceMs;
}

const now = (): number => Date.now() + skewMs;

/** The time, anew every second. One timer serves the whole page. */
export const useNow = (): number => useSyncExternalStore(subscribe, () => tickedMs);

/** The same, anew only so often: for what would be costly to draw every second. */
export const useNowEvery = (stepMs: number): number =>
  useSyncExternalStore(subscribe, () => Math.floor(tickedMs / stepMs) * stepMs);

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  if (timer === undefined) {
    tickedMs = now();
    timer = setInterval(tick, 1_000);
  }
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

function tick(): void {
  tickedMs = now();
  for (const listener of listeners) listener();
}
