import { busy, commitUnknown, unavailable } from '../../shared/ledger/ledger-error.ts';
import type { Ledger } from '../../shared/reconcile/ledger-port.ts';
import { ledgerThrough } from '../fakes/ledger-through.ts';
import type { World } from './platform.ts';
import type { Chance } from './prng.ts';
import type { Process } from './process.ts';
import { Undone } from './watched-ledger.ts';

/** The line between a process and the ledger: slow, sometimes dead, and quiet about whether a commit went through. */
export class LedgerLine {
  readonly #world: World;
  readonly #latency: Chance;
  #awayUntilMs = 0;

  constructor(world: World, latency: Chance) {
    this.#world = world;
    this.#latency = latency;
  }

  /** The ledger as one process has it. */
  of(process: Process): Ledger {
    const { engine, faults, ledger, log } = this.#world;
    return ledgerThrough((label, work) =>
      process.wait(this.#latency.int(1, 15), async () => {
        this.#mayGoAway();
        if (engine.nowMs < this.#awayUntilMs) throw unavailable(label, new Error('down'));
        if (faults.strikes('ledger-away')) throw this.#latency.hit(0.3) ? busy(label, 0) : unavailable(label, 0);
        const isUnknown = faults.strikes('commit-unknown');
        const isUndone = isUnknown && this.#latency.hit(0.5);
        try {
          const result = await ledger.transaction(process.name, label, work, () => isUndone);
          log(() => `${process.name} committed ${label}`);
          if (isUnknown) throw commitUnknown(label, new Error('line dropped'));
          return result;
        } catch (error) {
          throw error instanceof Undone ? commitUnknown(label, error) : error;
        }
      }),
    );
  }

  get isAway(): boolean {
    return this.#world.engine.nowMs < this.#awayUntilMs;
  }

  /** Away for so long, whatever chance says. */
  goAway(untilMs: number): void {
    this.#awayUntilMs = untilMs;
  }

  heal(): void {
    this.#awayUntilMs = 0;
  }

  /** A few failovers a day, however many transactions there are. */
  #mayGoAway(): void {
    const { engine, faults } = this.#world;
    if (engine.nowMs < this.#awayUntilMs || !faults.isOn('ledger-outage')) return;
    if (!faults.of('ledger-outage').hit(faults.rate('ledger-outage') / 5_000)) return;
    faults.count('ledger-outage');
    this.#awayUntilMs = engine.nowMs + faults.of('ledger-outage').int(2_000, 180_000);
  }
}
