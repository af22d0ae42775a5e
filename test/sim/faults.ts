import type { Engine } from './engine.ts';
import type { FaultClass, Plan } from './plan.ts';
import { type Chance, chance } from './prng.ts';

/** Decides when a fault strikes, and counts the strikes. Off for good once the run heals. */
export class Faults {
  readonly fired = new Map<FaultClass, number>();
  isHealed = false;
  /** Places where a process could have died so far. */
  crashPoints = 0;
  /** Dies at these places, counted from 0, whatever chance says: for trying each place in turn. */
  crashAt: ReadonlySet<number> = new Set();
  /** What strikes for certain, whatever chance says: in a window of time, so many times. */
  readonly forced: { readonly name: FaultClass; readonly fromMs: number; readonly untilMs: number; times: number }[] =
    [];
  readonly #plan: Plan;
  readonly #engine: Engine;
  readonly #streams = new Map<FaultClass, Chance>();

  constructor(plan: Plan, engine: Engine) {
    this.#plan = plan;
    this.#engine = engine;
  }

  crashes(name: 'crash-before' | 'crash-after'): boolean {
    this.crashPoints += 1;
    if (this.crashAt.has(this.crashPoints - 1)) {
      this.count(name);
      return true;
    }
    return this.strikes(name);
  }

  strikes(name: FaultClass): boolean {
    if (this.#isForced(name)) {
      this.count(name);
      return true;
    }
    const rate = this.#plan.rates[name];
    if (this.isHealed || rate === 0 || !this.of(name).hit(rate)) return false;
    this.count(name);
    return true;
  }

  #isForced(name: FaultClass): boolean {
    if (this.forced.length === 0) return false;
    const { nowMs } = this.#engine;
    const one = this.forced.find(
      (each) => each.name === name && each.times > 0 && each.fromMs <= nowMs && nowMs < each.untilMs,
    );
    if (one) one.times -= 1;
    return one !== undefined;
  }

  count(name: FaultClass): void {
    this.fired.set(name, (this.fired.get(name) ?? 0) + 1);
    this.#engine.trace(name);
  }

  /** The stream of one class: for how long it lasts, whom it hits. */
  of(name: FaultClass): Chance {
    const known = this.#streams.get(name);
    if (known) return known;
    const made = chance(this.#plan.seed, `fault/${name}`);
    this.#streams.set(name, made);
    return made;
  }

  isOn(name: FaultClass): boolean {
    return !this.isHealed && this.#plan.rates[name] > 0;
  }

  rate(name: FaultClass): number {
    return this.#plan.rates[name];
  }
}
