import { Cron } from 'croner';
import type { FunctionSpec, TimerSpec } from './function-spec.ts';

export type Fire = (functionName: string, event: Buffer) => Promise<unknown>;

const EVERY = /^@every ([1-9]\d*)m$/;
const ZONED = /^CRON_TZ=(\S+) (.+)$/;

/** The timer triggers of all functions; `fire` starts the asynchronous invocation. */
export class Timers {
  readonly #functions: readonly FunctionSpec[];
  readonly #fire: Fire;
  #stops: (() => void)[] = [];

  constructor(functions: readonly FunctionSpec[], fire: Fire) {
    this.#functions = functions;
    this.#fire = fire;
  }

  /** Fires each once and from then on by its schedule: after a restart nothing waits for a full minute. */
  start(): void {
    for (const spec of this.#functions) {
      for (const timer of spec.timers ?? []) {
        const tick = () => void this.#fire(spec.name, timerEvent(timer, new Date()));
        this.#stops.push(schedule(timer.cron, tick));
        tick();
      }
    }
  }

  stop(): void {
    for (const stop of this.#stops) stop();
    this.#stops = [];
  }
}

/** What a timer trigger delivers. */
export function timerEvent(timer: TimerSpec, at: Date): Buffer {
  const triggerTime = `${at.toISOString().slice(0, 19)}Z`;
  return Buffer.from(JSON.stringify({ triggerTime, triggerName: timer.name, payload: timer.payload }));
}

function schedule(cron: string, tick: () => void): () => void {
  const minutes = EVERY.exec(cron)?.[1];
  if (minutes !== undefined) {
    const timer = setInterval(tick, Number(minutes) * 60_000);
    return () => clearInterval(timer);
  }
  const zoned = ZONED.exec(cron);
  const job = new Cron(zoned?.[2] ?? cron, { timezone: zoned?.[1] ?? 'UTC', mode: '6-part' }, tick);
  return () => job.stop();
}
