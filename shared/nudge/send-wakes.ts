import pRetry from 'p-retry';
import type { Wake } from '../reconcile/nudge-port.ts';
import type { Log } from '../reconcile/runtime-ports.ts';
import { type WakeInvocation, wakeInvocations } from './wake-invocation.ts';

/** One way to reach the platform: sends an invocation, and reads the HTTP status out of its client's errors. */
export type WakeSender = {
  send(invocation: Omit<WakeInvocation, 'wake'>): Promise<void>;
  statusOf(error: unknown): number | undefined;
};

type SendOptions = {
  readonly functionPrefix?: string | undefined;
  readonly useTaskIds?: boolean | undefined;
  readonly timeoutMs: number;
  readonly log: Log;
};

/** A frozen instance wakes with many groups at once; the platform throttles a caller that sends all together. */
const IN_FLIGHT_MAX = 8;

/** Sends every wake, some at a time, and resolves to how many were accepted; never throws. */
export async function sendWakes(
  wakes: readonly Wake[],
  nowMs: number,
  sender: WakeSender,
  options: SendOptions,
): Promise<number> {
  const waiting = wakeInvocations(wakes, nowMs, options);
  let accepted = 0;
  const lane = async (): Promise<void> => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      if (await isAccepted(next, sender, options)) accepted += 1;
    }
  };
  await Promise.all(Array.from({ length: Math.min(IN_FLIGHT_MAX, waiting.length) }, lane));
  return accepted;
}

async function isAccepted(invocation: WakeInvocation, sender: WakeSender, options: SendOptions): Promise<boolean> {
  try {
    await pRetry(() => sender.send(invocation), retryOnce(sender, options.timeoutMs));
    return true;
  } catch (error) {
    const status = sender.statusOf(error);
    // The task id is known already: somebody asked for this very wake before us.
    if (status === 409) return true;
    const { hand, target, atMs } = invocation.wake;
    // Neither message nor request: clients put addresses and headers there.
    options.log.event('warn', 'nudge failed; the next sweep does its work', {
      code: 'NUDGE_FAILED',
      hand,
      securityGroupId: target.securityGroupId,
      atMs,
      status: status ?? null,
      cause: error instanceof Error ? error.name : typeof error,
    });
    return false;
  }
}

/**
 * Once more, at once, after a lost connection, a throttle or a server's error: the first request after a thaw often
 * meets a dead connection. Not after a timeout, since a late wake is worth no more than the sweep.
 */
function retryOnce(sender: WakeSender, timeoutMs: number) {
  return {
    retries: 1,
    factor: 1,
    minTimeout: 100,
    maxTimeout: 100,
    randomize: false,
    maxRetryTime: timeoutMs,
    unref: false,
    shouldRetry: ({ error }: { error: Error }) => {
      const status = sender.statusOf(error);
      return status === undefined || status === 429 || status >= 500;
    },
  };
}
