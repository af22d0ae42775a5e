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
/** The backup is from `sinceMs`. */
type Times = { readonly sinceMs: number; readonly atMs: number; readonly operatorMs: number };
type Operator = (name: string, run: (p: Process) => Promise<void>, again: () => void) => void;

type Hands = { readonly line: LedgerLine; readonly ids: Ids; readonly operator: Operator };

/**
 * Once in a day the ledger is gone: everything, or everything since a backup. Over a restored one an operator begins
 * a recovery, sooner or later; over an empty one nobody does anything, because it is to be noticed.
 */
export class Losses {
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  /** When it is lost, as the seed draws it. */
  drawn(startMs: number): Times {
    const draw = chance(this.#world.seed, 'losses');
    const atMs = startMs + draw.int(2 * hourMs, 20 * hourMs);
    const ageMs = draw.pick([
      draw.int(1_000, minuteMs),
      draw.int(minuteMs, 20 * minuteMs),
      draw.int(minuteMs, 6 * hourMs),
    ]);
    const operatorMs = atMs + draw.int(5_000, 10 * minuteMs);
    return { sinceMs: Math.max(startMs, atMs - ageMs), atMs, operatorMs };
  }

  plan({ sinceMs, atMs, operatorMs }: Times, { line, ids, operator }: Hands): void {
    const { engine, faults } = this.#world;
    if (faults.rate('ledger-lost') > 0) {
      engine.at(atMs, () => this.#lose('ledger-lost', this.#world.ledger.nothing(), Number.NEGATIVE_INFINITY, atMs));
      return;
    }
    if (faults.rate('ledger-restored') === 0) return;
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
