import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Switches } from '../clouds/control/switches.ts';
import type { Behaviour } from './behaviour.ts';
import type { InstancePool } from './instance-pool.ts';
import type { Outcome } from './outcome.ts';
import { refusals } from './refusal.ts';
import { TaskIds } from './task-ids.ts';

export type InvokeOptions = {
  readonly invocationType?: 'Sync' | 'Async';
  /** Whole seconds, 1 to 3599; asynchronous invocations only. */
  readonly delaySeconds?: number;
  /** The same id is accepted once; asynchronous invocations only. */
  readonly taskId?: string;
};

export type AsyncEnd = { readonly requestId: string; readonly status: 'Succeeded' | 'Failed' };

export const SYNC_BYTES_MAX = 32 * 1024 * 1024;
const ASYNC_BYTES_MAX = 128 * 1024;

/** Starts invocations as the platform does: at once, or accepted now and run later, with retries. */
export class Invoker {
  readonly #pools: ReadonlyMap<string, InstancePool>;
  readonly #behaviour: Switches<Behaviour>;
  readonly #taskIds = new TaskIds();
  readonly #closing = new AbortController();

  constructor(pools: ReadonlyMap<string, InstancePool>, behaviour: Switches<Behaviour>) {
    this.#pools = pools;
    this.#behaviour = behaviour;
    // Every delayed invocation listens; thousands are no leak.
    setMaxListeners(0, this.#closing.signal);
  }

  /** Runs a function and waits for its end. Throws InvocationRefused if it was not run. */
  async runSync(name: string, event: Buffer, requestId: string): Promise<Exclude<Outcome, { kind: 'unavailable' }>> {
    const pool = this.#pool(name);
    if (event.length > SYNC_BYTES_MAX) throw refusals.tooLarge(SYNC_BYTES_MAX);
    const outcome = await pool.run({ event, requestId, retryCount: 0 });
    if (outcome.kind === 'unavailable') throw refusals.closing();
    return outcome;
  }

  /**
   * Accepts an invocation, and returns the promise of its final end: the last retry included.
   * Throws InvocationRefused instead of accepting. What was accepted lives in memory only.
   */
  accept(name: string, event: Buffer, options: InvokeOptions & { requestId: string }): Promise<AsyncEnd> {
    const pool = this.#pool(name);
    if (event.length > ASYNC_BYTES_MAX) throw refusals.tooLarge(ASYNC_BYTES_MAX);
    const delayMs = this.#delayMs(options.delaySeconds);
    if (options.taskId !== undefined) this.#claim(name, options.taskId);

    const run = () => this.#runLater(pool, event, { requestId: options.requestId, delayMs });
    if (this.#behaviour.values.deliverTwice) void run();
    return run();
  }

  /** Forgets what is still delayed or waits for a retry. Running work is the pools' concern. */
  close(): void {
    this.#closing.abort();
  }

  #pool(name: string): InstancePool {
    const pool = this.#pools.get(name);
    if (!pool) throw refusals.noSuchFunction(name);
    if (this.#closing.signal.aborted) throw refusals.closing();
    return pool;
  }

  #delayMs(seconds: number | undefined): number {
    const { delay, delayLateMs } = this.#behaviour.values;
    if (seconds === undefined || delay === 'ignore') return 0;
    if (delay === 'refuse') throw refusals.invalid('x-fc-async-delay is not supported');
    if (!Number.isInteger(seconds) || seconds < 1 || seconds > 3599) {
      throw refusals.invalid('x-fc-async-delay must be an integer in (0, 3600)');
    }
    return seconds * 1000 + delayLateMs;
  }

  #claim(name: string, taskId: string): void {
    if (!/^[A-Za-z_][A-Za-z0-9_-]{0,127}$/.test(taskId)) throw refusals.invalid(`invalid task ID '${taskId}'`);
    if (!this.#taskIds.claim(name, taskId) && this.#behaviour.values.taskIds === 'refuse-again') {
      throw refusals.taskExists(taskId);
    }
  }

  async #runLater(
    pool: InstancePool,
    event: Buffer,
    { requestId, delayMs }: { requestId: string; delayMs: number },
  ): Promise<AsyncEnd> {
    if (!(await this.#pause(delayMs))) return { requestId, status: 'Failed' };
    const { retriesMax, retryPauseMs } = this.#behaviour.values;

    for (let retryCount = 0; ; retryCount += 1) {
      const outcome = await pool.run({ event, requestId, retryCount });
      if (outcome.kind === 'success') return { requestId, status: 'Succeeded' };
      if (outcome.kind === 'unavailable' || retryCount >= retriesMax) return { requestId, status: 'Failed' };
      if (!(await this.#pause(retryPauseMs * 2 ** retryCount))) return { requestId, status: 'Failed' };
    }
  }

  /** False if the host closed meanwhile. */
  async #pause(ms: number): Promise<boolean> {
    if (ms === 0) return true;
    return sleep(ms, true, { signal: this.#closing.signal }).catch(() => false);
  }
}
