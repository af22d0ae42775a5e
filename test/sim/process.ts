import type { Engine } from './engine.ts';
import type { Faults } from './faults.ts';

/**
 * One invocation of a function. Every wait of its code is a wait on the heap, and there it may die, never to
 * resume, or freeze, to resume much later with everything that it believed.
 */
export class Process {
  readonly name: string;
  isDead = false;
  #frozenUntilMs = 0;
  readonly #engine: Engine;
  readonly #faults: Faults;
  readonly #onDeath: () => void;

  constructor(name: string, engine: Engine, faults: Faults, onDeath: () => void) {
    this.name = name;
    this.#engine = engine;
    this.#faults = faults;
    this.#onDeath = onDeath;
  }

  /** Waits on the heap, then goes on with `step`; dies instead, or much later, as chance will have it. */
  wait<T>(ms: number, step: () => T | Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#engine.after(ms, () => {
        if (this.isDead || this.#crashes('crash-before')) return;
        this.#whenThawed(() => this.#settle(step, resolve, reject));
      });
    });
  }

  /** Ends the process from outside: its platform's time limit. */
  kill(): void {
    this.isDead = true;
  }

  #settle<T>(step: () => T | Promise<T>, resolve: (value: T) => void, reject: (error: unknown) => void): void {
    if (this.isDead) return;
    const done = (goOn: () => void) => {
      if (!this.#crashes('crash-after')) this.#whenThawed(goOn);
    };
    Promise.resolve()
      .then(step)
      .then(
        (value) => done(() => resolve(value)),
        (error: unknown) => done(() => reject(error)),
      );
  }

  #whenThawed(goOn: () => void): void {
    if (this.#faults.strikes('freeze')) {
      const untilMs = this.#engine.nowMs + this.#faults.of('freeze').int(1_000, 20 * 60_000);
      this.#frozenUntilMs = Math.max(this.#frozenUntilMs, untilMs);
    }
    if (this.#frozenUntilMs <= this.#engine.nowMs) goOn();
    else this.#engine.at(this.#frozenUntilMs, () => !this.isDead && goOn());
  }

  #crashes(name: 'crash-before' | 'crash-after'): boolean {
    if (!this.#faults.crashes(name)) return false;
    this.isDead = true;
    this.#engine.trace(`${this.name} died`);
    this.#onDeath();
    return true;
  }
}
