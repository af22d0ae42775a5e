import { beginRecovery } from '../../shared/reconcile/recovery.ts';
import type { Ids } from '../../shared/reconcile/runtime-ports.ts';
import type { Checkers } from './checkers.ts';
import type { Engine } from './engine.ts';
import type { Faults } from './faults.ts';
import type { LedgerLine } from './ledger-line.ts';
import { chance } from './prng.ts';
import type { Process } from './process.ts';
import type { WatchedLedger } from './watched-ledger.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

type World = {
  readonly engine: Engine;
  readonly faults: Faults;
  readonly ledger: WatchedLedger;
  readonly checkers: Checkers;
  readonly seed: number;
};
type Operator = (name: string, run: (p: Process) => Promise<void>, again: () => void) => void;

/**
 * Once in a day the ledger is gone: everything, or everything since a backup. Over a restored one an operator begins
 * a recovery, sooner or later; over an empty one nobody does anything, because it is to be noticed.
 */
export class Losses {
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  plan(startMs: number, { line, ids, operator }: { line: LedgerLine; ids: Ids; operator: Operator }): void {
    const { engine, faults, seed } = this.#world;
    const draw = chance(seed, 'losses');
    const atMs = startMs + draw.int(2 * hourMs, 20 * hourMs);
    const ageMs = draw.pick([
      draw.int(1_000, minuteMs),
      draw.int(minuteMs, 20 * minuteMs),
      draw.int(minuteMs, 6 * hourMs),
    ]);
    const operatorMs = atMs + draw.int(5_000, 10 * minuteMs);
    if (faults.rate('ledger-lost') > 0) {
      engine.at(atMs, () => this.#lose('ledger-lost', this.#world.ledger.nothing(), Number.NEGATIVE_INFINITY, atMs));
      return;
    }
    if (faults.rate('ledger-restored') === 0) return;
    const sinceMs = Math.max(startMs, atMs - ageMs);
    engine.at(sinceMs, () => {
      const backup = this.#world.ledger.backup();
      this.#world.checkers.backup();
      engine.at(atMs, () => this.#lose('ledger-restored', backup, sinceMs, atMs));
    });
    const begin = (): void =>
      operator(
        'operator',
        async (process) => {
          await beginRecovery({ ledger: line.of(process), ids }, 'operator');
          this.#world.checkers.recoveryBegun();
        },
        () => engine.after(30_000, begin),
      );
    engine.at(operatorMs, begin);
  }

  #lose(
    name: 'ledger-lost' | 'ledger-restored',
    backup: ReturnType<WatchedLedger['backup']>,
    sinceMs: number,
    atMs: number,
  ): void {
    const { faults, ledger, checkers } = this.#world;
    faults.count(name);
    ledger.restore(backup);
    checkers.lost({ sinceMs, atMs, isEmpty: name === 'ledger-lost' });
  }
}
