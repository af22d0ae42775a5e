/** The ledger was lost: what it held at `sinceMs` came back, and nothing of what was committed until `atMs`. */
export type Loss = { readonly sinceMs: number; readonly atMs: number; readonly isEmpty: boolean };

/** A full scan, and a look after it: whatever bears our stamp is known again by then. */
const scanMs = 12 * 60_000;

/** A rule that was wanted at the loss, and until when the lease and the stamp that wanted it both said so. */
export type Promised = { readonly ruleId: string; readonly untilMs: number };

/** How far the care for a lost ledger has come; what is known of it decides what may still be promised. */
export class Losing {
  readonly loss: Loss;
  /** An operator has begun the recovery, or it begins by itself. */
  hasBegun: boolean;
  readonly #promised: ReadonlyMap<string, number>;
  #overMs: number | undefined;

  constructor(loss: Loss, promised: readonly Promised[]) {
    this.loss = loss;
    this.hasBegun = loss.isEmpty;
    this.#promised = new Map(promised.map(({ ruleId, untilMs }) => [ruleId, untilMs]));
  }

  /** Until when a rule has to stay that only its stamp speaks for, where somebody has begun to read the stamps. */
  promisedUntilMs(ruleId: string, intendedAtMs: number): number {
    const isRead = this.hasBegun && intendedAtMs >= this.loss.atMs;
    return isRead ? (this.#promised.get(ruleId) ?? Number.NEGATIVE_INFINITY) : Number.NEGATIVE_INFINITY;
  }

  /** Asked every minute; an empty ledger is lost until it has looked at the clouds for what it lacks. */
  look(isRecovering: boolean, nowMs: number): void {
    if (this.#overMs === undefined && this.hasBegun && !isRecovering) this.#overMs = nowMs;
  }

  isUnderWay(nowMs: number): boolean {
    return this.#overMs === undefined || nowMs < this.#overMs + scanMs;
  }

  /** From when on a rule counts that the ledger had forgotten. */
  get knownAgainMs(): number {
    return this.#overMs === undefined ? Number.POSITIVE_INFINITY : this.#overMs + scanMs;
  }
}
