import { setTimeout as sleep } from 'node:timers/promises';
import type { FunctionSpec, OnLog, Region } from './function-spec.ts';
import { Instance } from './instance.ts';
import { invocationContext } from './invocation-context.ts';
import type { Outcome } from './outcome.ts';

export type RunRequest = {
  readonly event: Buffer;
  readonly requestId: string;
  readonly retryCount: number;
};

type Job = { readonly request: RunRequest; readonly resolve: (outcome: Outcome) => void };

const INSTANCES_MAX = 4;

/** The instances of one function: started when needed, kept warm a while, never more than its limit. */
export class InstancePool {
  readonly spec: FunctionSpec;
  readonly #at: Region;
  readonly #onLog: OnLog;
  readonly #idleMs: number;
  readonly #instances = new Set<Instance>();
  readonly #idle = new Map<Instance, NodeJS.Timeout>();
  readonly #queue: Job[] = [];
  #running = 0;
  #isClosing = false;

  constructor(spec: FunctionSpec, at: Region, options: { onLog: OnLog; idleMs: number }) {
    this.spec = spec;
    this.#at = at;
    this.#onLog = options.onLog;
    this.#idleMs = options.idleMs;
  }

  get load(): { instances: number; idle: number; queued: number } {
    return { instances: this.#instances.size, idle: this.#idle.size, queued: this.#queue.length };
  }

  /** Runs one request, waiting for a free instance if all are busy; never throws. */
  run(request: RunRequest): Promise<Outcome> {
    if (this.#isClosing) return Promise.resolve({ kind: 'unavailable' });
    return new Promise((resolve) => {
      this.#queue.push({ request, resolve });
      this.#dispatch();
    });
  }

  /** Lets what runs come to its end for so long, then kills every instance. */
  async close(graceMs: number): Promise<void> {
    this.#isClosing = true;
    for (const job of this.#queue.splice(0)) job.resolve({ kind: 'unavailable' });
    const all = [...this.#instances];
    for (const instance of [...this.#idle.keys()]) this.#discard(instance);
    const deadlineMs = Date.now() + graceMs;
    while (this.#running > 0 && Date.now() < deadlineMs) await sleep(10);
    for (const instance of all) this.#discard(instance);
    await Promise.all(all.map((instance) => instance.exited));
  }

  #dispatch(): void {
    while (this.#queue.length > 0) {
      const instance = this.#takeIdle() ?? this.#start();
      if (!instance) return;
      const job = this.#queue.shift();
      if (job) void this.#serve(instance, job);
    }
  }

  async #serve(instance: Instance, { request, resolve }: Job): Promise<void> {
    this.#running += 1;
    const outcome = await instance.run(request.event, invocationContext(this.spec, this.#at, request));
    this.#running -= 1;
    if (instance.isDead || this.#isClosing) this.#discard(instance);
    else this.#keepWarm(instance);
    resolve(outcome);
    this.#dispatch();
  }

  /** The one used last, so that the others grow old and are reaped. */
  #takeIdle(): Instance | undefined {
    const instance = [...this.#idle.keys()].at(-1);
    if (!instance) return undefined;
    clearTimeout(this.#idle.get(instance));
    this.#idle.delete(instance);
    return instance;
  }

  #start(): Instance | undefined {
    if (this.#isClosing || this.#instances.size >= (this.spec.instancesMax ?? INSTANCES_MAX)) return undefined;
    const instance = new Instance(this.spec, this.#at, this.#onLog);
    this.#instances.add(instance);
    // One that dies while idle must not be handed out again. A running one is discarded after its run.
    void instance.exited.then(() => {
      if (this.#idle.has(instance)) this.#discard(instance);
    });
    return instance;
  }

  #keepWarm(instance: Instance): void {
    const reaper = setTimeout(() => this.#discard(instance), this.#idleMs);
    reaper.unref();
    this.#idle.set(instance, reaper);
  }

  #discard(instance: Instance): void {
    clearTimeout(this.#idle.get(instance));
    this.#idle.delete(instance);
    this.#instances.delete(instance);
    instance.kill();
  }
}
